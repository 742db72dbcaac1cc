import { describe, expect, test } from "vitest";
import { col, type Expression, lit } from "../../../src/frame/builder/expr.ts";
import { count } from "../../../src/frame/builder/window-functions.ts";
import { conditionOf } from "../../../src/frame/expression/expression-build.ts";
import type { AggregateNode, NamedExpression } from "../../../src/frame/expression/expression-node.ts";
import { optimize } from "../../../src/frame/optimize/optimize.ts";
import { describePlan, planLines } from "../../../src/frame/plan/describe-plan.ts";
import { createPlan, type JoinKind, type Plan, type Predicate } from "../../../src/frame/plan/plan.ts";

const tables: Readonly<Record<string, readonly string[]>> = {
  t: ["a", "b", "c", "d"],
  u: ["e", "f"],
  v: ["a", "b", "c", "d"],
};
const table = (name: string): Plan => ({ step: "scan", table: name, version: null });
const scan = table("t");
const rewrite = (plan: Plan) =>
  optimize(plan, (leaf) => (leaf.step === "scan" ? (tables[leaf.table] ?? []) : []));

const where = (input: Plan, ...conditions: (Expression | string)[]): Plan => ({
  step: "filter",
  input,
  predicates: conditions.map(
    (condition): Predicate =>
      typeof condition === "string" ? { node: "sql", text: condition } : conditionOf(condition, "where"),
  ),
});
const named = (...columns: (string | Expression)[]): NamedExpression[] =>
  columns.map((column) =>
    typeof column === "string"
      ? { name: column, expression: { node: "column", name: column } }
      : { name: column.outputName, expression: column.node },
  );
const select = (input: Plan, ...columns: (string | Expression)[]): Plan => ({
  step: "project",
  input,
  columns: named(...columns),
});
const limit = (input: Plan, rows: number | null, offset = 0): Plan => ({
  step: "limit",
  input,
  count: rows,
  offset,
});
const sort = (input: Plan, name: string): Plan => ({
  step: "sort",
  input,
  keys: [{ expression: col(name).node, descending: false, nullsFirst: false }],
});
const join = (kind: JoinKind, input: Plan = scan): Plan => ({
  step: "join",
  input,
  other: table("u"),
  kind,
  on: kind === "cross" ? [] : [{ left: col("a").node, right: col("e").node }],
  suffix: "_right",
});
const group = (input: Plan, keys: (string | Expression)[], ...aggregates: Expression[]): Plan => ({
  step: "aggregate",
  input,
  keys: named(...keys),
  aggregates: named(...aggregates),
});
const distinct = (input: Plan, on: readonly string[] | null): Plan => ({ step: "distinct", input, on });
const window = (input: Plan): Plan => ({
  step: "window",
  input,
  partitionBy: [col("a").node],
  orderBy: [],
  frame: null,
  functions: [{ name: "w", function: count().node as AggregateNode }],
});
const unpivot = (input: Plan): Plan => ({
  step: "unpivot",
  input,
  keys: ["a"],
  columns: ["b", "c"],
  nameColumn: "name",
  valueColumn: "value",
});
const a = col("a").eq(1);
const b = col("b").eq(2);
const e = col("e").eq(3);
const text = (plan: Plan) =>
  planLines(plan)
    .map((line) => line.trim())
    .join(" → ");

describe("rewrites", () => {
  test.each<[string, Plan, string]>([
    ["neighbouring filters become one", where(where(scan, a), b), "where a = 1 and b = 2"],
    ["an and is taken apart", where(scan, a.and(b)), "where a = 1 and b = 2"],
    [
      "SQL text and expressions stand in one filter",
      where(where(scan, "x > 1 OR y"), b),
      "where (x > 1 OR y) and b = 2",
    ],
    ["the outer of two selects is left", select(select(scan, "a", "b", "c"), "b", "a"), "select b, a"],
    [
      "a select computes over the one below",
      select(select(scan, col("a").as("x"), "b"), col("x").add(1).as("y")),
      "select a + 1 as y",
    ],
    ["a select of all columns goes", select(scan, "a", "b", "c", "d"), ""],
    ["two limits become one", limit(limit(scan, 10, 5), 20, 3), "limit 7 offset 8"],
    ["a limit within a limit", limit(limit(scan, 10, 0), 3, 2), "limit 3 offset 2"],
    ["an offset past a limit leaves nothing", limit(limit(scan, 2, 0), null, 5), "limit 0 offset 5"],
    ["two offsets add up", limit(limit(scan, null, 2), null, 3), "offset 5"],
    ["a sort and a limit are one step", limit(sort(scan, "a"), 5, 1), "sort by a, limit 5 offset 1"],
    [
      "a filter goes below a select that keeps its columns",
      where(select(scan, "a"), a),
      "where a = 1 → select a",
    ],
    [
      "a filter goes below a select that renames its column",
      where(select(scan, col("b").as("a"), col("c").add(1).as("x")), a),
      "where b = 1 → select b as a, c + 1 as x",
    ],
    ["SQL text goes below any select", where(select(scan, "a"), "z > 1"), "where z > 1 → select a"],
    ["a limit goes below a select", limit(select(scan, "a"), 5, 0), "limit 5 → select a"],
    [
      "filters meet through a select",
      where(select(where(scan, b), "a"), a),
      "where b = 2 and a = 1 → select a",
    ],
    [
      "selects rise above limits and filters alike",
      where(limit(select(where(scan, b), "b", "a"), 5, 0), a),
      "where b = 2 → limit 5 → where a = 1 → select b, a",
    ],
    ["a filter goes below a sort", where(sort(scan, "b"), a), "where a = 1 → sort by b"],
    [
      "a filter on keys goes below the groups",
      where(group(scan, ["a"], count()), a),
      "where a = 1 → select a → group by a: count() as count",
    ],
    [
      "a filter on partitions goes below the window",
      where(window(scan), a),
      "where a = 1 → window partition by a: count() as w",
    ],
    ["a filter goes below a distinct", where(distinct(scan, null), a), "where a = 1 → distinct"],
    [
      "a filter on what is compared goes below",
      where(distinct(scan, ["a"]), a),
      "where a = 1 → distinct on a",
    ],
    [
      "a filter on keys goes below an unpivot",
      where(unpivot(scan), a),
      "where a = 1 → select a, b, c → unpivot b, c by a",
    ],
    [
      "a filter goes below an explode of another column",
      where({ step: "explode", input: scan, column: "d" }, a),
      "where a = 1 → explode d",
    ],
    [
      "a filter goes into both sides of a concat",
      where({ step: "concat", input: scan, other: table("v") }, a),
      "where a = 1 → scan v → where a = 1 → concat with the rows above",
    ],
    [
      "each side of a join gets its own conditions",
      where(join("inner"), a, e),
      "where a = 1 → scan u → where e = 3 → inner join with the rows above on a = e",
    ],
    [
      "the kept side of a left join too",
      where(join("left"), a),
      "where a = 1 → scan u → left join with the rows above on a = e",
    ],
    [
      "each side of a join delivers what is needed",
      select(join("inner"), "b"),
      "select a, b → scan u → select e → inner join with the rows above on a = e → select b",
    ],
    [
      "aggregates that nobody asks for go",
      select(group(scan, ["a"], count(), col("b").sum()), "count"),
      "select a → group by a: count() as count → select count",
    ],
    ["a window that nobody asks for goes", select(window(scan), "b"), "select b"],
    ["a condition that is always true goes", where(scan, a, lit(true)), "where a = 1"],
  ])("%s", (_, plan, expected) => {
    const before = JSON.stringify(plan);
    expect(text(rewrite(plan))).toBe(["scan t", ...(expected === "" ? [] : [expected])].join(" → "));
    expect(JSON.stringify(plan)).toBe(before);
  });
});

describe("abstentions", () => {
  const map: Plan = { step: "mapBatches", input: scan, id: "1", name: "f", columns: null };
  const sample: Plan = { step: "sample", input: scan, fraction: 0.5, rows: null, seed: 1 };
  const sql: Plan = {
    step: "sql",
    text: "SELECT * FROM t",
    parameters: [],
    inputs: [{ name: "t", plan: scan }],
  };
  test.each<[string, Plan]>([
    ["a filter never crosses a limit", where(limit(scan, 5, 0), a)],
    ["a filter never crosses an offset", where(limit(scan, null, 5), a)],
    ["nor a tail", where({ step: "tail", input: scan, count: 5 }, a)],
    ["nor a sample", where(sample, a)],
    ["nor a JavaScript function", where(map, a)],
    ["nor a SQL statement", where(sql, a)],
    [
      "nor a sort with a limit",
      where({ ...(sort(scan, "b") as Extract<Plan, { step: "sort" }>), step: "top", count: 1, offset: 0 }, a),
    ],
    ["a filter stays above what computes its column", where(select(scan, col("b").add(1).as("a"), "b"), a)],
    ["a filter stays above aggregates", where(group(select(scan, "a"), ["a"], count()), col("count").gt(1))],
    [
      "a filter stays above a single row of aggregates",
      where(group(select(scan, "a"), [], col("a").max()), a),
    ],
    ["a filter stays above computed keys", where(group(select(scan, "b"), [col("b").add(1).as("a")]), a)],
    [
      "a filter that tells 0 from -0 stays above groups",
      where(group(select(scan, "a"), ["a"]), col("a").cast("string").eq("0")),
    ],
    ["a filter on others than partitions stays above the window", where(window(scan), b)],
    ["a filter on others than what is compared stays", where(distinct(scan, ["a"]), b)],
    ["a filter on the exploded column stays", where({ step: "explode", input: scan, column: "a" }, a)],
    ["a filter on the side without a match stays above a left join", where(join("left"), e)],
    ["and above a full join", where(join("full"), a, e)],
    ["and one on both sides", where(join("inner"), col("b").eq(col("f")))],
    [
      "a select stays above what computes once what it names twice",
      select(select(scan, col("a").add(1).as("x")), col("x").mul(col("x")).as("y")),
    ],
    ["offsets too great to add exactly stay apart", limit(limit(scan, null, Number.MAX_SAFE_INTEGER), 1, 1)],
    ["a limit stays above a filter", limit(where(scan, a), 5)],
    ["a limit stays above a join", limit(join("left"), 5)],
    ["a distinct over all columns keeps them", distinct(scan, null)],
  ])("%s", (_, plan) => {
    expect(planLines(rewrite(plan))).toEqual(planLines(plan));
  });
});

test("what only compares comes before what computes, so that every engine computes with the same rows", () => {
  const cast = col("a").cast("int64").negate().lt(0);
  const plan = where(where(scan, cast), col("b").neq(2), col("c").startsWith("x"));
  expect(describePlan(rewrite(plan))).toBe(
    describePlan(where(scan, col("b").neq(2), col("c").startsWith("x"), cast)),
  );
});

test("on one line, what joins is called by the table that it begins with", () => {
  const joined = limit(join("left"), 5);
  expect(describePlan(joined)).toBe("scan t → left join with u on a = e → limit 5");
  expect(describePlan({ step: "concat", input: scan, other: where(table("v"), a) })).toBe(
    "scan t → concat with v",
  );
});

test("a plan is frozen data that survives JSON, and optimising it changes nothing in it", () => {
  const plan = createPlan(limit(select(where(scan, a, "x = 1"), "a"), 5, 2));
  const before = JSON.stringify(plan);
  const optimized = rewrite(plan);
  expect(JSON.stringify(plan)).toBe(before);
  expect(JSON.parse(JSON.stringify(optimized))).toEqual(optimized);
  expect(Object.isFrozen(optimized) && Object.isFrozen(plan)).toBe(true);
  expect(describePlan(rewrite(optimized))).toBe(describePlan(optimized));
});

test("a statement is described on one line, and what it quotes as it is", () => {
  const text = "SELECT  \"na\nme\",\n  'two  blanks'\nFROM n.small";
  const plan = createPlan({ step: "sql", text, parameters: [], inputs: [] });
  expect(describePlan(plan)).toContain("sql SELECT \"na\\nme\", 'two  blanks' FROM n.small");
});
