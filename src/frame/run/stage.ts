/** What a plan is cut into: pieces that one engine does alone, each on the rows of those below it. */
import { arrow, type Field, type Schema } from "../../arrow.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";
import type { EngineName, InputInPlace, ReadyPlan } from "../engines/engine.ts";
import type { KeyOrder } from "../engines/lance/first-key.ts";
import type { Plan, ScanPlan } from "../plan/plan.ts";
import type { ResolvedRows, ResolvedTable } from "../source.ts";
import type { EngineChoice } from "./choose-engine.ts";

export type Stage = ScanStage | RowsStage | EngineStage;

/** A scan or search of one table, by Lance. */
export interface ScanStage {
  readonly stage: "scan";
  readonly scan: ScanPlan;
  readonly table: ResolvedTable;
  readonly request: ScanRequest;
  /** Of its rows, in the order of the request's columns. */
  readonly fields: readonly Field[];
  /** At most so many rows, where that is known. */
  readonly rows?: number;
  readonly bound?: ScanBound;
}

/** The first key of a sort is read alone first; then come only the rows that can be among the first. */
export interface ScanBound {
  readonly order: KeyOrder;
  /** How many rows of the sort are asked for. */
  readonly rows: number;
}

/** Rows of the program, or of files. */
export interface RowsStage {
  readonly stage: "rows";
  readonly name: string;
  readonly source: ResolvedRows;
  readonly fields: readonly Field[];
  /** How many, where that is known. */
  readonly rows?: number;
}

/** Steps over the rows of other stages. */
export interface EngineStage {
  readonly stage: "engine";
  readonly engine: EngineName;
  /** Its leaves are `input` steps. */
  readonly plan: Plan;
  /** By the names of these. */
  readonly inputs: ReadonlyMap<string, StageInput>;
  readonly fields: readonly Field[];
  readonly rows?: undefined;
  readonly ready: ReadyPlan;
  readonly others: EngineChoice["others"];
  /** Of the Ray cluster that does it, where it runs already. */
  readonly address?: string;
}

/** The rows of a stage, as another takes them. */
export interface StageInput {
  readonly stage: Stage;
  /** Those taken, in this order; all when left out. */
  readonly columns?: readonly string[];
}

export function inputSchema({ stage, columns }: StageInput): Schema {
  if (columns === undefined) return new arrow.Schema([...stage.fields]);
  const byName = new Map(stage.fields.map((field) => [field.name, field]));
  return new arrow.Schema(columns.flatMap((column) => byName.get(column) ?? []));
}

/** How a statement of DuckDB reads the rows without being given them; undefined where it cannot. */
export function inputInPlace(input: StageInput, signal: AbortSignal | undefined): InputInPlace | undefined {
  const { stage } = input;
  if (stage.stage !== "rows" || stage.source.inPlace === undefined) return undefined;
  const { inPlace } = stage.source;
  const columns = inputSchema(input).fields.map(({ name }) => name);
  const sql = inPlace.sql(columns);
  return sql === undefined ? undefined : { sql, explain: (error) => inPlace.explain(error, columns, signal) };
}

/** Whether another process can do the stage: it is a scan, and no search. */
export function isRemote(stage: Stage): stage is ScanStage {
  return stage.stage === "scan" && stage.table.place !== undefined && stage.request.search === undefined;
}

/** All scans below, first to last. */
export function scansOf({ stage }: StageInput): readonly ScanStage[] {
  if (stage.stage === "scan") return [stage];
  return stage.stage === "rows" ? [] : [...stage.inputs.values()].flatMap(scansOf);
}
