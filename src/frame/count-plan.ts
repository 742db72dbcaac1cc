/** How a plan is counted: by Lance alone where its filters can be pushed and nothing but limits follows them. */
import type { Schema } from "../arrow.ts";
import { filterSql, isPushable } from "./filter-sql.ts";
import { type LimitStep, type Plan, projectPlan, type Step, stepsOf } from "./plan.ts";
import { type ScanPlanning, toScan } from "./to-scan.ts";

export type Counting = PushedCounting | ScannedCounting;

export interface PushedCounting {
  readonly kind: "pushed";
  /** Counts all rows when left out. */
  readonly filter?: string;
  /** The rows of the plan, from the rows that the filter keeps. */
  finish(rows: number): number;
}

export interface ScannedCounting {
  readonly kind: "scanned";
  /** Reads as few columns as it can; its rows are to be counted. */
  readonly scan: ScanPlanning;
}

/**
 * @param plan checked against the schema and optimised.
 * @param column any column of its result.
 */
export function countPlan(plan: Plan, schema: Schema, column: string): Counting {
  const rows = plan.step === "project" ? plan.input : plan;
  const [first, ...others] = stepsOf(rows);
  const predicates = first?.step === "filter" ? first.predicates : [];
  const limits = first === undefined || first.step === "filter" ? others : [first, ...others];
  if (!predicates.every(isPushable) || !limits.every(isLimit)) {
    return { kind: "scanned", scan: toScan(projectPlan(rows, [column]), schema) };
  }
  return {
    kind: "pushed",
    ...(predicates.length === 0 ? {} : { filter: filterSql(predicates, schema) }),
    finish: (counted) => limits.reduce(limitCount, counted),
  };
}

function isLimit(step: Step): step is LimitStep {
  return step.step === "limit";
}

function limitCount(rows: number, { count, offset }: LimitStep): number {
  return Math.min(Math.max(0, rows - offset), count ?? Number.POSITIVE_INFINITY);
}
