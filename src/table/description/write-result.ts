import { inspect } from "node:util";
import { renderProperties } from "../../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";
import { countOf } from "../../display/text/number-text.ts";

/** What a write did. */
export class WriteResult {
  /** Full name, `namespace.table`. */
  readonly table: string;
  /** Rows written. */
  readonly rows: number;
  /** Version before the write; undefined when the write created the table. */
  readonly versionBefore: number | undefined;
  readonly version: number;
  /** How many commits it took; 0 when there was nothing to write. */
  readonly commits: number;
  /** Size of the new data files, in bytes; undefined when it is not known. */
  readonly bytes: number | undefined;
  /** Fragments that the table has now; undefined when they could not be counted. */
  readonly fragments: number | undefined;
  /** What will slow the table down over time, and what to do about it; reported once. */
  readonly warning: string | undefined;
  /** Where another process wrote or made them, for how long, and how much it read; undefined for rows that this process alone made. */
  readonly ranOn: string | undefined;
  readonly #done: string;

  /** @param result.done what was done to the table, where that is more than a create or an append: `overwrote` */
  constructor(result: {
    done?: string;
    table: string;
    rows: number;
    versionBefore?: number | undefined;
    version: number;
    commits?: number;
    bytes?: number | undefined;
    fragments?: number | undefined;
    warning?: string | undefined;
    ranOn?: string | undefined;
  }) {
    this.#done = result.done ?? (result.versionBefore === undefined ? "created" : "appended to");
    this.table = result.table;
    this.rows = result.rows;
    this.versionBefore = result.versionBefore;
    this.version = result.version;
    this.commits = result.commits ?? 1;
    this.bytes = result.bytes;
    this.fragments = result.fragments;
    this.warning = result.warning;
    this.ranOn = result.ranOn;
  }

  /** @internal The same, of rows that another process made. */
  withPlace(ranOn: string): WriteResult {
    return new WriteResult({ ...this, done: this.#done, ranOn });
  }

  /** One line: `appended to default.readings: 3 rows, version 1 → 2`. */
  toString(): string {
    return `${this.#done} ${this.table}: ${countOf(this.rows, "row")}, version ${this.#versions()}`;
  }

  #versions(): string {
    const { versionBefore, version } = this;
    return versionBefore === undefined || versionBefore === version
      ? `${version}`
      : `${versionBefore} → ${version}`;
  }

  [displaySymbol](): MimeBundle {
    const { commits, bytes, fragments, warning, ranOn } = this;
    return renderProperties({
      title: `${this.#done} ${this.table}`,
      rows: [
        ["rows", this.rows.toLocaleString("en")],
        ["version", this.#versions()],
        ...(commits > 1 ? [["commits", `${commits}`] as const] : []),
        ...(bytes === undefined ? [] : [["bytes", bytes.toLocaleString("en")] as const]),
        ...(fragments === undefined ? [] : [["fragments", fragments.toLocaleString("en")] as const]),
        ...(ranOn === undefined ? [] : [["ran", ranOn] as const]),
        ...(warning === undefined ? [] : [["note", warning] as const]),
      ],
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}
