import { inspect } from "node:util";
import { expect, test } from "vitest";
import { col, type Expression, lit } from "../../../src/frame/builder/expr.ts";
import { conditionOf, isExpression } from "../../../src/frame/expression/expression-build.ts";
import { columnsOf } from "../../../src/frame/expression/expression-parts.ts";
import { refusal } from "../../refusal.ts";

test.each<[string, Expression]>([
  ["a = 1", col("a").eq(1)],
  ["a ≠ -0", col("a").neq(-0)],
  ["a > 9007199254740993n", col("a").gt(9_007_199_254_740_993n)],
  ["a ≥ NaN", col("a").gte(Number.NaN)],
  ["a < 1970-01-01T00:00:00.000Z", col("a").lt(new Date(0))],
  ["a ≤ b", col("a").lte(col("b"))],
  ["a > 3", lit(3).lt(col("a"))],
  ["a = 3", lit(3).eq(col("a"))],
  ["a ≥ 1 and a ≤ 2", col("a").between(1, 2)],
  ["a is null", col("a").isNull()],
  ["a is not null", col("a").isNotNull()],
  ['a in ("x", "it\'s")', col("a").isIn(["x", "it's"])],
  ['a like "%x"', col("a").like("%x")],
  ['a starts with "x"', col("a").startsWith("x")],
  ["a = 0x0aff", col("a").eq(new Uint8Array([10, 255]))],
  ["true and b", lit(true).and(col("b"))],
  ["(a or b or c) and d", col("a").or(col("b")).or(col("c")).and(col("d"))],
  ["not (a = 1)", col("a").eq(1).not()],
  ["a = 1", col("a").eq(1).not().not()],
  ['"a b" = 1', col("a b").eq(1)],
])("%s", (text, expression) => {
  expect(String(expression)).toBe(text);
  expect(inspect(expression)).toBe(`Expression(${text})`);
});

test("an expression is frozen data that survives JSON, with bigint, date, NaN and -0", () => {
  const expression = col("a")
    .isIn([
      1n,
      2n ** 64n,
      -0,
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      "x",
      true,
      new Date(5),
      new Uint8Array([1]),
    ])
    .or(col("b").eq(1));
  expect(JSON.parse(JSON.stringify(expression))).toEqual(expression.node);
  const frozen = (value: object): boolean =>
    Object.isFrozen(value) && Object.values(value).every((part) => typeof part !== "object" || frozen(part));
  expect(frozen(expression)).toBe(true);
});

test("a long chain of or is one flat list", () => {
  const chain = Array.from({ length: 2000 }, (_, index) => col("a").eq(index)).reduce((all, one) =>
    all.or(one),
  );
  expect(chain.node).toMatchObject({ node: "or" });
  expect(columnsOf(conditionOf(chain, "where"))).toEqual(new Set(["a"]));
});

test("an expression of another copy of the package is recognised", () => {
  const foreign = { node: { node: "column", name: "b" } };
  Object.defineProperty(foreign, Symbol.for("dlf-lance.expression"), { value: true });
  expect(isExpression(foreign)).toBe(true);
  expect(String(col("a").and(foreign as never))).toBe("a and b");
  expect(isExpression({ node: { node: "column", name: "b" } })).toBe(false);
});

test.each<[string, () => unknown, string]>([
  ["null", () => col("a").eq(null as never), "use isNull() or isNotNull()"],
  ["undefined in a list", () => col("a").isIn([undefined as never]), "is never true"],
  ["an invalid date", () => col("a").eq(new Date(Number.NaN)), "the date is invalid"],
  ["half a surrogate pair", () => col("a").eq("\ud800"), "half a surrogate"],
  ["an object", () => col("a").eq({} as never), "the value is of type Object"],
  ["a number as a condition", () => col("a").and(lit(1) as never), "a condition is needed"],
  ["something else as a condition", () => col("a").or("b" as never), 'such as col("f0").gt(201)'],
  ["a pattern that ends with a lone backslash", () => col("a").like("x\\\\\\"), "lone backslash"],
  ["a pattern that is no text", () => col("a").like(/x/ as never), "not a JavaScript RegExp"],
  ["an empty name", () => col(""), "takes the column's name"],
  ["a name that is no text", () => col(5 as never), "takes the column's name"],
])("refuses %s", async (_, work, message) => {
  const text = await refusal(work);
  expect(text).toMatch(/^InvalidInput: Cannot /);
  expect(text).toContain(message);
});
