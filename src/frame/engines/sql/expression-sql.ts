/**
 * Expressions of plans as DuckDB's SQL, over columns in their stored form (storage-type.ts). What DuckDB does not
 * compute exactly as the plan's vocabulary says is refused with {@link Abstention}.
 */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import { typeName } from "../../../display/type-name.ts";
import { comparisonSigns } from "../../expression/comparison.ts";
import type {
  ArithmeticNode,
  CastNode,
  ComparisonNode,
  ComparisonOperator,
  ExpressionNode,
} from "../../expression/expression-node.ts";
import type { LiteralNode } from "../../expression/literal.ts";
import { type ColumnKind, isTickKind, kindOf, kindOfType } from "../../types/column-kind.ts";
import { inferField } from "../../types/infer-type.ts";
import { literalValue } from "../../types/literal-value.ts";
import { parseType } from "../../types/parse-type.ts";
import { checkedTicks } from "../../types/ticks.ts";
import { Abstention } from "./abstention.ts";
import { callSql } from "./call-sql.ts";
import { structField } from "./storage-type.ts";

/** The columns an expression reads. */
export interface Scope {
  /** @throws DlfLanceError TableColumnNotFound */
  field(column: string): Field;
  sql(column: string): string;
}

const { DataType: Types } = arrow;

/** @throws Abstention */
export function expressionSql(node: ExpressionNode, scope: Scope): string {
  const write = (part: ExpressionNode) => expressionSql(part, scope);
  switch (node.node) {
    case "column":
      return scope.sql(node.name);
    case "literal":
      return literalSql(node, fieldOf(node, scope).type);
    case "comparison":
      return comparisonSql(node, scope);
    case "arithmetic":
      return arithmeticSql(node, scope);
    case "isNull":
      return `(${write(node.operand)} IS NULL)`;
    case "isIn": {
      if (node.values.length === 0) return "false";
      const equals = node.values.map((right) =>
        comparisonSql({ node: "comparison", operator: "eq", left: node.operand, right }, scope),
      );
      return `(${equals.join(" OR ")})`;
    }
    case "like":
      if (node.ignoreCase) throw new Abstention("ilike folds letters in another way in DuckDB");
      if (/(?:^|[^\\])(?:\\\\)*\\$/.test(node.pattern))
        throw new Abstention("a pattern ends with a backslash");
      return `(${write(node.operand)} LIKE ${textSql(node.pattern)} ESCAPE '\\')`;
    case "not":
      return `(NOT ${write(node.operand)})`;
    case "and":
    case "or":
      return `(${node.operands.map(write).join(node.node === "and" ? " AND " : " OR ")})`;
    case "cast":
      return castSql(node, scope);
    case "case": {
      const type = fieldOf(node, scope).type;
      const branches = node.branches.map(
        ({ when, value }) => `WHEN ${write(when)} THEN ${sqlAs(value, type, scope)}`,
      );
      const otherwise = node.otherwise === null ? nullSql(type) : sqlAs(node.otherwise, type, scope);
      return `(CASE ${branches.join(" ")} ELSE ${otherwise} END)`;
    }
    case "field": {
      const struct: DataType = fieldOf(node.operand, scope).type;
      const index = struct.children.findIndex((child: Field) => child.name === node.name);
      return `struct_extract(${write(node.operand)}, '${structField(index)}')`;
    }
    case "call":
      return callSql(node, {
        field: (part) => fieldOf(part, scope),
        sql: write,
        number: (part, isWhole) => numberSql(part, isWhole, scope),
        as: (part, type) => sqlAs(part, type, scope),
      });
    case "aggregate":
    case "window":
      throw new Abstention(`${node.node} stands inside an expression`);
    default:
      return node satisfies never;
  }
}

export function fieldOf(node: ExpressionNode, scope: Scope): Field {
  return inferField(node, (column) => scope.field(column));
}

export function kindOfNode(node: ExpressionNode, scope: Scope): ColumnKind {
  return kindOf(fieldOf(node, scope));
}

/** The value as one of a type that holds it. */
export function sqlAs(node: ExpressionNode, type: DataType, scope: Scope): string {
  if (node.node === "literal") return literalSql(node, type);
  const from = fieldOf(node, scope).type;
  return convertSql(expressionSql(node, scope), from, type);
}

/** Widens a value. @throws Abstention */
export function convertSql(sql: string, from: DataType, to: DataType): string {
  const plain: DataType = Types.isDictionary(from) ? from.dictionary : from;
  if (typeName(plain) === typeName(to)) return sql;
  if (Types.isNull(plain)) return nullSql(to);
  const [a, b] = [kindOfType(plain), kindOfType(to)];
  if (a.kind === "text" && b.kind === "text") return sql;
  if (a.kind === "bytes" && b.kind === "bytes" && !Types.isFixedSizeBinary(to)) return sql;
  if (a.kind === "integer" && b.kind === "integer") return `CAST(${sql} AS ${typeSql(to)})`;
  if (b.kind === "float" && b.bitWidth === 64) {
    if (a.kind === "decimal" && a.precision > 15)
      throw new Abstention("decimals of many digits become floats");
    return `CAST(${sql} AS DOUBLE)`;
  }
  throw new Abstention(`${typeName(plain)} becomes ${typeName(to)}`);
}

/** Whole numbers as int64, all others as float64. */
export function numberSql(node: ExpressionNode, isWhole: boolean, scope: Scope): string {
  return sqlAs(node, isWhole ? new arrow.Int64() : new arrow.Float64(), scope);
}

function comparisonSql({ operator, left, right }: ComparisonNode, scope: Scope): string {
  if (left.node === "literal" && right.node !== "literal") {
    const turned = { eq: "eq", neq: "neq", gt: "lt", gte: "lte", lt: "gt", lte: "gte" } as const;
    return comparisonSql({ node: "comparison", operator: turned[operator], left: right, right: left }, scope);
  }
  const kind = kindOfNode(left, scope);
  const sql = expressionSql(left, scope);
  if (right.node === "literal") {
    if (right.type === "null") return "CAST(NULL AS BOOLEAN)";
    if (isTickKind(kind)) return tickComparisonSql(sql, operator, kind, right);
    const type = fieldOf(left, scope).type;
    return `(${sql} ${comparisonSigns[operator]} ${literalSql(right, Types.isNull(type) ? fieldOf(right, scope).type : type)})`;
  }
  const other = kindOfNode(right, scope);
  const otherSql = expressionSql(right, scope);
  if (kind.kind === "timestamp" && other.kind === "timestamp" && kind.unit !== other.unit)
    throw new Abstention("timestamps of different units are compared");
  if (kind.kind === "date" && other.kind === "date" && kind.unit !== other.unit)
    throw new Abstention("dates of different units are compared");
  if (kind.kind === "float" || other.kind === "float")
    return `(${numberSql(left, false, scope)} ${comparisonSigns[operator]} ${numberSql(right, false, scope)})`;
  if ((kind.kind === "decimal") !== (other.kind === "decimal") || kind.kind === "decimal") {
    const digits = [kind, other].map((each) => (each.kind === "decimal" ? each.precision : 20));
    if (Math.max(...digits) > 18) throw new Abstention("decimals of many digits are compared");
  }
  return `(${sql} ${comparisonSigns[operator]} ${otherSql})`;
}

/** With a constant in the unit of the values, or what the comparison comes to for a constant between or beyond them. */
function tickComparisonSql(
  sql: string,
  operator: ComparisonOperator,
  kind: Extract<ColumnKind, { readonly min: bigint }>,
  literal: LiteralNode,
): string {
  const { floor, isExact } = checkedTicks(kind, literal);
  const always = `(${sql} IS NOT NULL OR NULL)`;
  const never = `(${sql} IS NULL AND NULL)`;
  const isHeld = floor >= kind.min && floor <= kind.max;
  if (operator === "eq" || operator === "neq") {
    if (isExact && isHeld) return `(${sql} ${comparisonSigns[operator]} ${tickSql(floor, kind)})`;
    return operator === "eq" ? never : always;
  }
  const isUpward = operator === "gt" || operator === "gte";
  if (floor < kind.min) return isUpward ? always : never;
  if (floor > kind.max) return isUpward ? never : always;
  const whole = isExact ? operator : isUpward ? "gt" : "lte";
  return `(${sql} ${comparisonSigns[whole]} ${tickSql(floor, kind)})`;
}

function tickSql(tick: bigint, kind: ColumnKind): string {
  if (kind.kind === "decimal") return decimalSql(tick, kind.precision, kind.scale);
  return `CAST('${tick}' AS HUGEINT)`.replace("HUGEINT", tick > 2n ** 63n - 1n ? "UBIGINT" : "BIGINT");
}

function decimalSql(tick: bigint, precision: number, scale: number): string {
  const digits = String(tick < 0n ? -tick : tick).padStart(scale + 1, "0");
  const text = `${tick < 0n ? "-" : ""}${digits.slice(0, digits.length - scale)}.${digits.slice(digits.length - scale)}0`;
  return `CAST('${scale === 0 ? text.split(".")[0] : text.slice(0, -1)}' AS DECIMAL(${precision}, ${scale}))`;
}

/** A constant as a value of the type, in its stored form. */
export function literalSql(literal: LiteralNode, type: DataType): string {
  if (literal.type === "null") return nullSql(type);
  const kind = kindOfType(type);
  const value = literalValue(literal, type);
  if (kind.kind === "decimal") return decimalSql(value as bigint, kind.precision, kind.scale);
  if (typeof value === "string") return textSql(value);
  if (value instanceof Uint8Array) return bytesSql(value);
  return `CAST('${Object.is(value, -0) ? "-0.0" : String(value)}' AS ${typeSql(type)})`;
}

export function textSql(text: string): string {
  // A zero byte would end the statement.
  return text.includes("\0") ? `decode(${bytesSql(Buffer.from(text))})` : `'${text.replaceAll("'", "''")}'`;
}

function bytesSql(bytes: Uint8Array): string {
  return `unhex('${Buffer.from(bytes).toString("hex")}')`;
}

export function nullSql(type: DataType): string {
  return Types.isNull(type) ? "CAST(NULL AS INTEGER)" : `CAST(NULL AS ${typeSql(type)})`;
}

/** The type in its stored form. @throws Abstention for one that is none in DuckDB. */
export function typeSql(type: DataType): string {
  if (Types.isDictionary(type)) return typeSql(type.dictionary);
  if (Types.isBool(type)) return "BOOLEAN";
  if (Types.isInt(type)) {
    const names: Readonly<Record<number, string>> = {
      8: "TINYINT",
      16: "SMALLINT",
      32: "INTEGER",
      64: "BIGINT",
    };
    return `${type.isSigned ? "" : "U"}${names[type.bitWidth]}`;
  }
  if (Types.isFloat(type)) return type.precision === 2 ? "DOUBLE" : "FLOAT";
  if (Types.isDecimal(type)) return `DECIMAL(${type.precision}, ${type.scale})`;
  if (Types.isTimestamp(type) || Types.isDuration(type)) return "BIGINT";
  if (Types.isDate(type)) return type.unit === 0 ? "INTEGER" : "BIGINT";
  if (Types.isTime(type)) return type.unit < 2 ? "INTEGER" : "BIGINT";
  const { kind } = kindOfType(type);
  if (kind === "text") return "VARCHAR";
  if (kind === "bytes") return "BLOB";
  if (Types.isList(type)) return `${typeSql((type.children[0] as Field).type)}[]`;
  throw new Abstention(`a value of type ${typeName(type)} is made`);
}

function arithmeticSql(node: ArithmeticNode, scope: Scope): string {
  const type = fieldOf(node, scope).type;
  const isWhole = Types.isInt(type);
  const kinds = [node.left, node.right].map((operand) => kindOfNode(operand, scope));
  const isWide = kinds.some((kind) => kind.kind === "integer" && kind.max > 2n ** 63n - 1n);
  const operand = (part: ExpressionNode) => {
    if (!isWhole || !isWide) return numberSql(part, isWhole, scope);
    return `CAST(${expressionSql(part, scope)} AS HUGEINT)`;
  };
  const [left, right] = [operand(node.left), operand(node.right)];
  const operators = {
    add: "+",
    subtract: "-",
    multiply: "*",
    divide: "/",
    intDivide: "//",
    modulo: "%",
  } as const;
  // A divisor of -0 becomes 0, as DuckDB makes it by itself in a sort.
  const divisor = node.operator === "divide" ? `(${right} + 0.0::DOUBLE)` : right;
  const sql = `(${left} ${operators[node.operator]} ${divisor})`;
  return isWhole && isWide ? `CAST(${sql} AS BIGINT)` : sql;
}

function castSql({ operand, type: name, orNull }: CastNode, scope: Scope): string {
  const from = fieldOf(operand, scope);
  const to = parseType(name, "cast");
  if (Types.isNull(from.type)) return nullSql(to);
  const [a, b] = [kindOf(from), kindOfType(to)];
  const plain: DataType = Types.isDictionary(from.type) ? from.type.dictionary : from.type;
  if (typeName(plain) === typeName(to)) return expressionSql(operand, scope);
  const cast = (sql: string) => `${orNull ? "TRY_CAST" : "CAST"}(${sql} AS ${typeSql(to)})`;
  const sql = expressionSql(operand, scope);
  if (a.kind === "integer" && (b.kind === "integer" || (b.kind === "float" && b.bitWidth === 64)))
    return cast(sql);
  if (a.kind === "boolean" && b.kind === "integer") return cast(sql);
  if (a.kind === "integer" && b.kind === "boolean") return cast(sql);
  if (a.kind === "float" && b.kind === "integer") return cast(`trunc(${sql})`);
  if (a.kind === "float" && b.kind === "float" && b.bitWidth === 64) return cast(sql);
  if ((a.kind === "timestamp" && b.kind === "integer") || (a.kind === "integer" && b.kind === "timestamp"))
    return cast(sql);
  if (a.kind === "integer" && b.kind === "text") return cast(sql);
  throw new Abstention(`a cast from ${typeName(plain)} to ${typeName(to)}`);
}
