/**
 * What a frame will do, as frozen data that survive JSON. Each step stands on its input, down to the scans.
 *
 * Rows have an order where it is said: a scan delivers the table's own, and filter, project, limit, tail, sample,
 * window, explode, concat (first all rows of `input`) and mapBatches keep that of their input; sort makes one, and keeps the
 * input's among equals. After aggregate, distinct, join, unpivot, sql and search (nearest first) nothing else is promised.
 */

import type { SearchRequest } from "../../table/native/search-request.ts";
import type {
  AggregateNode,
  ColumnNode,
  ExpressionNode,
  FunctionNode,
  NamedExpression,
  SortKey,
  WindowFunctionNode,
  WindowSpecification,
} from "../expression/expression-node.ts";
import { freezeDeep } from "../expression/freeze-deep.ts";
import type { LiteralNode } from "../expression/literal.ts";

/** What engines run: a plan that was checked against the schemas of its tables holds nothing else. */
export type CorePlan =
  | ScanPlan
  | InputPlan
  | SearchPlan
  | FilterPlan
  | ProjectPlan
  | LimitPlan
  | TailPlan
  | SortPlan
  | TopPlan
  | DistinctPlan
  | SamplePlan
  | ExplodePlan
  | ConcatPlan
  | JoinPlan
  | AggregatePlan
  | WindowPlan
  | UnpivotPlan
  | SqlPlan
  | MapBatchesPlan
  | ApplyPlan;

/** Short forms that the check of a plan writes out, because they need the columns of their input. */
export type ShortPlan =
  | ExcludePlan
  | ExtendPlan
  | RenamePlan
  | DropNullPlan
  | FillNullPlan
  | UnnestPlan
  | UniquePlan
  | PivotPlan
  | SetPlan;

/** The steps of a frame as plain frozen data, the last step outermost. */
export type Plan = CorePlan | ShortPlan;
export type StepName = Plan["step"];

interface OnInput {
  readonly input: Plan;
}

/** One of: its number, a tag, or the newest at a time (ISO 8601 in UTC). */
export type TableVersion = { readonly number: number } | { readonly tag: string } | { readonly time: string };

export interface ScanPlan {
  readonly step: "scan";
  /** As in `default.orders`. */
  readonly table: string;
  /** The newest when null. */
  readonly version: TableVersion | null;
  /** Of the table, by the name that the frame's context has for it; the frame's own when left out. */
  readonly connection?: string;
}

/** Rows that are delivered from elsewhere: by another engine, or by the program. */
export interface InputPlan {
  readonly step: "input";
  readonly name: string;
}

/** The rows nearest to what is searched. Stands on a scan, with nothing but filters (which come first) between. */
export interface SearchPlan extends OnInput {
  readonly step: "search";
  readonly search: SearchRequest;
}

/** A condition in Lance's SQL dialect. It sees all columns of the table, whatever was selected before. */
export interface SqlNode {
  readonly node: "sql";
  readonly text: string;
}

export type Predicate = ExpressionNode | SqlNode;

export interface FilterPlan extends OnInput {
  readonly step: "filter";
  /** Keeps rows for which all of them are true. */
  readonly predicates: readonly Predicate[];
}

/** In a checked plan without aggregates and windows: these are separate steps. */
export interface ProjectPlan extends OnInput {
  readonly step: "project";
  /** What remains, in this order. */
  readonly columns: readonly NamedExpression[];
}

export interface ExcludePlan extends OnInput {
  readonly step: "exclude";
  readonly columns: readonly string[];
}

/** All columns, and these: one of an existing name replaces it. */
export interface ExtendPlan extends OnInput {
  readonly step: "extend";
  readonly columns: readonly NamedExpression[];
  /** Those given as a text without `lit()` that may be meant as an expression. */
  readonly texts?: readonly string[] | undefined;
}

export interface RenamePlan extends OnInput {
  readonly step: "rename";
  readonly columns: readonly { readonly from: string; readonly to: string }[];
}

export interface LimitPlan extends OnInput {
  readonly step: "limit";
  /** Rows kept after those skipped; null keeps all. */
  readonly count: number | null;
  /** Rows skipped at the beginning. */
  readonly offset: number;
}

export interface TailPlan extends OnInput {
  readonly step: "tail";
  readonly count: number;
}

export interface SortPlan extends OnInput {
  readonly step: "sort";
  readonly keys: readonly SortKey[];
}

/** A sort and a limit in one. Made by the optimizer. */
export interface TopPlan extends OnInput {
  readonly step: "top";
  readonly keys: readonly SortKey[];
  readonly count: number;
  readonly offset: number;
}

export interface DistinctPlan extends OnInput {
  readonly step: "distinct";
  /** Of rows equal in these columns one is kept; in all columns when null. Null equals null, NaN NaN, 0 -0. */
  readonly on: readonly string[] | null;
}

/** The same rows for the same seed, as long as the rows come in the same order. */
export interface SamplePlan extends OnInput {
  readonly step: "sample";
  /** A part of the rows from 0 to 1, each row by its own chance; or a number of rows. The other is null. */
  readonly fraction: number | null;
  readonly rows: number | null;
  readonly seed: number;
}

/** Leaves rows out that are null in one of the columns; in any column when null. */
export interface DropNullPlan extends OnInput {
  readonly step: "dropNull";
  readonly columns: readonly string[] | null;
}

/** The value in place of null, in these columns; when null in all columns that can hold it. */
export interface FillNullPlan extends OnInput {
  readonly step: "fillNull";
  readonly value: LiteralNode;
  readonly columns: readonly string[] | null;
}

/** A row for each item of the list; one with null for a list that is null or empty. */
export interface ExplodePlan extends OnInput {
  readonly step: "explode";
  readonly column: string;
}

/** The fields of the struct as columns in its place. */
export interface UnnestPlan extends OnInput {
  readonly step: "unnest";
  readonly column: string;
}

/** Rows of both, duplicates too. Columns are matched by name; both have the same ones. */
export interface ConcatPlan extends OnInput {
  readonly step: "concat";
  readonly other: Plan;
  /** Whether a column that one of them lacks is null there; otherwise that is an error. */
  readonly fillsMissing?: boolean | undefined;
}

export const setOperations = ["intersect", "except"] as const;

/** The different rows of `input` that are, or are not, among those of `other`. Null equals null. */
export interface SetPlan extends OnInput {
  readonly step: "set";
  readonly operation: (typeof setOperations)[number];
  readonly other: Plan;
}

export const keptRows = ["any", "first", "last", "none"] as const;

/** Of rows equal in the columns, in all when null, one is kept; `none` keeps those that have no equal. */
export interface UniquePlan extends OnInput {
  readonly step: "unique";
  readonly on: readonly string[] | null;
  readonly keep: (typeof keptRows)[number];
}

export const joinKinds = ["inner", "left", "right", "full", "semi", "anti", "cross"] as const;
export type JoinKind = (typeof joinKinds)[number];

/**
 * Rows of both whose keys are all equal; null equals nothing, NaN equals NaN. `semi` and `anti` keep rows of `input`
 * that have, or do not have, a match.
 *
 * Columns: those of `input`, then those of `other`. A key that is a column of the same name on both sides is one
 * column; another name of `input` gets the suffix in `other`. A checked plan has no name on both sides.
 */
export interface JoinPlan extends OnInput {
  readonly step: "join";
  readonly other: Plan;
  readonly kind: JoinKind;
  /** Empty for `cross`, and where there is a condition. */
  readonly on: readonly JoinKey[];
  readonly suffix: string;
  /** What is true of each pair besides, over the columns of the result. */
  readonly condition?: ExpressionNode | undefined;
  /** Of the matches of a row the one whose key is nearest. For `inner` and `left`. */
  readonly nearest?: NearestKey | undefined;
}

export interface JoinKey {
  readonly left: ExpressionNode;
  readonly right: ExpressionNode;
}

export const nearestDirections = ["backward", "forward", "nearest"] as const;

export interface NearestKey extends JoinKey {
  /**
   * Whether the other key is at most (backward) or at least (forward) that of `input`, or whichever of these two is nearer:
   * the lower one when both are as near. `nearest` takes numbers and times.
   */
  readonly direction: (typeof nearestDirections)[number];
  /** Whether equal keys match. */
  readonly takesEqual: boolean;
  /** How far apart the keys may be: a number, or the text of a duration. */
  readonly tolerance?: LiteralNode | undefined;
}

/**
 * One row for each group of equal keys (null equals null, NaN NaN, 0 -0), or one row for all without keys. As written,
 * `aggregates` may compute with aggregates; in a checked plan each is an aggregate itself.
 */
export interface AggregatePlan extends OnInput {
  readonly step: "aggregate";
  readonly keys: readonly NamedExpression[];
  readonly aggregates: readonly NamedExpression[];
}

/** The columns of a checked {@link AggregatePlan}. */
export interface NamedAggregate extends NamedExpression {
  readonly expression: AggregateNode;
}

/** Adds a column for each function. Made by the check of a plan, from window expressions. */
export interface WindowPlan extends OnInput, WindowSpecification {
  readonly step: "window";
  readonly functions: readonly { readonly name: string; readonly function: WindowFunctionNode }[];
}

/** One row for each group of equal keys, and a column for each value: what `aggregate` comes to for its rows. */
export interface PivotPlan extends OnInput {
  readonly step: "pivot";
  readonly keys: readonly NamedExpression[];
  readonly on: ExpressionNode;
  readonly values: readonly { readonly name: string; readonly value: LiteralNode }[];
  readonly aggregate: AggregateNode;
}

/** A row for each of the columns: `keys` as they are, the column's name and its value. */
export interface UnpivotPlan extends OnInput {
  readonly step: "unpivot";
  readonly keys: readonly string[];
  /** Of one type in a checked plan. */
  readonly columns: readonly string[];
  readonly nameColumn: string;
  readonly valueColumn: string;
}

/** SQL of the SQL engine, one reading statement. Tables it names that are not inputs are those of its connection. */
export interface SqlPlan {
  readonly step: "sql";
  /** As that of a scan. */
  readonly connection?: string;
  /** With `$1`, `$2` … for the parameters. */
  readonly text: string;
  readonly parameters: readonly LiteralNode[];
  readonly inputs: readonly { readonly name: string; readonly plan: Plan }[];
}

/** A JavaScript function over batches. The function itself is kept next to the plan, under its id. */
export interface MapBatchesPlan extends OnInput {
  readonly step: "mapBatches";
  readonly id: string;
  /** For people. */
  readonly name: string;
  /** Columns it delivers, types as displays name them; those of its input when null. */
  readonly columns: readonly { readonly name: string; readonly type: string }[] | null;
}

/** Adds a column for each JavaScript function of a row's values. Made by the check of a plan, from expressions. */
export interface ApplyPlan extends OnInput {
  readonly step: "apply";
  readonly functions: readonly { readonly name: string; readonly function: AppliedFunction }[];
}

/** Its arguments are columns of the input. */
export interface AppliedFunction extends FunctionNode {
  readonly arguments: readonly ColumnNode[];
}

/** The plan, frozen with all that it holds. */
export function createPlan<P extends Plan>(plan: P): P {
  return freezeDeep(plan);
}

/** What a plan stands on, in order. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.step) {
    case "scan":
    case "input":
      return [];
    case "sql":
      return plan.inputs.map((input) => input.plan);
    case "join":
    case "concat":
    case "set":
      return [plan.input, plan.other];
    default:
      return [plan.input];
  }
}

/** The same step over other inputs. */
export function mapInputs<P extends Plan>(plan: P, change: (input: Plan) => Plan): P;
export function mapInputs(plan: Plan, change: (input: Plan) => Plan): Plan {
  switch (plan.step) {
    case "scan":
    case "input":
      return plan;
    case "sql":
      return { ...plan, inputs: plan.inputs.map((input) => ({ ...input, plan: change(input.plan) })) };
    case "join":
    case "concat":
    case "set":
      return { ...plan, input: change(plan.input), other: change(plan.other) };
    default:
      return { ...plan, input: change(plan.input) };
  }
}

/** What the rows of a plan are called in messages: the first table they come from. */
export function namePlan(plan: Plan): string {
  if (plan.step === "scan") return plan.table;
  if (plan.step === "input") return plan.name;
  const [first] = inputsOf(plan);
  return first === undefined ? "the SQL statement" : namePlan(first);
}

/** The first condition of a filter that is written as SQL text. */
export function sqlTextOf({ predicates }: FilterPlan): string | undefined {
  return predicates.flatMap((predicate) => (predicate.node === "sql" ? [predicate.text] : []))[0];
}

/** The same of a plan and of what it stands on. */
export function findSqlText(plan: Plan): string | undefined {
  const own = plan.step === "filter" ? sqlTextOf(plan) : undefined;
  return (
    own ??
    inputsOf(plan)
      .map(findSqlText)
      .find((text) => text !== undefined)
  );
}

/** The text that is searched for below the plan's last steps. */
export function searchedText(plan: Plan): string | undefined {
  if (plan.step === "search") return plan.search.text?.text;
  const [input] = inputsOf(plan);
  return input === undefined ? undefined : searchedText(input);
}

/** A column as it is. */
export function plainColumn(name: string): NamedExpression {
  return { name, expression: { node: "column", name } };
}
