/** What the rows of a plan are, in the few words that stand above them. */
import { describeName } from "../expression/describe-expression.ts";
import { inputsOf, namePlan, type Plan } from "./plan.ts";

/** Those of `fromRows` without a name are numbered, to tell them apart in plans: what is shown once is `rows`. */
export function titleRows(name: string): string {
  return /^rows \d+$/.test(name) ? "rows" : name;
}

/** `demo.sales`, `demo.sales by city`, `demo.sales joined with demo.cities`, `result of a SQL statement`. */
export function titlePlan(plan: Plan): string {
  const [input, other] = inputsOf(plan);
  const [rows, others] = [input, other].map((part) => (part === undefined ? "" : titlePlan(part)));
  switch (plan.step) {
    case "sql":
      return "result of a SQL statement";
    case "aggregate": {
      const keys = plan.keys.map(({ name }) => describeName(name));
      return keys.length === 0 ? `totals of ${rows}` : `${rows} by ${keys.join(", ")}`;
    }
    case "pivot":
      return `${rows} by ${plan.keys.map(({ name }) => describeName(name)).join(", ")}, pivoted`;
    case "unpivot":
      return `${rows}, unpivoted`;
    case "join":
      return `${rows} joined with ${others}`;
    case "concat":
      return `${rows} and ${others}`;
    case "distinct":
      return `distinct rows of ${rows}`;
    case "search":
      return `search in ${rows}`;
    case "input":
      return titleRows(plan.name);
    default:
      return input === undefined ? namePlan(plan) : (rows ?? "");
  }
}
