import { inspect } from "node:util";
import type { Schema } from "../../arrow.ts";
import { type StorageCredentials, toStorageOptions } from "../../catalog/operations/credentials.ts";
import { foldTexts, renderProperties } from "../../display/card/properties.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";
import { countOf, formatByteCount, formatCount } from "../../display/text/number-text.ts";
import { formatTimestamp } from "../../display/text/time-text.ts";
import type { LanceIndex } from "../native/table-indices.ts";
import type { TableTag } from "../native/table-versions.ts";
import { type StorageEnvironment, storageEnvironment } from "./storage-environment.ts";

/** What a description is made of. */
export interface TableFacts {
  /** Full name, `namespace.table`. */
  readonly table: string;
  /** Where the data lies, such as `oss://bucket/path/to/table`. */
  readonly location: string;
  /** Version of the format of the data files, such as `2.1`; undefined without `details`, unless the connection knows it. */
  readonly storageVersion: string | undefined;
  readonly schema: Schema;
  readonly version: number;
  /** The number of remaining versions, and when the newest was committed; undefined without `details`. */
  readonly versions: number | undefined;
  readonly committedAt: Date | undefined;
  readonly tags: readonly TableTag[] | undefined;
  readonly rows: number;
  readonly fragments: number;
  /** The size of this version's data and index files. */
  readonly bytes: number;
  readonly indices: readonly LanceIndex[];
  /** As the catalog keeps them. */
  readonly properties: Readonly<Record<string, string>>;
  /** What the catalog knows, where it does. */
  readonly owner: string | undefined;
  readonly comment: string | undefined;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
}

/** What is known about a table without reading its rows. It shows the names of credentials, never their values. */
export class TableDescription implements TableFacts {
  readonly table: string;
  readonly location: string;
  readonly storageVersion: string | undefined;
  readonly schema: Schema;
  readonly version: number;
  readonly versions: number | undefined;
  readonly committedAt: Date | undefined;
  readonly tags: readonly TableTag[] | undefined;
  readonly rows: number;
  readonly fragments: number;
  readonly bytes: number;
  readonly indices: readonly LanceIndex[];
  readonly properties: Readonly<Record<string, string>>;
  readonly owner: string | undefined;
  readonly comment: string | undefined;
  readonly createdAt: Date | undefined;
  readonly updatedAt: Date | undefined;
  /** Names of the storage options the catalog vends for this table, sorted. */
  readonly storageOptionKeys: readonly string[];
  /** When the vended credentials expire; undefined when they do not. They renew themselves. */
  readonly credentialsExpireAt: Date | undefined;
  readonly #credentials: StorageCredentials;

  /** @internal */
  constructor(facts: TableFacts, credentials: StorageCredentials) {
    this.table = facts.table;
    this.location = facts.location;
    this.storageVersion = facts.storageVersion;
    this.schema = facts.schema;
    this.version = facts.version;
    this.versions = facts.versions;
    this.committedAt = facts.committedAt;
    this.tags = facts.tags;
    this.rows = facts.rows;
    this.fragments = facts.fragments;
    this.bytes = facts.bytes;
    this.indices = facts.indices;
    this.properties = facts.properties;
    this.owner = facts.owner;
    this.comment = facts.comment;
    this.createdAt = facts.createdAt;
    this.updatedAt = facts.updatedAt;
    this.storageOptionKeys = Object.keys(toStorageOptions(credentials)).sort();
    this.credentialsExpireAt =
      credentials.expiresAt === undefined ? undefined : new Date(credentials.expiresAt);
    this.#credentials = credentials;
  }

  /**
   * The table's credentials as the environment variables that Lance and Daft read, for a child process:
   * `spawn("python", ["job.py"], { env: { ...process.env, ...description.environment() } })`. They open only this table
   * and are not renewed. The map prints redacted; its values are real.
   */
  environment(): StorageEnvironment {
    return storageEnvironment(this.#credentials);
  }

  [displaySymbol](): MimeBundle {
    const { versions, committedAt } = this;
    const history = versions === undefined ? "" : ` of ${versions}, committed ${formatTime(committedAt)}`;
    const properties = Object.entries(this.properties).map(([key, value]) => `${key} = ${value}`);
    return renderProperties({
      title: this.table,
      rows: [
        ["location", this.location],
        ["storage format", this.storageVersion === undefined ? undefined : `Lance ${this.storageVersion}`],
        ["version", `${this.version}${history}`],
        ["tags", listOrNothing((this.tags ?? []).map(({ tag, version }) => `${tag} → ${version}`))],
        ["rows", formatCount(this.rows)],
        ["fragments", this.fragments.toLocaleString("en")],
        ["size", formatByteCount(this.bytes)],
        ["indices", listOrNothing(this.indices.map(describeIndex))],
        ["properties", listOrNothing(properties.filter((text) => !text.startsWith(bookkeeping)))],
        ["comment", this.comment],
        ["owner", this.owner],
        ["created", formatTime(this.createdAt)],
        ["updated", formatTime(this.updatedAt)],
        ["storage options", this.storageOptionKeys],
        ["credentials", describeTimeLeft(this.credentialsExpireAt)],
        ["bookkeeping", foldTexts(properties.filter((text) => text.startsWith(bookkeeping)))],
      ],
      schema: this.schema,
    });
  }

  [inspect.custom](): string {
    return inspectText(this[displaySymbol]());
  }
}

/** How the properties begin that clients keep for themselves. */
const bookkeeping = "dlf.lance.";

function formatTime(time: Date | undefined): string | undefined {
  return time === undefined ? undefined : formatTimestamp(BigInt(time.getTime()), 1, "UTC");
}

function listOrNothing(texts: readonly string[]): readonly string[] | undefined {
  return texts.length === 0 ? undefined : texts;
}

function describeIndex({ name, type, columns, unindexedRows = 0 }: LanceIndex): string {
  const rest = unindexedRows === 0 ? "" : `, without ${countOf(unindexedRows, "row")}`;
  return `${name}: ${type} (${columns.join(", ")})${rest}`;
}

function describeTimeLeft(expiry: Date | undefined): string {
  if (expiry === undefined) return "do not expire";
  const minutes = Math.round((expiry.getTime() - Date.now()) / 60_000);
  return minutes < 1
    ? "valid for less than a minute, renewed as needed"
    : `valid for ${minutes} min, renewed as needed`;
}
