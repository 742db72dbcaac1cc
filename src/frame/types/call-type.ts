/** What the functions of a row take and give. */
import { arrow, type DataType, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import { type CallNode, dateUnits, type ExpressionNode } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { type ColumnKind, kindOf } from "./column-kind.ts";
import { commonType, isNullType } from "./common-type.ts";
import { checkCompared, checkComparedLiteral, describeOperand } from "./comparable.ts";
import { isWholeNumber } from "./literal-value.ts";

type Kind = ColumnKind["kind"];
type FieldOf = (node: ExpressionNode) => Field;

const { DataType: Types } = arrow;
const numbers: readonly Kind[] = ["integer", "float", "decimal"];

/**
 * The type a function gives for its arguments.
 * @throws DlfLanceError InvalidInput for arguments of the wrong number or type.
 */
export function inferCall(call: CallNode, fieldOf: FieldOf): DataType {
  const { arguments: all } = call;
  const take = (index: number, kinds: readonly Kind[]) => checkArgument(call, index, kinds, fieldOf);
  const texts = (count: number) => {
    expectCount(call, count);
    for (let index = 0; index < count; index++) take(index, ["text"]);
  };
  switch (call.function) {
    case "negate":
    case "abs":
    case "sign":
    case "floor":
    case "ceil":
    case "trunc":
      expectCount(call, 1);
      return keepNumber(take(0, numbers));
    case "round":
      expectCount(call, 2);
      expectConstant(call, 1, isWholeNumber, "a whole number of digits");
      return keepNumber(take(0, numbers));
    case "sqrt":
    case "exp":
    case "ln":
    case "log10":
    case "log2":
      expectCount(call, 1);
      take(0, numbers);
      return new arrow.Float64();
    case "power":
      expectCount(call, 2);
      take(0, numbers);
      take(1, numbers);
      return new arrow.Float64();
    case "isNaN":
      expectCount(call, 1);
      take(0, ["float"]);
      return new arrow.Bool();
    case "greatest":
    case "least":
      expectCount(call, 2, Number.POSITIVE_INFINITY);
      for (const index of all.keys()) checkOrdered(call, index, fieldOf);
      return commonType(all, fieldOf, `take the ${call.function} of`);
    case "coalesce":
      expectCount(call, 1, Number.POSITIVE_INFINITY);
      return commonType(all, fieldOf, "coalesce");
    case "nullIf":
      expectCount(call, 2);
      checkEqualable(call, fieldOf);
      return plain(fieldOf(all[0] as ExpressionNode).type);
    case "length":
      texts(1);
      return new arrow.Int64();
    case "upper":
    case "lower":
    case "trim":
    case "trimStart":
    case "trimEnd":
    case "reverse":
      texts(1);
      return new arrow.Utf8();
    case "concat":
      expectCount(call, 2, Number.POSITIVE_INFINITY);
      for (const index of all.keys()) take(index, ["text"]);
      return new arrow.Utf8();
    case "slice":
      expectCount(call, 2, 3);
      take(0, ["text"]);
      expectConstant(call, 1, isCount, "a position from 0");
      if (all.length === 3) expectConstant(call, 2, isCount, "a number of characters from 0");
      return new arrow.Utf8();
    case "contains":
    case "startsWith":
    case "endsWith":
      texts(2);
      return new arrow.Bool();
    case "replace":
      texts(3);
      return new arrow.Utf8();
    case "regexpMatch":
      expectCount(call, 2);
      take(0, ["text"]);
      checkPattern(call);
      return new arrow.Bool();
    case "regexpReplace":
      expectCount(call, 3);
      take(0, ["text"]);
      take(2, ["text"]);
      checkPattern(call);
      return new arrow.Utf8();
    case "regexpExtract":
      expectCount(call, 3);
      take(0, ["text"]);
      checkPattern(call);
      expectConstant(call, 2, isCount, "the number of a group, 0 for the whole match");
      return new arrow.Utf8();
    case "split":
      texts(2);
      expectConstant(call, 1, ({ text }) => text !== "", "a text that is not empty");
      return new arrow.List(new arrow.Field("item", new arrow.Utf8(), true));
    case "year":
    case "quarter":
    case "month":
    case "week":
    case "day":
    case "dayOfWeek":
    case "dayOfYear":
      expectCount(call, 1);
      take(0, ["timestamp", "date"]);
      return new arrow.Int64();
    case "hour":
    case "minute":
    case "second":
      expectCount(call, 1);
      take(0, ["timestamp"]);
      return new arrow.Int64();
    case "dateTrunc":
      expectCount(call, 2);
      expectConstant(call, 0, ({ text }) => dateUnits.some((unit) => unit === text), dateUnits.join(", "));
      take(1, ["timestamp", "date"]);
      return fieldOf(all[1] as ExpressionNode).type;
    case "toDate":
      expectCount(call, 1);
      take(0, ["timestamp", "date"]);
      return new arrow.DateDay();
    case "listLength":
      expectCount(call, 1);
      itemField(call, fieldOf);
      return new arrow.Int64();
    case "listGet":
      expectCount(call, 2);
      take(1, ["integer"]);
      return plain(itemField(call, fieldOf).type);
    case "listContains":
      expectCount(call, 2);
      checkItem(call, fieldOf);
      return new arrow.Bool();
    default:
      return call.function satisfies never;
  }
}

function refuse(call: CallNode, why: string): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot apply ${describeExpression(call)}: ${why}.`);
}

function plain(type: DataType): DataType {
  return Types.isDictionary(type) ? type.dictionary : type;
}

function keepNumber(kind: Kind | "null"): DataType {
  return kind === "integer" || kind === "null" ? new arrow.Int64() : new arrow.Float64();
}

function isCount(literal: LiteralNode): boolean {
  return isWholeNumber(literal) && Number(literal.text) >= 0;
}

function expectCount({ function: name, arguments: all }: CallNode, least: number, most = least): void {
  if (all.length >= least && all.length <= most) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${name}: it takes ${least === most ? least : `${least} or more`} arguments, not ${all.length}.`,
  );
}

function checkArgument(
  call: CallNode,
  index: number,
  kinds: readonly Kind[],
  fieldOf: FieldOf,
): Kind | "null" {
  const node = call.arguments[index] as ExpressionNode;
  const field = fieldOf(node);
  if (isNullType(field.type)) return "null";
  const { kind } = kindOf(field);
  if (kinds.includes(kind)) return kind;
  throw refuse(call, `${describeOperand(node, field)} is not ${kinds.join(" or ")}`);
}

function checkOrdered(call: CallNode, index: number, fieldOf: FieldOf): void {
  const node = call.arguments[index] as ExpressionNode;
  const field = fieldOf(node);
  if (kindOf(field).kind === "other" && !isNullType(field.type))
    throw refuse(call, `values of ${describeOperand(node, field)} have no order`);
}

function checkEqualable(call: CallNode, fieldOf: FieldOf): void {
  const [left, right] = call.arguments as readonly [ExpressionNode, ExpressionNode];
  if (right.node === "literal") checkComparedLiteral(left, fieldOf(left), right);
  else checkCompared(left, fieldOf(left), right, fieldOf(right));
}

function expectConstant(
  call: CallNode,
  index: number,
  isGood: (literal: LiteralNode) => boolean,
  what: string,
): void {
  const node = call.arguments[index];
  if (node?.node !== "literal" || !isGood(node))
    throw refuse(call, `argument ${index + 1} is a constant: ${what}`);
}

function checkPattern(call: CallNode): void {
  expectConstant(call, 1, ({ type }) => type === "string", "a regular expression");
  const { text } = call.arguments[1] as LiteralNode;
  try {
    new RegExp(text, "u");
  } catch (error) {
    throw refuse(call, `the regular expression is wrong (${(error as Error).message})`);
  }
}

function itemField(call: CallNode, fieldOf: FieldOf): Field {
  const node = call.arguments[0] as ExpressionNode;
  const field = fieldOf(node);
  const item: Field | undefined =
    Types.isList(field.type) || Types.isFixedSizeList(field.type) ? field.type.children[0] : undefined;
  if (item !== undefined) return item;
  throw refuse(call, `${describeOperand(node, field)} is not a list`);
}

function checkItem(call: CallNode, fieldOf: FieldOf): void {
  const [list, value] = call.arguments as readonly [ExpressionNode, ExpressionNode];
  const item = itemField(call, fieldOf);
  if (value.node === "literal") checkComparedLiteral(list, item, value);
  else checkCompared(list, item, value, fieldOf(value));
}
