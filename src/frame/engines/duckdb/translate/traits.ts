/** What decides about the values of an expression in SQL, and is not in its type. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { type FindField, inferField } from "../../../functions/infer-type.ts";
import { kindOf } from "../../../types/column-kind.ts";

type TestColumn = (id: string) => boolean;

/** Whether it is a HUGEINT in SQL: a sum of whole numbers, and what is computed of one. */
export function sumsWholeNumbers(node: ExpressionNode, find: FindField, isColumn: TestColumn): boolean {
  const test = (part: ExpressionNode) => sumsWholeNumbers(part, find, isColumn);
  switch (node.node) {
    case "column":
      return isColumn(node.name);
    case "aggregate":
      if (node.function !== "sum" || node.operand === null)
        return node.operand !== null && ["min", "max"].includes(node.function) && test(node.operand);
      return kindOf(inferField(node.operand, find)).kind === "integer";
    case "window":
      return node.function.node === "aggregate" && test(node.function);
    case "arithmetic":
      return test(node.left) || test(node.right);
    case "case":
      return [
        ...node.branches.map(({ value }) => value),
        ...(node.otherwise === null ? [] : [node.otherwise]),
      ].some(test);
    case "call":
      return node.arguments.some(test);
    default:
      return false;
  }
}

/** Calls that give no -0. */
const positive: readonly string[] = ["abs"];
const spreads: readonly string[] = ["stddev", "stddevPopulation", "variance", "variancePopulation"];

/** Whether it may be -0, by which SQL divides otherwise than by 0. */
export function mayBeNegativeZero(node: ExpressionNode, find: FindField, isColumn: TestColumn): boolean {
  const test = (part: ExpressionNode): boolean => mayBeNegativeZero(part, find, isColumn);
  if (kindOf(inferField(node, find)).kind !== "float") return false;
  switch (node.node) {
    case "column":
      return isColumn(node.name);
    case "literal":
      return node.text === "-0";
    case "cast":
      return test(node.operand);
    case "aggregate":
      if (spreads.includes(node.function)) return false;
      return node.operand === null || test(node.operand);
    case "window":
      return node.function.node !== "aggregate" || test(node.function);
    case "case": {
      const [first, ...others] = node.branches;
      const { otherwise } = node;
      // NULLIF(x, 0).
      if (
        first !== undefined &&
        others.length === 0 &&
        otherwise !== null &&
        isZeroTest(first.when, otherwise)
      )
        return test(first.value);
      return [...node.branches.map(({ value }) => value), ...(otherwise === null ? [] : [otherwise])].some(
        test,
      );
    }
    case "call":
      return !positive.includes(node.function);
    default:
      return true;
  }
}

function isZeroTest(when: ExpressionNode, value: ExpressionNode): boolean {
  if (when.node !== "comparison" || when.operator !== "eq" || when.right.node !== "literal") return false;
  return Number(when.right.text) === 0 && JSON.stringify(when.left) === JSON.stringify(value);
}
