/** What runs plans. One interface for the memory engine, the Lance scan and the SQL engine. */
import type { Field, RecordBatch, Schema } from "../../arrow.ts";
import type { Progress } from "../../progress.ts";
import type { ScanRequest } from "../../table/scan-request.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { Plan, SqlPlan } from "../plan/plan.ts";
import type { ResolvedTable } from "../source.ts";

export type EngineName = "lance" | "aggregate" | "top" | "sql" | "memory";

/** Rows that a plan stands on, by the name of its `input` step. */
export interface EngineInput {
  readonly schema: Schema;
  /**
   * The rows in their order, from the beginning at every call; only the columns named (in any order), all when left
   * out. Ends when the caller stops reading.
   * @param isPassing whether the caller is done with a batch when it asks for the next; its memory may be gone then.
   */
  batches(columns?: readonly string[], isPassing?: boolean): AsyncIterable<RecordBatch>;
  /** How many rows there are, as far as that is known without reading. */
  readonly rows?: number;
  /** The scan that delivers these rows. */
  readonly scan?: { readonly table: ResolvedTable; readonly request: ScanRequest };
}

export type EngineInputs = ReadonlyMap<string, EngineInput>;

/** A JavaScript function of a plan. */
export type BatchFunction = (batch: RecordBatch) => RecordBatch | Promise<RecordBatch>;

/** What a run needs beside its plan and rows. */
export interface EngineOptions {
  readonly signal?: AbortSignal;
  readonly progress?: Progress;
  /** Bytes an engine may hold in memory for its inputs; a quarter of the machine's memory when left out. */
  readonly memoryLimit?: number;
  /** By the id of their `mapBatches` step. */
  readonly functions?: ReadonlyMap<string, BatchFunction>;
}

/** What an engine knows of SQL statements before it runs them. */
export interface SqlReader {
  /** The tables that a statement names and does not make itself. */
  tables(text: string): Promise<readonly string[]>;
  /** The columns of its result. @param inputs the columns of its inputs, by their names. */
  schema(plan: SqlPlan, inputs: ReadonlyMap<string, readonly Field[]>): Promise<Schema>;
  /** What is true of every row of an input that has a part in the result. @param inputs as for `schema`, or some. */
  conditions(
    plan: SqlPlan,
    inputs: ReadonlyMap<string, readonly Field[]>,
  ): Promise<ReadonlyMap<string, readonly ExpressionNode[]>>;
}

export interface Engine {
  readonly name: EngineName;
  /**
   * Why it cannot run the plan exactly, in words, one a reason; empty when it can.
   * @param plan checked and optimised; its leaves are `input` steps.
   */
  canRun(plan: Plan, inputs: EngineInputs): readonly string[];
  /** How long a run would take compared with other engines: smaller is better. Asked only where it can run. */
  cost(plan: Plan, inputs: EngineInputs): number;
  /** The rows of the plan. All batches have the schema that `planSchema` (core-fields.ts) gives. */
  run(plan: Plan, inputs: EngineInputs, options: EngineOptions): AsyncIterable<RecordBatch>;
  readonly sqlReader?: SqlReader;
  /** What it would do, one line a step, for `explain()`. */
  explain?(plan: Plan, inputs: EngineInputs): Promise<readonly string[]>;
}
