import { inspect } from "node:util";
import { displaySymbol, inspectText, type MimeBundle } from "../display/mime.ts";
import { renderProperties } from "../display/properties.ts";

/** What a create or an append did. */
export class WriteResult {
  /** Full name, `namespace.table`. */
  readonly table: string;
  readonly rows: number;
  /** Version before the write; undefined when the write made the table. */
  readonly versionBefore: number | undefined;
  readonly version: number;

  constructor(result: { table: string; rows: number; versionBefore?: number; version: number }) {
    this.table = result.table;
    this.rows = result.rows;
    this.versionBefore = result.versionBefore;
    this.version = result.version;
  }

  [displaySymbol](): MimeBundle {
    const versions =
      this.versionBefore === undefined ? `${this.version}` : `${this.versionBefore} → ${this.version}`;
    return renderProperties({
      title: this.versionBefore === undefined ? `created ${this.table}` : `appended to ${this.table}`,
      rows: [
        ["rows", this.rows.toLocaleString("en")],
        ["version", versions],
      ],
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}
