/** Calls checked against the table of functions. */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { CallNode, ExpressionNode } from "../expression/expression-node.ts";
import { kindOf } from "../types/column-kind.ts";
import { isNullType } from "../types/common-type.ts";
import { describeOperand } from "../types/comparable.ts";
import { checkPattern } from "./check-pattern.ts";
import { itemField } from "./list-functions.ts";
import type { Parameter, ScalarEntry } from "./scalar-entry.ts";
import { findScalar, isScalarFunction } from "./scalar-functions.ts";

/**
 * The type a function gives for its arguments.
 * @throws DlfLanceError InvalidInput for arguments of the wrong number or type, and for a pattern that RE2 does not know.
 */
export function inferCall(call: CallNode, fieldOf: (node: ExpressionNode) => Field): DataType {
  const entry = findScalar(call.function);
  checkCount(call, entry);
  for (const [index, node] of call.arguments.entries()) {
    const parameter = entry.takes[Math.min(index, entry.takes.length - 1)] as Parameter;
    checkArgument(call, node, index, parameter, fieldOf);
  }
  if (call.function.startsWith("regexp")) checkPattern(call);
  return entry.gives({ call, arguments: call.arguments, fieldOf });
}

/**
 * @param own how many arguments the user did not write, being what the method stands on
 * @throws DlfLanceError InvalidInput for a call with too few or too many arguments.
 */
export function checkCount(
  { function: name, arguments: all }: CallNode,
  { takes, least, repeats }: Pick<ScalarEntry, "takes" | "least" | "repeats">,
  own = 0,
): void {
  const [fewest, most] = [least ?? takes.length, repeats === true ? Number.POSITIVE_INFINITY : takes.length];
  if (all.length >= fewest && all.length <= most) return;
  const [lowest, highest] = [fewest - own, most - own];
  const wanted =
    repeats === true ? `${lowest} or more` : lowest === highest ? `${lowest}` : `${lowest} or ${highest}`;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${name}: it takes ${wanted} ${wanted === "1" ? "argument" : "arguments"}, not ${all.length - own}`,
  );
}

function checkArgument(
  call: CallNode,
  node: ExpressionNode,
  index: number,
  parameter: Parameter,
  fieldOf: (node: ExpressionNode) => Field,
): void {
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot apply ${describeExpression(call)}: ${why}`);
  if (typeof parameter === "object" && "constant" in parameter) {
    if (node.node === "literal" && parameter.constant(node)) return;
    throw refuse(`argument ${index + 1} is a constant: ${parameter.what}`);
  }
  const field = fieldOf(node);
  if (parameter === "any") return;
  if (parameter === "list" || (typeof parameter === "object" && "items" in parameter)) {
    const item = itemField(field.type);
    if (item === undefined) throw refuse(`${describeOperand(node, field)} is not a list`);
    if (parameter === "list" || isNullType(item.type)) return;
    if (parameter.items.includes(kindOf(item).kind)) return;
    throw refuse(`${describeOperand(node, field)} is not a list of ${parameter.items.join(" or ")}`);
  }
  if (isNullType(field.type)) return;
  if (parameter === "struct" || parameter === "map") {
    const isOne = parameter === "struct" ? Types.isStruct(field.type) : Types.isMap(field.type);
    if (!isOne) throw refuse(`${describeOperand(node, field)} is not a ${parameter}`);
    return;
  }
  const { kind } = kindOf(field);
  if (parameter === "ordered") {
    if (kind === "other") throw refuse(`values of ${describeOperand(node, field)} have no order`);
  } else if (!parameter.includes(kind)) {
    const ofLists = `list${call.function.charAt(0).toUpperCase()}${call.function.slice(1)}`;
    const hasOne = index === 0 && itemField(field.type) !== undefined && isScalarFunction(ofLists);
    throw refuse(
      `${describeOperand(node, field)} is not ${parameter.join(" or ")}${hasOne ? `; for lists there is ${ofLists}()` : ""}`,
    );
  }
}
