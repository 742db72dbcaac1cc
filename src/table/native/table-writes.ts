/** Ways of putting rows into one open table, each one commit. Rows come as the bytes of an Arrow IPC file. */
import type * as LanceDb from "@lancedb/lancedb";
import { encloseSql } from "./enclose-sql.ts";
import { translateNativeError, translateNativeRead } from "./native-error.ts";

/** What of a commit is in data files by now. */
export interface Written {
  readonly rows: number;
  readonly bytes: number;
}

export interface LanceWrites {
  /** Adds rows and returns the new version. Columns are cast to the table's types, which `data` must be fit for. */
  append(data: Buffer, watch?: (written: Written) => void): Promise<number>;
  /** Puts rows and their schema in place of what the table has, and returns the new version. */
  overwrite(data: Buffer, watch?: (written: Written) => void): Promise<number>;
  /**
   * Deletes the rows for which the filter is true, unless there are new ones of the same keys, and inserts or updates
   * the rest.
   */
  replace(data: Buffer, keys: readonly string[], filter: string): Promise<number>;
  /** How many rows each version has, newest last. */
  countByVersion(): Promise<readonly { readonly version: number; readonly rows: number }[]>;
}

/** The native table under the public one, which would read the schema and decode the data once more. */
interface NativeWriter {
  add(
    data: Buffer,
    mode: "append" | "overwrite",
    watch: (progress: NativeProgress) => void,
  ): Promise<LanceDb.AddResult>;
  mergeInsert(keys: string[]): NativeMerge;
}

interface NativeProgress {
  readonly outputRows: number;
  readonly outputBytes: number;
}

interface NativeMerge {
  whenMatchedUpdateAll(): NativeMerge;
  whenNotMatchedInsertAll(): NativeMerge;
  whenNotMatchedBySourceDelete(filter: string): NativeMerge;
  execute(data: Buffer): Promise<LanceDb.MergeResult>;
}

export function createWrites(name: string, table: LanceDb.Table): LanceWrites {
  const { inner } = table as unknown as { inner: NativeWriter };
  const add = async (data: Buffer, mode: "append" | "overwrite", watch: (written: Written) => void) => {
    const { version } = await inner.add(data, mode, ({ outputRows, outputBytes }) => {
      try {
        watch({ rows: outputRows, bytes: outputBytes });
      } catch {
        // What a callback of the native library throws would end the process.
      }
    });
    return version;
  };
  return {
    append: (data, watch = () => undefined) =>
      translateNativeError(`append to ${name}`, () => add(data, "append", watch)),
    overwrite: (data, watch = () => undefined) =>
      translateNativeError(`overwrite ${name}`, () => add(data, "overwrite", watch)),
    replace: (data, keys, filter) =>
      translateNativeError(
        `replace rows of ${name}`,
        async () => {
          const merge = inner
            .mergeInsert([...keys])
            .whenMatchedUpdateAll()
            .whenNotMatchedInsertAll()
            .whenNotMatchedBySourceDelete(encloseSql(filter));
          return (await merge.execute(data)).version;
        },
        "condition",
      ),
    countByVersion: () =>
      translateNativeRead(`list the versions of ${name}`, async () =>
        (await table.listVersions()).map(({ version, metadata }) => ({
          version,
          rows: Number(metadata.total_rows),
        })),
      ),
  };
}
