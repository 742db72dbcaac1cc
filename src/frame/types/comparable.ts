/** Which values can be compared with which, and with which constants. */
import type { Field } from "../../arrow.ts";
import { arrow } from "../../arrow.ts";
import { fieldTypeName, typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { LiteralNode, LiteralType } from "../expression/literal.ts";
import { type ColumnKind, isTickKind, kindOf } from "./column-kind.ts";
import { lacksZone, literalTicks } from "./ticks.ts";

/** What a column of a kind is compared with, in words. */
const fitting: Readonly<Record<ColumnKind["kind"], string>> = {
  integer: "a number or bigint",
  float: "a number or bigint",
  decimal: 'a number, bigint or decimal text such as "12.50"',
  text: "a string",
  boolean: "true or false",
  bytes: "a Uint8Array",
  timestamp: 'a Date or an ISO text such as "2024-02-29T12:00:00.000001Z"',
  date: 'a Date or an ISO text such as "2024-02-29"',
  time: 'a text such as "08:30:00.123"',
  duration: 'a text such as "2d 08:30:00"',
  nested: "another value of its type, not with a constant",
  other:
    "nothing: only isNull() and isNotNull() work on this type; for more, give where() a text in Lance's SQL",
};

type UntickedKind = "float" | "text" | "boolean" | "bytes" | "nested" | "other";

const fittingTypes: Readonly<Record<UntickedKind, readonly LiteralType[]>> = {
  float: ["number", "integer"],
  text: ["string"],
  boolean: ["boolean"],
  bytes: ["bytes"],
  nested: [],
  other: [],
};

/** Whether a constant is a value of the kind, or lies between two of its values. */
export function fitsKind(kind: ColumnKind, literal: LiteralNode): boolean {
  return isTickKind(kind)
    ? literalTicks(kind, literal) !== undefined
    : fittingTypes[kind.kind].includes(literal.type);
}

/** @throws DlfLanceError InvalidInput for a constant that values of the field are not compared with. */
export function checkComparedLiteral(node: ExpressionNode, field: Field, literal: LiteralNode): void {
  const kind = kindOf(field);
  if (literal.type === "null") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compare ${describeOperand(node, field)} with null: that is never true; use isNull() or isNotNull()`,
    );
  }
  if (fitsKind(kind, literal) || arrow.DataType.isNull(field.type)) return;
  const compare = `Cannot compare ${describeOperand(node, field)} with ${describeExpression(literal)}`;
  if (literal.type === "string" && isTickKind(kind) && lacksZone(kind, literal.text)) {
    throw new DlfLanceError(
      "InvalidInput",
      `${compare}: the column is in ${zoneOf(kind)}, and the text names no zone; write one, as in ` +
        `"${literal.text.slice(0, 10)}T00:00:00+08:00" or "${literal.text.slice(0, 10)}T00:00:00Z", or pass a Date`,
    );
  }
  throw new DlfLanceError("InvalidInput", `${compare}: it is compared with ${fitting[kind.kind]}`);
}

function zoneOf(kind: ColumnKind): string {
  return kind.kind === "timestamp" ? (kind.zone ?? "no zone") : "no zone";
}

/**
 * @throws DlfLanceError InvalidInput for what equals no value though it looks as if it might: a number whose last digits JavaScript
 *   may have dropped, and a moment within a day next to days.
 */
export function checkEqualLiteral(node: ExpressionNode, field: Field, literal: LiteralNode): void {
  const { type, text } = literal;
  const kind = kindOf(field);
  if (kind.kind === "date" && kind.unit === "day" && literalTicks(kind, literal)?.isExact === false) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot compare ${describeOperand(node, field)} with ${describeExpression(literal)}: the column holds days, and this has a ` +
        `time of day; pass the day, as in "${text.slice(0, 10)}"`,
    );
  }
  const number = Number(text);
  if (node.node !== "column" || type !== "number" || kind.kind !== "integer") return;
  if (!Number.isInteger(number) || Number.isSafeInteger(number)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compare ${describeOperand(node, field)} with ${text}: beyond 2^53 a number drops digits; pass a bigint, as in ${BigInt(number)}n`,
  );
}

/** @throws DlfLanceError InvalidInput for values that cannot be compared. */
export function checkCompared(
  left: ExpressionNode,
  leftField: Field,
  right: ExpressionNode,
  rightField: Field,
): void {
  if (areComparable(leftField, rightField)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compare ${describeOperand(left, leftField)} with ${describeOperand(right, rightField)}: their types differ; ` +
      `cast one of them first, as in ${exampleCast(left, leftField, right, rightField)}`,
  );
}

/** Of a number to double, which orders as numbers do; else to text, which everything has. */
function exampleCast(
  left: ExpressionNode,
  leftField: Field,
  right: ExpressionNode,
  rightField: Field,
): string {
  const isNumber = (field: Field) => ["integer", "float", "decimal"].includes(kindOf(field).kind);
  const areNumbers = isNumber(leftField) && isNumber(rightField);
  const isChosen = areNumbers ? kindOf(rightField).kind !== "float" : kindOf(leftField).kind === "text";
  const node = isChosen ? right : left;
  const type = areNumbers ? "float64" : "string";
  return node.node === "column"
    ? `col(${JSON.stringify(node.name)}).cast("${type}")`
    : `(${describeExpression(node)}).cast("${type}")`;
}

export function areComparable(leftField: Field, rightField: Field): boolean {
  if ([leftField, rightField].some((field) => arrow.DataType.isNull(field.type))) return true;
  const [left, right] = [kindOf(leftField), kindOf(rightField)];
  const isNumber = ({ kind }: ColumnKind) => kind === "integer" || kind === "float";
  if (isNumber(left) && isNumber(right)) return true;
  const isExact = ({ kind }: ColumnKind) => kind === "integer" || kind === "decimal";
  if (isExact(left) && isExact(right)) return true;
  if (left.kind === "timestamp" && right.kind === "timestamp") {
    return (left.zone === null) === (right.zone === null);
  }
  if (left.kind === "nested") return typeName(leftField.type) === typeName(rightField.type);
  return left.kind !== "other" && left.kind === right.kind;
}

/** `column f0 (int64)`, or the expression with its type. */
export function describeOperand(node: ExpressionNode, field: Field): string {
  const text = describeExpression(node);
  return `${node.node === "column" ? "column " : ""}${text} (${fieldTypeName(field)})`;
}
