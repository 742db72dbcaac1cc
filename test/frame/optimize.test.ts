import { describe, expect, test } from "vitest";
import { describePlan } from "../../src/frame/describe-plan.ts";
import { col, conditionOf, type Expression } from "../../src/frame/expr.ts";
import { optimize } from "../../src/frame/optimize.ts";
import {
  excludePlan,
  filterPlan,
  limitPlan,
  type Plan,
  type Predicate,
  projectPlan,
  scanPlan,
} from "../../src/frame/plan.ts";

const scan = scanPlan("t");
const where = (input: Plan, ...conditions: (Expression | string)[]) =>
  filterPlan(
    input,
    conditions.map(
      (condition): Predicate =>
        typeof condition === "string" ? { node: "sql", text: condition } : conditionOf(condition, "where"),
    ),
  );
const a = col("a").eq(1);
const b = col("b").eq(2);

describe("rewrites", () => {
  test.each<[string, Plan, string]>([
    ["neighbouring filters become one", where(where(scan, a), b), "where a = 1 and b = 2"],
    [
      "SQL text and expressions stand in one filter",
      where(where(scan, "x > 1 OR y"), b),
      "where (x > 1 OR y) and b = 2",
    ],
    [
      "the outer of two selects is left",
      projectPlan(projectPlan(scan, ["a", "b", "c"]), ["b", "a"]),
      "select b, a",
    ],
    ["two limits become one", limitPlan(limitPlan(scan, 10, 5), 20, 3), "limit 7 offset 8"],
    ["a limit within a limit", limitPlan(limitPlan(scan, 10, 0), 3, 2), "limit 3 offset 2"],
    ["an offset past a limit leaves nothing", limitPlan(limitPlan(scan, 2, 0), null, 5), "limit 0 offset 5"],
    ["two offsets add up", limitPlan(limitPlan(scan, null, 2), null, 3), "offset 5"],
    [
      "a filter goes below a select that keeps its columns",
      where(projectPlan(scan, ["a"]), a),
      "where a = 1 → select a",
    ],
    ["SQL text goes below any select", where(projectPlan(scan, ["a"]), "z > 1"), "where z > 1 → select a"],
    ["a limit goes below a select", limitPlan(projectPlan(scan, ["a"]), 5, 0), "limit 5 → select a"],
    [
      "filters meet through a select",
      where(projectPlan(where(scan, b), ["a"]), a),
      "where b = 2 and a = 1 → select a",
    ],
    [
      "selects rise above limits and filters alike",
      where(limitPlan(projectPlan(where(scan, b), ["b", "a"]), 5, 0), a),
      "where b = 2 → limit 5 → where a = 1 → select b, a",
    ],
  ])("%s", (_, plan, expected) => {
    expect(describePlan(optimize(plan))).toBe(`scan t → ${expected}`);
  });
});

describe("abstentions", () => {
  test.each<[string, Plan]>([
    ["a filter never crosses a limit", where(limitPlan(scan, 5, 0), a)],
    ["a filter never crosses an offset", where(limitPlan(scan, null, 5), a)],
    ["a filter stays above a select that drops its column", where(projectPlan(scan, ["b"]), a)],
    ["a select of what the one below dropped stays", projectPlan(projectPlan(scan, ["a"]), ["b"])],
    ["a filter stays above an exclude", where(excludePlan(scan, ["b"]), a)],
    [
      "offsets too great to add exactly stay apart",
      limitPlan(limitPlan(scan, null, Number.MAX_SAFE_INTEGER), 1, 1),
    ],
  ])("%s", (_, plan) => {
    expect(optimize(plan)).toEqual(plan);
  });
});

test("a plan is frozen data that survives JSON, and optimising it changes nothing in it", () => {
  const plan = limitPlan(projectPlan(where(scan, a, "x = 1"), ["a"]), 5, 2);
  const before = JSON.stringify(plan);
  const optimized = optimize(plan);
  expect(JSON.stringify(plan)).toBe(before);
  expect(JSON.parse(JSON.stringify(optimized))).toEqual(optimized);
  expect(Object.isFrozen(optimized) && Object.isFrozen(plan)).toBe(true);
});
