/** Plans as a person reads them: one line, or one line a step. */
import { formatCount } from "../display/number-text.ts";
import { showControls } from "../display/visible-text.ts";
import { describeExpression, describeName } from "./describe-expression.ts";
import { type Plan, type Step, stepsOf } from "./plan.ts";

/** `scan default.orders → where f0 > 201 → select f0, f1 → limit 10`. */
export function describePlan(plan: Plan): string {
  return planLines(plan).join(" → ");
}

/** The scan, then each step in the order in which they work on the rows. */
export function planLines(plan: Plan): string[] {
  let scan = plan;
  while (scan.step !== "scan") scan = scan.input;
  return [`scan ${showControls(scan.table)}`, ...stepsOf(plan).map(describeStep)];
}

export function describeStep(step: Step): string {
  switch (step.step) {
    case "filter": {
      const texts = step.predicates.map((predicate) => {
        const text = predicate.node === "sql" ? predicate.text : describeExpression(predicate);
        const isCompound = predicate.node === "sql" || predicate.node === "or";
        return step.predicates.length > 1 && isCompound ? `(${text})` : text;
      });
      return showControls(`where ${texts.join(" and ")}`);
    }
    case "project":
      return `select ${listNames(step.columns)}`;
    case "exclude":
      return `exclude ${listNames(step.columns)}`;
    case "limit": {
      const offset = step.offset === 0 ? "" : `offset ${formatCount(step.offset)}`;
      if (step.count === null) return offset === "" ? "offset 0" : offset;
      return `limit ${formatCount(step.count)} ${offset}`.trimEnd();
    }
    default:
      return step satisfies never;
  }
}

function listNames(names: readonly string[]): string {
  return showControls(names.map(describeName).join(", "));
}
