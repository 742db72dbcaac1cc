import { inspect } from "node:util";
import { renderProperties } from "../../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";
import { formatByteCount, formatCount } from "../../display/text/number-text.ts";

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

  [displaySymbol](): MimeBundle {
    const count = (value: number | undefined) => (value === undefined ? undefined : formatCount(value));
    const size = (value: number | undefined) => (value === undefined ? undefined : formatByteCount(value));
    return renderProperties({
      title: this.action,
      rows: [
        ["rows inserted", count(this.rowsInserted)],
        ["rows updated", count(this.rowsUpdated)],
        ["rows deleted", count(this.rowsDeleted)],
        ["fragments removed", count(this.fragmentsRemoved)],
        ["fragments added", count(this.fragmentsAdded)],
        ["versions removed", count(this.versionsRemoved)],
        ["bytes removed", size(this.bytesRemoved)],
        [
          "version",
          this.version === this.versionBefore
            ? `${this.version}, as before`
            : `${this.versionBefore} → ${this.version}`,
        ],
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
