/** Splits an optimised plan into what the Lance scan does and what is done with its rows afterwards. */
import type { Schema } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";
import type { ScanRequest } from "../table/scan-request.ts";
import { columnsOf } from "./expression-node.ts";
import { filterSql, isPushable } from "./filter-sql.ts";
import { type LimitStep, type Plan, type Predicate, type Step, stepsOf } from "./plan.ts";

export interface ScanPlanning {
  readonly request: ScanRequest;
  /** In the order in which they work on the scanned rows. */
  readonly rest: readonly Step[];
}

/** The native reader keeps only the lower 32 bits of limit and offset. */
const greatestScanNumber = 2 ** 32 - 1;

/**
 * @param plan checked against the schema and optimised.
 * @throws DlfLanceError Unsupported when SQL text stands after a limit, where only Lance could read it.
 */
export function toScan(plan: Plan, schema: Schema): ScanPlanning {
  const steps = stepsOf(plan);
  const pushed: Predicate[] = [];
  const rest: Step[] = [];
  let limit: LimitStep | undefined;
  for (const step of steps) {
    if (step.step === "filter" && limit === undefined && rest.length === 0) {
      pushed.push(...step.predicates.filter(isPushable));
      const kept = step.predicates.filter((predicate) => !isPushable(predicate));
      if (kept.length > 0) rest.push({ step: "filter", predicates: kept });
    } else if (step.step === "limit" && limit === undefined && rest.length === 0 && isScannable(step)) {
      limit = step;
    } else {
      rest.push(step);
    }
  }
  refuseSqlText(rest);
  const { columns, steps: remaining } = splitColumns(rest);
  return {
    request: {
      ...(columns === undefined ? {} : { columns }),
      ...(pushed.length === 0 ? {} : { filter: filterSql(pushed, schema) }),
      ...(limit === undefined || limit.count === null ? {} : { limit: limit.count }),
      ...(limit === undefined || limit.offset === 0 ? {} : { offset: limit.offset }),
    },
    rest: remaining,
  };
}

function isScannable({ count, offset }: LimitStep): boolean {
  return (count ?? 0) <= greatestScanNumber && offset <= greatestScanNumber;
}

/** The scan reads the selected columns and those that later conditions need; the latter are dropped at the end. */
function splitColumns(rest: readonly Step[]): { columns?: readonly string[]; steps: readonly Step[] } {
  const last = rest.at(-1);
  if (last?.step !== "project") return { steps: rest };
  const needed = new Set(last.columns);
  for (const step of rest) {
    if (step.step !== "filter") continue;
    for (const predicate of step.predicates) {
      if (predicate.node !== "sql") for (const column of columnsOf(predicate)) needed.add(column);
    }
  }
  const isAllWanted = needed.size === last.columns.length;
  return { columns: [...needed], steps: isAllWanted ? rest.slice(0, -1) : rest };
}

function refuseSqlText(rest: readonly Step[]): void {
  for (const step of rest) {
    const text = step.step === "filter" && step.predicates.find((predicate) => predicate.node === "sql");
    if (!text) continue;
    throw new DlfLanceError(
      "Unsupported",
      `Cannot filter by ${JSON.stringify(text.text)} after a limit: only Lance reads SQL text, and it filters before it limits; ` +
        "put where() before limit(), or write the condition with col().",
    );
  }
}
