/** Splits a plan over a table into what the Lance scan does and what is done with its rows afterwards. */
import type { Field } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import type { ScanRequest } from "../../../table/native/scan-request.ts";
import type { SearchRequest } from "../../../table/native/search-request.ts";
import { describeName } from "../../expression/describe-expression.ts";
import type { ExpressionNode } from "../../expression/expression-node.ts";
import { columnsOf, replaceColumns } from "../../expression/expression-parts.ts";
import { type LimitPlan, type Plan, type Predicate, type ScanPlan, sqlTextOf } from "../../plan/plan.ts";
import { type FindTableField, filterSql, isPushable } from "./filter-sql.ts";

/** What a scan is asked for, besides its columns. */
export interface ScanPart {
  readonly scan: ScanPlan;
  /** The whole of what the scan does, as a plan. */
  readonly plan: Plan;
  readonly predicates: readonly Predicate[];
  readonly search: SearchRequest | null;
  readonly limit: LimitPlan | null;
}

export interface SplitPlan {
  readonly part: ScanPart;
  /** What is done afterwards, over the rows of the scan; it is given the step that stands for them. */
  readonly rest: (rows: Plan) => Plan;
}

/** The native reader keeps only the lower 32 bits of limit and offset. */
const greatestScanNumber = 2 ** 32 - 1;

/**
 * @param plan checked and optimized.
 * @returns undefined when no scan stands below, with steps on one input alone between.
 */
export function splitScan(plan: Plan, find: (scan: ScanPlan) => FindTableField): SplitPlan | undefined {
  if (plan.step === "scan") {
    const part = { scan: plan, plan, predicates: [], search: null, limit: null };
    return { part, rest: (rows) => rows };
  }
  if (plan.step !== "filter" && plan.step !== "limit" && plan.step !== "search") return undefined;
  const below = splitScan(plan.input, find);
  if (below === undefined) return undefined;
  const { part } = below;
  const isWhole = below.rest(part.plan) === part.plan;
  switch (plan.step) {
    case "filter": {
      const isTaken = (predicate: Predicate) => isPushable(predicate, find(part.scan));
      if (part.limit !== null || part.search !== null || !isWhole) return refuseSqlText(plan, below);
      const pushed = plan.predicates.filter(isTaken);
      const kept = plan.predicates.filter((predicate) => !isTaken(predicate));
      return {
        part:
          pushed.length === 0
            ? part
            : {
                ...part,
                plan: { step: "filter", input: part.plan, predicates: pushed },
                predicates: [...part.predicates, ...pushed],
              },
        rest: (rows) => (kept.length === 0 ? rows : { step: "filter", input: rows, predicates: kept }),
      };
    }
    case "limit":
      if (part.limit !== null || !isWhole || !isScannable(plan) || part.search !== null)
        return above(plan, below);
      return { part: { ...part, plan: { ...plan, input: part.plan }, limit: plan }, rest: (rows) => rows };
    case "search":
      if (!isWhole) {
        throw new DlfLanceError(
          "Unsupported",
          `Cannot search ${part.scan.table}: Lance does not read all conditions before the search; put them after it`,
        );
      }
      return {
        part: { ...part, plan: { ...plan, input: part.plan }, search: plan.search },
        rest: (rows) => rows,
      };
    default:
      return plan satisfies never;
  }
}

/**
 * The plan with conditions on computed columns below what computes them, where the scan takes them: it then delivers fewer
 * rows to compute with.
 *
 * @param find returns undefined for a table that is read whole.
 */
export function lowerConditions(plan: Plan, find: (scan: ScanPlan) => FindTableField | undefined): Plan {
  if (plan.step !== "filter" || plan.input.step !== "project") return plan;
  const { columns, input } = plan.input;
  const scan = findScan(input);
  const findField = scan && find(scan);
  if (findField === undefined) return plan;
  const computed = new Map(columns.map(({ name, expression }) => [name, expression]));
  const predicates = plan.predicates.map((predicate) => ({
    predicate,
    below: predicate.node === "sql" ? undefined : replaceColumns(predicate, (name) => computed.get(name)),
  }));
  const isTaken = ({ below }: (typeof predicates)[number]) =>
    below !== undefined && isPushable(below, findField);
  const taken = predicates.filter(isTaken).map(({ below }) => below as ExpressionNode);
  if (taken.length === 0) return plan;
  const kept = predicates.filter((each) => !isTaken(each)).map(({ predicate }) => predicate);
  const filter: Plan =
    input.step === "filter"
      ? { ...input, predicates: [...input.predicates, ...taken] }
      : { step: "filter", input, predicates: taken };
  const project: Plan = { ...plan.input, input: filter };
  return kept.length === 0 ? project : { ...plan, input: project, predicates: kept };
}

/** The scan below filters alone. */
function findScan(plan: Plan): ScanPlan | undefined {
  return plan.step === "filter" ? findScan(plan.input) : plan.step === "scan" ? plan : undefined;
}

function above(plan: Extract<Plan, { input: Plan }>, below: SplitPlan): SplitPlan {
  return { part: below.part, rest: (rows) => ({ ...plan, input: below.rest(rows) }) as Plan };
}

function refuseSqlText(plan: Extract<Plan, { step: "filter" }>, below: SplitPlan): SplitPlan {
  const text = sqlTextOf(plan);
  if (text === undefined) return above(plan, below);
  throw new DlfLanceError(
    "Unsupported",
    `Cannot filter by ${JSON.stringify(text)} after a limit: only Lance reads SQL text, and it filters before it limits; ` +
      "put where() before limit(), or write the condition with col()",
  );
}

function isScannable({ count, offset }: LimitPlan): boolean {
  return (count ?? 0) <= greatestScanNumber && offset <= greatestScanNumber;
}

/**
 * The request for a part.
 * @param columns to deliver; all when undefined.
 * @throws DlfLanceError Unsupported for columns that Lance cannot read.
 */
export function scanRequest(
  { scan, predicates, search, limit }: ScanPart,
  columns: readonly string[] | undefined,
  fields: readonly Field[],
): ScanRequest {
  const byName = new Map(fields.map((field) => [field.name, field]));
  const read = predicates.flatMap((predicate) => (predicate.node === "sql" ? [] : [...columnsOf(predicate)]));
  for (const column of [...(columns ?? byName.keys()), ...read]) refuseUnreadable(column, scan.table);
  return {
    ...(columns === undefined ? {} : { columns }),
    ...(predicates.length === 0 ? {} : { filter: filterSql(predicates, (column) => byName.get(column)) }),
    ...(search === null ? {} : { search }),
    ...(limit === null || limit.count === null ? {} : { limit: limit.count }),
    ...(limit === null || limit.offset === 0 ? {} : { offset: limit.offset }),
  };
}

/** The native reader escapes names once too often, or not at all when they are empty. */
function refuseUnreadable(column: string, table: string): void {
  if (column !== "" && !column.includes("`")) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot read column ${describeName(column)} of ${table}: Lance cannot address a column whose name ` +
      "is empty or holds a backtick; select the other columns, or rename it with another Lance client",
  );
}
