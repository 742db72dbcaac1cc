import { inspect } from "node:util";
import { renderProperties } from "../../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";
import { countOf, formatByteCount, formatCount } from "../../display/text/number-text.ts";

/** What a change did, as far as it is the business of its kind. */
export interface EditCounts {
  readonly rowsInserted?: number;
  readonly rowsUpdated?: number;
  readonly rowsDeleted?: number;
  readonly fragmentsRemoved?: number;
  readonly fragmentsAdded?: number;
  readonly versionsRemoved?: number;
  readonly bytesRemoved?: number;
}

/** The result of a change: the rows and files that it changed, and the table's state after it. */
export class EditResult {
  /** Full name, `namespace.table`. */
  readonly table: string;
  /** What was done, such as `deleted rows of default.orders`. */
  readonly action: string;
  /** The newest version when the change began. */
  readonly versionBefore: number;
  /** The version that holds the change; `versionBefore` if there was nothing to do. */
  readonly version: number;
  readonly rowsInserted: number | undefined;
  readonly rowsUpdated: number | undefined;
  readonly rowsDeleted: number | undefined;
  readonly fragmentsRemoved: number | undefined;
  readonly fragmentsAdded: number | undefined;
  /** The number of removed versions, and the bytes of the files that only they needed. */
  readonly versionsRemoved: number | undefined;
  readonly bytesRemoved: number | undefined;
  /** Of the table after the change; undefined when they could not be read. */
  readonly rows: number | undefined;
  readonly fragments: number | undefined;
  readonly bytes: number | undefined;

  /** @internal */
  constructor(
    result: EditCounts & {
      table: string;
      action: string;
      versionBefore: number;
      version: number;
      rows: number | undefined;
      fragments: number | undefined;
      bytes: number | undefined;
    },
  ) {
    this.table = result.table;
    this.action = result.action;
    this.versionBefore = result.versionBefore;
    this.version = result.version;
    this.rowsInserted = result.rowsInserted;
    this.rowsUpdated = result.rowsUpdated;
    this.rowsDeleted = result.rowsDeleted;
    this.fragmentsRemoved = result.fragmentsRemoved;
    this.fragmentsAdded = result.fragmentsAdded;
    this.versionsRemoved = result.versionsRemoved;
    this.bytesRemoved = result.bytesRemoved;
    this.rows = result.rows;
    this.fragments = result.fragments;
    this.bytes = result.bytes;
  }

  /** One line: `deleted rows of default.orders: 3 rows deleted, version 4 → 5`. */
  toString(): string {
    const changes = this.#changes().map(([noun, done, count]) => `${countOf(count, noun)} ${done}`);
    const bytes = this.bytesRemoved === undefined ? [] : [`${formatByteCount(this.bytesRemoved)} removed`];
    return `${this.action}: ${[...changes, ...bytes, `version ${this.#versions()}`].join(", ")}`;
  }

  #changes(): readonly (readonly [noun: string, done: string, count: number])[] {
    const counts = [
      ["row", "inserted", this.rowsInserted],
      ["row", "updated", this.rowsUpdated],
      ["row", "deleted", this.rowsDeleted],
      ["fragment", "removed", this.fragmentsRemoved],
      ["fragment", "added", this.fragmentsAdded],
      ["version", "removed", this.versionsRemoved],
    ] as const;
    return counts.flatMap(([noun, done, count]) =>
      count === undefined ? [] : [[noun, done, count] as const],
    );
  }

  #versions(): string {
    const { version, versionBefore } = this;
    return version === versionBefore ? `${version}, as before` : `${versionBefore} → ${version}`;
  }

  [displaySymbol](): MimeBundle {
    const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
    const size = (value: number | undefined) => (value === undefined ? undefined : formatByteCount(value));
    return renderProperties({
      title: this.action,
      rows: [
        ...this.#changes().map(
          ([noun, done, changed]) => [`${noun}s ${done}`, formatCount(changed)] as const,
        ),
        ["bytes removed", size(this.bytesRemoved)],
        ["version", this.#versions()],
        ["rows now", count(this.rows)],
        ["fragments now", count(this.fragments)],
        ["bytes now", size(this.bytes)],
      ],
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}
