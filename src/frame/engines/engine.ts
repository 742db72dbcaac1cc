/** What runs the stages of plans. An engine stands alone: it is given rows, and imports no other. */
import type { Field, RecordBatch, Schema } from "../../arrow.ts";
import type {
  ClusterIdentity,
  PackedProgram,
  Reach,
  RowsWritten,
  TablePlace,
  WriteTarget,
} from "../../daft/program.ts";
import type { SidecarOptions } from "../../daft/sidecar.ts";
import type { Progress } from "../../progress.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import type { TextExpression } from "../expression/text-expression.ts";
import type { Plan, SqlPlan } from "../plan/plan.ts";
import type { BatchFunction } from "../rows/apply-function.ts";
import type { Reason } from "./refusal.ts";

export type { BatchFunction } from "../rows/apply-function.ts";

/**
 * What runs a stage: `lance` scans and searches, `stream` runs JavaScript functions and takes parts of the rows,
 * `aggregate` computes plain groups, and `duckdb` everything else. `daft` is Daft in a separate process, and `ray` is
 * Daft on a Ray cluster: these two run only where you ask for them.
 */
export type EngineName = "lance" | "aggregate" | "stream" | "duckdb" | RemoteEngineName;

/** Engines that read the tables themselves, in other processes. */
export type RemoteEngineName = "daft" | "ray";

export const remoteEngineTitles: Readonly<Record<RemoteEngineName, string>> = { daft: "Daft", ray: "Ray" };

export function isRemoteEngine(name: EngineName | undefined): name is RemoteEngineName {
  return name === "daft" || name === "ray";
}

/** An engine, or `here`: the one of this process that takes least time. */
export type EngineWish = EngineName | "here";

/** Rows that a plan stands on, before they are read. */
export interface InputShape {
  readonly schema: Schema;
  /** At most so many, where that is known. */
  readonly rows?: number;
  /** Whether another process can read them from their table. */
  readonly isRemote?: boolean;
  /** Whether fields of its structs can be read without the rest. */
  readonly readsFields?: boolean;
  /** Where a statement of DuckDB reads the rows itself. */
  readonly inPlace?: InputInPlace;
}

/** Rows of files. */
export interface InputInPlace {
  /** A query of the columns of the schema, called `c0`, `c1`, …, as plans store them. */
  readonly sql: string;
  /** What went wrong in a statement over it, in words about the files. */
  explain(error: unknown): Promise<unknown>;
}

/** A scan that another process does. */
export interface RemoteScan {
  /** Where that process finds the version of the table. */
  place(reach: Reach): Promise<TablePlace>;
  readonly request: ScanRequest;
}

/** By the name of the `input` step that stands for the rows. */
export type InputShapes = ReadonlyMap<string, InputShape>;

/** The rows themselves. */
export interface EngineInput extends InputShape {
  /**
   * The rows in their order, from the beginning at every call; only the columns named (in any order), all when left
   * out. Ends when the caller stops reading.
   * @param isPassing whether the caller is done with a batch when it asks for the next; its memory may be gone then.
   */
  batches(columns?: readonly string[], isPassing?: boolean): AsyncIterable<RecordBatch>;
  /** Where {@link InputShape.isRemote}. */
  readonly remote?: RemoteScan;
}

export type EngineInputs = ReadonlyMap<string, EngineInput>;

/**
 * What an engine hands rows to for which it has no memory left: the rows that the same plan makes of them. Undefined where no
 * other engine does the plan.
 */
export type Spill = (
  schema: Schema,
) => Promise<((rows: AsyncIterable<RecordBatch>) => AsyncIterable<RecordBatch>) | undefined>;

/** What a run needs in addition to its rows. */
export interface EngineOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Bytes an engine may hold in memory for its inputs; what is more goes to disk. */
  readonly memoryLimit?: number;
  /** Takes what would exceed the limit; without it, the engine does all itself. */
  readonly spill?: Spill;
  /** Whether somebody asked for this limit, so that all the engine's memory has to stay below it. */
  readonly isOwnLimit?: boolean;
  /** By the id of their `mapBatches` step. */
  readonly functions?: ReadonlyMap<string, BatchFunction>;
  /** Where Daft runs. */
  readonly scaleOut?: SidecarOptions;
  /** Takes what another process did, in words: where, for how long, and how much it read. */
  readonly report?: (ranOn: string) => void;
}

/** A plan that an engine has made ready: it compiled it, and will not again. */
export interface ReadyPlan {
  /** How long a run would take compared with other engines: smaller is better. */
  readonly cost: number;
  /** The rows. All batches have the schema that `planSchema` (step-fields.ts) gives. */
  run(inputs: EngineInputs, options: EngineOptions): AsyncIterable<RecordBatch>;
  /** Makes the rows a version of a table without bringing them here; absent where the engine cannot. */
  write?(inputs: EngineInputs, options: EngineOptions, find: FindTarget): Promise<RowsWritten>;
  /** All that does the same elsewhere and later; present where {@link ReadyPlan.write} is. */
  pack?(
    inputs: EngineInputs,
    options: EngineOptions,
    find: FindTarget,
    identity: ClusterIdentity,
  ): Promise<PackedProgram>;
}

/** Where rows go, for processes of this machine or of a cluster. */
export type FindTarget = (reach: Reach) => Promise<WriteTarget>;

/** Why an engine does not run a plan exactly. */
export interface Refusal {
  readonly reasons: readonly Reason[];
}

export interface Engine {
  readonly name: EngineName;
  /** @param plan checked and optimized; its leaves are `input` steps. */
  prepare(plan: Plan, inputs: InputShapes): ReadyPlan | Refusal;
}

/** What reads SQL statements, and runs them. */
export interface SqlReader {
  /** The tables that a statement names and does not make itself. */
  tables(text: string): Promise<readonly string[]>;
  /** What a text reads as; undefined for one that is not an expression. */
  expression(text: string): Promise<TextExpression | undefined>;
  /** The columns of its result. @param inputs the columns of its inputs, by their names. */
  schema(plan: SqlPlan, inputs: ReadonlyMap<string, readonly Field[]>): Promise<Schema>;
  /**
   * What a statement needs of its inputs.
   * @param inputs as for `schema`, or some
   * @param rows how many of its rows are taken
   */
  needs(
    plan: SqlPlan,
    inputs: ReadonlyMap<string, readonly Field[]>,
    rows?: number,
  ): Promise<ReadonlyMap<string, NeededRows>>;
  /**
   * The statement as steps over its inputs, for engines that do not read SQL. Its columns have the names of the result;
   * their types may be others that hold the same values.
   * @param inputs as for `schema`
   * @param columns of the result, as `schema` has them
   * @throws DlfLanceError Unsupported, naming the part of the statement, for what has no such steps
   */
  translate(
    plan: SqlPlan,
    inputs: ReadonlyMap<string, readonly Field[]>,
    columns: readonly string[],
  ): Promise<Plan>;
  /** @param inputs by the names that the statement has for them. */
  prepare(plan: SqlPlan, inputs: InputShapes): Promise<ReadyStatement>;
}

export interface ReadyStatement extends ReadyPlan {
  /** What it takes of its inputs, by their names: columns, or fields of structs where these can be read alone. */
  readonly columns: ReadonlyMap<string, readonly NamedExpression[]>;
}

/** Which rows of an input have a part in the result of a statement. */
export interface NeededRows {
  /** What is true of each of them. */
  readonly conditions: readonly ExpressionNode[];
  /** So many of these at most, which are the first; undefined where all may be needed. */
  readonly limit?: number;
}
