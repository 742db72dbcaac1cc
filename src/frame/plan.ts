/** What a frame will do, as frozen data that survive JSON. Each step stands on its input, down to the scan. */
import type { ConditionNode } from "./expression-node.ts";

export type Plan = ScanPlan | FilterPlan | ProjectPlan | ExcludePlan | LimitPlan;

/** A plan's own part, without what it stands on. */
export type Step = FilterStep | ProjectStep | ExcludeStep | LimitStep;

/** A condition in Lance's SQL dialect. It sees all columns of the table, whatever was selected before. */
export interface SqlNode {
  readonly node: "sql";
  readonly text: string;
}

export type Predicate = ConditionNode | SqlNode;

export interface ScanPlan {
  readonly step: "scan";
  readonly table: string;
}

export interface FilterStep {
  readonly step: "filter";
  /** Keeps rows for which all of them are true. */
  readonly predicates: readonly Predicate[];
}

export interface ProjectStep {
  readonly step: "project";
  /** What remains, in this order. */
  readonly columns: readonly string[];
}

export interface ExcludeStep {
  readonly step: "exclude";
  readonly columns: readonly string[];
}

export interface LimitStep {
  readonly step: "limit";
  /** Rows kept after those skipped; null keeps all. */
  readonly count: number | null;
  /** Rows skipped at the beginning. */
  readonly offset: number;
}

export type FilterPlan = FilterStep & { readonly input: Plan };
export type ProjectPlan = ProjectStep & { readonly input: Plan };
export type ExcludePlan = ExcludeStep & { readonly input: Plan };
export type LimitPlan = LimitStep & { readonly input: Plan };

export function scanPlan(table: string): ScanPlan {
  return Object.freeze({ step: "scan", table });
}

export function filterPlan(input: Plan, predicates: readonly Predicate[]): FilterPlan {
  return Object.freeze({ step: "filter", predicates: Object.freeze([...predicates]), input });
}

export function projectPlan(input: Plan, columns: readonly string[]): ProjectPlan {
  return Object.freeze({ step: "project", columns: Object.freeze([...columns]), input });
}

export function excludePlan(input: Plan, columns: readonly string[]): ExcludePlan {
  return Object.freeze({ step: "exclude", columns: Object.freeze([...columns]), input });
}

export function limitPlan(input: Plan, count: number | null, offset: number): LimitPlan {
  return Object.freeze({ step: "limit", count, offset, input });
}

/** The steps in the order in which they work on the rows, without the scan. */
export function stepsOf(plan: Plan): Step[] {
  const steps: Step[] = [];
  for (let at = plan; at.step !== "scan"; at = at.input) {
    const { input: _, ...step } = at;
    steps.push(step);
  }
  return steps.reverse();
}
