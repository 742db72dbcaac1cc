/** Casts of SQL that frames make alike, and that lose nothing. */
import { fieldTypeName, typeName } from "../../../../display/arrow/type-name.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { kindOf, kindOfType } from "../../../types/column-kind.ts";
import { isNullType } from "../../../types/common-type.ts";
import { parseType } from "../../../types/parse-type.ts";
import { readLiteral } from "../statements/statement-literals.ts";
import type { Binder } from "./binder.ts";
import { castTime, expectMicroseconds, moveToUtc } from "./cast-times.ts";
import { castNode, integerLiteral, nullLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, isTree, type Tree, textAt, treeAt } from "./tree.ts";

/** Whole numbers of all widths are int64 until the result: what does not fit is an error there as well. */
const types: Readonly<Record<string, string>> = {
  TINYINT: "int8",
  SMALLINT: "int16",
  INTEGER: "int32",
  BIGINT: "int64",
  UTINYINT: "uint8",
  USMALLINT: "uint16",
  UINTEGER: "uint32",
  UBIGINT: "uint64",
  DOUBLE: "double",
  VARCHAR: "string",
  BOOLEAN: "bool",
  DATE: "date32[day]",
  TIMESTAMP: "timestamp[us]",
  "TIMESTAMP WITH TIME ZONE": "timestamp[us, UTC]",
};

/** Functions whose results have nothing behind the point. */
const wholeCalls: readonly string[] = ["floor", "ceil", "trunc"];

export function bindCast(tree: Tree, bind: Binder): ExpressionNode {
  const truth = readLiteral(tree, { kind: "boolean" }, []);
  if (truth !== undefined) return truth;
  const type = typeWords(treeAt(tree, "cast_type"), tree);
  const operand = bind.bind(treeAt(tree, "child"));
  const field = bind.columns.fieldOf(operand);
  const orNull = tree.try_cast === true;
  if (isNullType(field.type)) return castNode(nullLiteral, type);
  const to = parseType(type, "cast");
  // A number with a point is a decimal next to others unless the cast stays.
  if (operand.node === "literal" && type === "double") return castNode(operand, type);
  if (typeName(field.type) === typeName(to)) return operand;
  const [a, b] = [kindOf(field), kindOfType(to)];
  if (b.kind === "boolean" && (a.kind === "integer" || a.kind === "decimal"))
    return { node: "comparison", operator: "neq", left: operand, right: integerLiteral(0) };
  if (b.kind === "timestamp") {
    const time = orNull ? undefined : castTime(operand, bind.columns, b.zone !== null);
    if (time !== undefined) return time;
  }
  if (a.kind === "timestamp" && b.kind === "date" && !orNull)
    return castNode(moveToUtc(expectMicroseconds(operand, tree, bind), bind.columns), type);
  const isWhole =
    a.kind === "integer" ||
    (operand.node === "call" && a.kind === "float" && wholeCalls.includes(operand.function));
  const isExact =
    (b.kind === "integer" && (isWhole || a.kind === "boolean")) ||
    (b.kind === "float" && (a.kind === "integer" || a.kind === "decimal" || a.kind === "float")) ||
    (b.kind === "decimal" && a.kind === "integer" && !orNull) ||
    (b.kind === "decimal" && a.kind === "decimal" && b.scale >= a.scale && !orNull) ||
    (b.kind === "text" && (a.kind === "integer" || a.kind === "text"));
  if (isExact) return castNode(operand, type, orNull);
  throw refusePart(
    `${describeTree(tree)}, a cast of ${fieldTypeName(field)}, where DuckDB rounds or reads a text,`,
    a.kind === "float" && b.kind === "integer" ? "cast trunc(…), floor(…) or ceil(…) of it" : undefined,
  );
}

function typeWords(type: Tree, cast: Tree): string {
  const id = textAt(type, "id");
  if (id === "DECIMAL" && isTree(type.type_info)) {
    const { width, scale } = type.type_info;
    return `decimal128(${Number(width)}, ${Number(scale)})`;
  }
  const known = types[id];
  if (known === undefined) throw refusePart(`${describeTree(cast)}, a cast to ${id},`);
  return known;
}
