/** Expressions as DuckDB's SQL, over columns in their stored form (sql-type.ts). */
import type { DataType, Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { AggregateNode, CallNode, CaseNode, ExpressionNode } from "../expression/expression-node.ts";
import { isNullType } from "../types/common-type.ts";
import { parseType } from "../types/parse-type.ts";
import { findAggregate } from "./aggregate-functions.ts";
import { arithmeticSql } from "./arithmetic.ts";
import { caseSql } from "./case-sql.ts";
import { castSql } from "./cast.ts";
import { comparisonSql, isInSql } from "./comparison.ts";
import { inferField } from "./infer-type.ts";
import { convertOperand, type Operand } from "./operand.ts";
import { findScalar } from "./scalar-functions.ts";
import { literalSql, nullSql, refuseCarried, structField, textSql } from "./sql-type.ts";

/** The columns an expression reads. */
export interface Scope {
  /** @throws DlfLanceError TableColumnNotFound */
  readonly field: (column: string) => Field;
  sql(column: string): string;
}

export function expressionSql(node: ExpressionNode, scope: Scope): string {
  return writeOperand(node, scope).sql;
}

/** The same, or a column of any type as it is. */
export function passSql(node: ExpressionNode, scope: Scope): string {
  return node.node === "column" ? scope.sql(node.name) : expressionSql(node, scope);
}

export function writeOperand(node: ExpressionNode, scope: Scope): Operand {
  const field = inferField(node, scope.field);
  let written: string | undefined;
  return {
    node,
    field,
    // Not before it is asked for: a constant may fit the type that it becomes, and not its own.
    get sql() {
      if (written === undefined) {
        if (node.node === "column" || node.node === "field") refuseCarried(field.type, node.name);
        written = writeSql(node, field, scope);
      }
      return written;
    },
  };
}

function writeSql(node: ExpressionNode, field: Field, scope: Scope): string {
  const write = (part: ExpressionNode) => writeOperand(part, scope);
  switch (node.node) {
    case "column":
      return scope.sql(node.name);
    case "literal":
      return literalSql(node, field.type);
    case "comparison":
      return comparisonSql(node.operator, write(node.left), write(node.right));
    case "arithmetic":
      return arithmeticSql(node.operator, write(node.left), write(node.right), field.type);
    case "isNull":
      return `(${write(node.operand).sql} IS NULL)`;
    case "isIn":
      return isInSql(write(node.operand), node.values);
    case "like":
      return `(${write(node.operand).sql} ${node.ignoreCase ? "ILIKE" : "LIKE"} ${textSql(node.pattern)} ESCAPE '\\')`;
    case "not":
      return `(NOT ${write(node.operand).sql})`;
    case "and":
    case "or":
      return `(${node.operands.map((operand) => write(operand).sql).join(` ${node.node.toUpperCase()} `)})`;
    case "cast":
      return writeOnce([write(node.operand)], ([operand]) =>
        castSql(operand as Operand, parseType(node.type, "cast"), node.orNull),
      );
    case "case":
      return writeCase(node, field.type, scope);
    case "field": {
      // Not as an operand: of a struct that DuckDB does not hold whole, the other fields can be read.
      const operand = inferField(node.operand, scope.field);
      const index = operand.type.children.findIndex((child: Field) => child.name === node.name);
      return `struct_extract(${writeSql(node.operand, operand, scope)}, '${structField(index)}')`;
    }
    case "call":
      return callSql(node, field.type, scope);
    case "function":
    case "aggregate":
    case "window":
      throw new DlfLanceError(
        "Internal",
        `Cannot compute ${describeExpression(node)} for a row: the plan was not checked; report this`,
      );
    default:
      return node satisfies never;
  }
}

function writeCase({ branches, otherwise }: CaseNode, type: DataType, scope: Scope): string {
  const value = (node: ExpressionNode) => convertOperand(writeOperand(node, scope), type);
  const written = branches.map((part) => ({
    when: expressionSql(part.when, scope),
    value: value(part.value),
  }));
  return caseSql(written, otherwise === null ? nullSql(type) : value(otherwise), type);
}

function callSql(call: CallNode, result: DataType, scope: Scope): string {
  const entry = findScalar(call.function);
  const operands = call.arguments.map((argument) => writeOperand(argument, scope));
  if (entry.seesNull !== true && operands.some(({ field }) => isNullType(field.type))) return nullSql(result);
  return writeOnce(operands, (all) => entry.duckdb({ arguments: all, result, compare: comparisonSql }));
}

/** A longer operand is written once, where a form has it several times. */
const longOperand = 300;

/**
 * Guards name their operand more than once, so that each of many inside each other would double the text. A long operand is
 * the item of a list then, and what is written is computed of the item.
 */
function writeOnce(operands: readonly Operand[], write: (operands: readonly Operand[]) => string): string {
  // The text of a constant depends on the type that it becomes.
  const texts = operands.map((operand) =>
    operand.node.node === "literal" ? operand.node.text : operand.sql,
  );
  const isLong = (operand: Operand, index: number) =>
    operand.node.node !== "literal" && (texts[index] as string).length > longOperand;
  if (!operands.some(isLong)) return write(operands);
  let names = 0;
  const nextName = (): string => {
    const name = `bound${++names}`;
    return texts.some((text) => text.includes(name)) ? nextName() : name;
  };
  const bound = new Map<string, string>();
  const named = operands.map((operand, index): Operand => {
    if (!isLong(operand, index)) return operand;
    const name = nextName();
    bound.set(name, operand.sql);
    return { node: operand.node, field: operand.field, sql: name };
  });
  let text = write(named);
  for (const [name, sql] of bound) {
    const parts = text.split(new RegExp(`\\b${name}\\b`));
    text = parts.length > 2 ? `list_transform([${sql}], lambda ${name}: ${text})[1]` : parts.join(sql);
  }
  return text;
}

/**
 * @param over what follows the call where it is one of a window.
 * @param inOrder what puts the values in the order of rows inside a call.
 */
export function aggregateSql(
  { function: name, operand, fraction, others, condition }: AggregateNode,
  scope: Scope,
  over: string,
  inOrder: string,
): string {
  const rows = condition === undefined ? over : ` FILTER (WHERE ${expressionSql(condition, scope)})${over}`;
  if (operand === null) return `count(*)${rows}`;
  return findAggregate(name).duckdb({
    operand: writeOperand(operand, scope),
    others: (others ?? []).map((other) => writeOperand(other, scope)),
    fraction,
    over: rows,
    inOrder,
  });
}
