import type { Schema, Table } from "../../arrow.ts";
import type { ClusterIdentity, PackedProgram, RowsWritten } from "../../daft/program.ts";
import type { SidecarOptions } from "../../daft/sidecar.ts";
import { DlfLanceError } from "../../errors.ts";
import type { JobPlace, RayJobsOptions } from "../../jobs/ray-jobs.ts";
import type { Progress } from "../../progress.ts";
import type { WriteResult } from "../../table/description/write-result.ts";
import type { BatchSource } from "../../table/ingest/read-pieces.ts";
import type { EngineWish, FindTarget } from "../engines/engine.ts";
import type { BatchFunction } from "../rows/apply-function.ts";
import type { RowSource, TableSource } from "../source.ts";

/** The tables a plan can name. */
export interface TableLookup {
  /** A table by its name, as in `default.orders`. Whether it exists shows when it is read. */
  find(table: string): TableSource;
  /** Rows that SQL names like a table, such as those of `information_schema.tables`; undefined for any other name. */
  rows?(table: string): RowSource | undefined;
  /** Writes rows as one commit, as they come; absent where there is nothing to write to. */
  write?(
    table: string | readonly [string, string],
    rows: BatchSource,
    mode: WriteMode,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult>;
  /** Has rows written as one commit from where they are; present where {@link TableLookup.write} is. */
  writeDistant?(
    table: string | readonly [string, string],
    rows: DistantRows,
    mode: WriteMode,
    signal: AbortSignal | undefined,
  ): Promise<WriteResult>;
  /** Has a job of a Ray cluster write rows; present where {@link TableLookup.write} is. */
  submit?(table: string | readonly [string, string], rows: PackableRows, wish: JobWish): Promise<JobPlace>;
}

/** Rows of a frame that are elsewhere, and are written from there. */
export interface DistantRows {
  readonly schema: Schema;
  /** Makes them a version of a table, without repeating anything. */
  write(find: FindTarget, progress: Progress): Promise<RowsWritten>;
}

/** Rows of a frame that a job writes, which is to have all that it needs with it. */
export interface PackableRows {
  readonly schema: Schema;
  pack(find: FindTarget, identity: ClusterIdentity): Promise<PackedProgram>;
}

/** What a job is to do, and where. */
export interface JobWish extends RayJobsOptions {
  readonly mode: WriteMode;
  readonly identity?: ClusterIdentity;
  /** The command that starts the cluster's Python. */
  readonly python?: string;
  readonly signal?: AbortSignal;
}

export type WriteMode = "create" | "append" | "overwrite";

/** What a plan names but does not hold. */
export interface FrameContext {
  /** The tables of the frame's own connection. */
  readonly tables: TableLookup;
  /** Those of other connections that the plan reads, by the names it has for them. */
  readonly connections?: ReadonlyMap<string, TableLookup>;
  /** Rows of the program and of files, by the name of their `input` step. */
  readonly rows: ReadonlyMap<string, Table | RowSource>;
  /** JavaScript functions, by the id of their `mapBatches` step. */
  readonly functions: ReadonlyMap<string, BatchFunction>;
  /** What runs the plan where a run does not say; chosen by us when left out. */
  readonly engine?: EngineWish;
  /** Where Daft runs; on this machine, from the installed environment, when left out. */
  readonly scaleOut?: SidecarOptions;
}

/** No tables: for frames over rows of the program alone. */
export const noTables: TableLookup = {
  find(table) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read ${table}: this frame is on no connection; begin with read() of a connection`,
    );
  },
};

/** The tables of a connection of the plan; its own when left out. */
export function tablesOf({ tables, connections }: FrameContext, connection: string | undefined): TableLookup {
  if (connection === undefined) return tables;
  const found = connections?.get(connection);
  if (found !== undefined) return found;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read tables of ${connection}: it is not kept with the plan; make the frame again with read() of its connection`,
  );
}
