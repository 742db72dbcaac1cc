/** Calls of the functions of the table, from what a user hands over. */
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import { aggregate, isExpression, nodeOf, textNode, wholeNumber } from "../expression/expression-build.ts";
import type { AggregateNode, CallNode, ExpressionNode } from "../expression/expression-node.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { type AggregateFunction, findAggregate } from "../functions/aggregate-functions.ts";
import { checkCount } from "../functions/check-call.ts";
import { checkPattern } from "../functions/check-pattern.ts";
import type { Parameter } from "../functions/scalar-entry.ts";
import { findScalar, type ScalarFunction } from "../functions/scalar-functions.ts";

/**
 * The call of a function, whose first argument is the expression. The kinds of columns are checked when the frame runs.
 * @throws DlfLanceError InvalidInput for too few or too many arguments, and for one that cannot be such.
 */
export function tableCall(
  name: ScalarFunction,
  { node }: ExpressionLike,
  others: readonly unknown[],
): CallNode {
  const entry = findScalar(name);
  const given = others.slice(0, others.findLastIndex((value) => value !== undefined) + 1);
  const parameterAt = (index: number) => entry.takes[Math.min(index, entry.takes.length - 1)] as Parameter;
  const action = `apply ${name} to ${describeExpression(node)}`;
  const call: CallNode = {
    node: "call",
    function: name,
    arguments: [
      node,
      ...given.map((value, index) => argumentNode(value, parameterAt(index + 1), action, index)),
    ],
  };
  checkCount(call, entry, 1);
  return name.startsWith("regexp") || name === "countMatches" ? checkPattern(call) : call;
}

/** @throws DlfLanceError InvalidInput for a constant that the parameter does not take. */
function argumentNode(value: unknown, parameter: Parameter, action: string, index: number): ExpressionNode {
  if (typeof parameter === "object" && "constant" in parameter) {
    const literal = isExpression(value) ? value.node : nodeOf(value, action);
    if (literal.node === "literal" && parameter.constant(literal)) return literal;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${describeExpression(literal)} is given, and argument ${index + 1} is a constant: ${parameter.what}`,
    );
  }
  if (typeof parameter === "object" && "items" in parameter && isNumbers(value))
    return listNode(value, action);
  const isText = Array.isArray(parameter) && parameter.length === 1 && parameter[0] === "text";
  return isText ? textNode(value, action) : nodeOf(value, action);
}

function isNumbers(value: unknown): value is ArrayLike<number> {
  return (
    Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof Uint8Array) && "length" in value)
  );
}

/** Constant numbers, as a list. */
function listNode(numbers: ArrayLike<number>, action: string): CallNode {
  return {
    node: "call",
    function: "toList",
    arguments: Array.from(numbers, (value) => nodeOf(value, action)),
  };
}

/** The same for an aggregate. */
export function aggregateCall(
  name: AggregateFunction,
  operand: ExpressionLike,
  others: readonly unknown[],
): AggregateNode {
  const wanted = findAggregate(name).others ?? [];
  if (others.length !== wanted.length) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${name}: it takes ${wanted.length === 1 ? "1 argument" : `${wanted.length} arguments`}, not ${others.length}`,
    );
  }
  const node = aggregate(name, operand);
  const action = `apply ${name} to ${describeExpression(operand.node)}`;
  if ((name === "topK" || name === "bottomK") && !isExpression(others[0])) {
    wholeNumber(others[0], 1, action);
  }
  return others.length === 0 ? node : { ...node, others: others.map((value) => nodeOf(value, action)) };
}
