import type { Field } from "../arrow.ts";
import { fieldTypeName } from "../display/type-name.ts";
import { DlfLanceError } from "../errors.ts";
import { type ColumnKind, isTickKind, kindOf } from "./column-kind.ts";
import { describeExpression, describeName } from "./describe-expression.ts";
import type { ConditionNode } from "./expression-node.ts";
import type { LiteralNode } from "./literal.ts";
import { literalTicks } from "./ticks.ts";

/**
 * Refuses comparisons of what cannot be compared, such as text with numbers.
 *
 * @param find the field of a column; it throws when there is none.
 * @throws DlfLanceError InvalidInput naming the column, its type and what would fit; and what `find` throws.
 */
export function checkCondition(condition: ConditionNode, find: (column: string) => Field): void {
  switch (condition.node) {
    case "literal":
      return;
    case "column":
      checkKind(find(condition.name), ["boolean"], "a condition by itself");
      return;
    case "comparison": {
      const field = find(condition.column);
      if (condition.value.node === "literal") checkLiteral(field, condition.value);
      else checkColumns(field, find(condition.value.name));
      return;
    }
    case "isNull":
      find(condition.column);
      return;
    case "isIn": {
      const field = find(condition.column);
      for (const value of condition.values) checkLiteral(field, value);
      return;
    }
    case "like":
    case "startsWith":
      checkKind(find(condition.column), ["text"], "matched as text");
      return;
    case "not":
      checkCondition(condition.operand, find);
      return;
    case "and":
    case "or":
      for (const operand of condition.operands) checkCondition(operand, find);
      return;
    default:
      condition satisfies never;
  }
}

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
  other:
    "nothing: only isNull() and isNotNull() work on this type; for more, give where() a text in Lance's SQL",
};

const literalTypes: Readonly<Record<"float" | "text" | "boolean" | "bytes" | "other", readonly string[]>> = {
  float: ["number", "integer"],
  text: ["string"],
  boolean: ["boolean"],
  bytes: ["bytes"],
  other: [],
};

function checkLiteral(field: Field, literal: LiteralNode): void {
  const kind = kindOf(field);
  const isFitting = isTickKind(kind)
    ? literalTicks(kind, literal) !== undefined
    : literalTypes[kind.kind].includes(literal.type);
  if (isFitting) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compare ${describeField(field)} with ${describeExpression(literal)}: it is compared with ${fitting[kind.kind]}.`,
  );
}

function checkKind(field: Field, kinds: readonly ColumnKind["kind"][], use: string): void {
  if (kinds.includes(kindOf(field).kind)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot use ${describeField(field)}: it is not ${kinds.join(" or ")}, so it cannot be ${use}.`,
  );
}

function checkColumns(left: Field, right: Field): void {
  if (areComparable(kindOf(left), kindOf(right))) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot compare ${describeField(left)} with ${describeField(right)}: their types differ; ` +
      "for a comparison after a cast, give where() a text in Lance's SQL.",
  );
}

function areComparable(left: ColumnKind, right: ColumnKind): boolean {
  const isNumber = (kind: ColumnKind) => kind.kind === "integer" || kind.kind === "float";
  if (isNumber(left)) return isNumber(right);
  switch (left.kind) {
    case "decimal":
      return right.kind === "decimal" && right.precision === left.precision && right.scale === left.scale;
    case "timestamp":
      return (
        right.kind === "timestamp" &&
        right.unit === left.unit &&
        (right.zone === null) === (left.zone === null)
      );
    case "date":
      return right.kind === "date" && right.unit === left.unit;
    case "other":
      return false;
    default:
      return right.kind === left.kind;
  }
}

function describeField(field: Field): string {
  return `column ${describeName(field.name)} (${fieldTypeName(field)})`;
}
