/** What whoever helps with writing cells may ask about tables. */
import type { Field } from "./arrow.ts";
import { shareValue } from "./shared-value.ts";

/** What whoever points at a table is shown. */
export interface DirectoryEntry {
  readonly location: string;
  readonly version: number;
  readonly rows: number;
  /** What the catalog says of it. */
  readonly comment: string | undefined;
  readonly columns: readonly Field[];
}

export interface TableDirectory {
  /** Names as `read` takes them, from a listing that is at most a minute old. */
  list(): Promise<readonly string[]>;
  /** The columns of a table as the connection last saw them; it is opened where it is not open yet. */
  columns(table: string): Promise<readonly Field[]>;
  /** The same for a table that is open, without asking the catalog or the store; undefined for others. */
  recallColumns(table: string): Promise<readonly Field[] | undefined>;
  /** The columns of a table as they are now, whoever has changed them. */
  renewColumns(table: string): Promise<readonly Field[]>;
  describe(table: string): Promise<DirectoryEntry>;
}

const shared = shareValue<() => readonly TableDirectory[]>("dlf-lance.table-directory");

/** Makes known, to every copy of this package, where tables are asked about. */
export function publishTableDirectories(find: () => readonly TableDirectory[]): void {
  shared.write(find);
}

/** One for each catalog that is connected to, first that of the connection that `read` would use. */
export function findTableDirectories(): readonly TableDirectory[] {
  return shared.read()?.() ?? [];
}
