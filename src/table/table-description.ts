import { inspect } from "node:util";
import type { Schema } from "../arrow.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../display/mime.ts";
import { renderProperties } from "../display/properties.ts";

/** All that a table tells about itself before its rows are read. Holds the names of its credentials, never a value. */
export class TableDescription {
  /** Full name, `namespace.table`. */
  readonly table: string;
  /** Where the data lies, such as `oss://bucket/path/to/table`. */
  readonly location: string;
  readonly schema: Schema;
  readonly version: number;
  readonly rows: number;
  /** Names of the storage options the catalog vends for this table, sorted. */
  readonly storageOptionKeys: readonly string[];
  /** When the vended credentials end; undefined when they do not. They renew themselves. */
  readonly credentialsExpireAt: Date | undefined;
  readonly properties: Readonly<Record<string, string>>;

  constructor(description: {
    table: string;
    location: string;
    schema: Schema;
    version: number;
    rows: number;
    storageOptionKeys: readonly string[];
    credentialsExpireAt: Date | undefined;
    properties: Readonly<Record<string, string>>;
  }) {
    this.table = description.table;
    this.location = description.location;
    this.schema = description.schema;
    this.version = description.version;
    this.rows = description.rows;
    this.storageOptionKeys = description.storageOptionKeys;
    this.credentialsExpireAt = description.credentialsExpireAt;
    this.properties = description.properties;
  }

  [displaySymbol](): MimeBundle {
    return renderProperties({
      title: this.table,
      rows: [
        ["location", this.location],
        ["version", `${this.version}`],
        ["rows", this.rows.toLocaleString("en")],
        ["storage options", this.storageOptionKeys],
        ["credentials", describeTimeLeft(this.credentialsExpireAt)],
      ],
      schema: this.schema,
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}

function describeTimeLeft(expiry: Date | undefined): string {
  if (expiry === undefined) return "do not expire";
  const minutes = Math.round((expiry.getTime() - Date.now()) / 60_000);
  return minutes < 1
    ? "valid for less than a minute, renewed as needed"
    : `valid for ${minutes} min, renewed as needed`;
}
