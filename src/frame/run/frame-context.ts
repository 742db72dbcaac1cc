import type { Table } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { BatchSource } from "../../table/read-pieces.ts";
import type { WriteResult } from "../../table/write-result.ts";
import type { BatchFunction } from "../engines/engine.ts";
import type { TableSource } from "../source.ts";

/** The tables a plan can name. */
export interface TableLookup {
  /** A table by its name, as in `default.orders`. Whether it exists shows when it is read. */
  find(table: string): TableSource;
  /** Writes rows as one commit, as they come; absent where there is nothing to write to. */
  write?(
    table: string | readonly [string, string],
    rows: BatchSource,
    mode: WriteMode,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult>;
}

export type WriteMode = "create" | "append" | "overwrite";

/** What a plan names but does not hold. */
export interface FrameContext {
  readonly tables: TableLookup;
  /** Rows of the program, by the name of their `input` step. */
  readonly rows: ReadonlyMap<string, Table>;
  /** JavaScript functions, by the id of their `mapBatches` step. */
  readonly functions: ReadonlyMap<string, BatchFunction>;
}

/** No tables: for frames over rows of the program alone. */
export const noTables: TableLookup = {
  find(table) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read ${table}: this frame is on no connection; begin with read() of a connection.`,
    );
  },
};

/**
 * What the plans of both name.
 * @throws DlfLanceError Unsupported for frames of two connections.
 */
export function joinContexts(left: FrameContext, right: FrameContext, action: string): FrameContext {
  const isShared = left.tables === right.tables || left.tables === noTables || right.tables === noTables;
  if (!isShared) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action} frames of two connections: collect() one of them, and make a frame of its rows with fromRows().`,
    );
  }
  return {
    tables: left.tables === noTables ? right.tables : left.tables,
    rows: new Map([...left.rows, ...right.rows]),
    functions: new Map([...left.functions, ...right.functions]),
  };
}
