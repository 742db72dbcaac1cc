/**
 * Functions of numbers. Whole numbers stay int64 and floats float64; decimals stay exact. Where DuckDB raises an error for
 * what is not a real number, the result is NaN or infinite.
 */
import { arrow, type DataType, Types } from "../../arrow.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { kindOf } from "../types/column-kind.ts";
import { isNullType } from "../types/common-type.ts";
import { isWholeNumber } from "../types/literal-value.ts";
import {
  bool,
  convertOperand,
  decimalOf,
  doubleSql,
  float64,
  int64,
  kindOfOperand,
  numberSql,
  type Operand,
  plainType,
} from "./operand.ts";
import { constantOf, first, type Kind, type ScalarEntry, second, type TypedCall } from "./scalar-entry.ts";
import { typeSql } from "./sql-type.ts";

const numbers: readonly Kind[] = ["integer", "float", "decimal"];

const whole: readonly Kind[] = ["integer"];

const places = {
  constant: (literal: LiteralNode) =>
    isWholeNumber(literal) && Number(literal.text) >= 0 && Number(literal.text) < 64,
  what: "a whole number from 0 to 63",
};

const wholeDigits = { constant: isWholeNumber, what: "a whole number of digits" };

/** Of a decimal, one with other digits behind the point; the same kind of number otherwise. */
function keepNumber(scaleOf: (scale: number, call: TypedCall) => number) {
  return (typed: TypedCall): DataType => {
    const field = typed.fieldOf(typed.arguments[0] as never);
    if (isNullType(field.type)) return int64();
    const kind = kindOf(field);
    if (kind.kind === "decimal") return decimalOf(scaleOf(kind.scale, typed));
    return kind.kind === "integer" ? int64() : float64();
  };
}

const sameNumber = keepNumber((scale) => scale);
const wholeNumber = keepNumber(() => 0);

/** Whole numbers are whole already; a decimal gets its new scale. */
function rounded(name: string): ScalarEntry["duckdb"] {
  return (call) => {
    const value = numberSql(first(call), call.result);
    if (Types.isInt(call.result)) return value;
    if (!Types.isDecimal(call.result)) return `${name}(${value})`;
    return `CAST(${name}(${value}) AS DECIMAL(38, ${call.result.scale}))`;
  };
}

function floatTest(write: (value: string) => string): ScalarEntry {
  return { takes: [["float"]], gives: bool, duckdb: (call) => write(doubleSql(first(call))) };
}

/** uint64 where every value is of it, else int64. */
function wordType({ arguments: all, fieldOf }: TypedCall): DataType {
  const isWide = (node: ExpressionNode) => {
    const type = plainType(fieldOf(node).type);
    return Types.isInt(type) && type.bitWidth === 64 && !type.isSigned;
  };
  const fits = (node: ExpressionNode) =>
    node.node === "literal" ? !node.text.startsWith("-") && node.type !== "null" : isWide(node);
  return all.some((node) => node.node !== "literal" && isWide(node)) && all.every(fits)
    ? new arrow.Uint64()
    : int64();
}

function bitwise(write: (left: string, right: string) => string): ScalarEntry {
  return {
    takes: [whole, whole],
    gives: wordType,
    duckdb: (call) =>
      write(convertOperand(first(call), call.result), convertOperand(second(call), call.result)),
  };
}

/** A whole number in the bits of its type. */
function bitsSql(operand: Operand): string {
  const { node, field } = operand;
  return node.node === "literal" || isNullType(field.type)
    ? convertOperand(operand, int64())
    : `CAST(${operand.sql} AS ${typeSql(plainType(field.type))})`;
}

/** By a number of places from 0 to 63, in 64 bits; what falls out is lost. */
function shift(sign: "<<" | ">>"): ScalarEntry {
  return {
    takes: [whole, places],
    gives: wordType,
    duckdb: (call) => {
      const value = convertOperand(first(call), call.result);
      const by = Number(constantOf(call, 1));
      if (sign === ">>") return `(${value} >> ${by})`;
      // DuckDB refuses to lose bits.
      const isUnsigned = Types.isInt(call.result) && !call.result.isSigned;
      const wide = isUnsigned ? "UHUGEINT" : "HUGEINT";
      const wrapped = `((CAST(${value} AS ${wide}) * ${1n << BigInt(by)}::${wide}) % 18446744073709551616::${wide})`;
      if (isUnsigned) return `CAST(${wrapped} AS UBIGINT)`;
      return (
        `CAST(CASE WHEN ${wrapped} > 9223372036854775807 THEN ${wrapped} - 18446744073709551616::HUGEINT ` +
        `WHEN ${wrapped} < -9223372036854775808::HUGEINT THEN ${wrapped} + 18446744073709551616::HUGEINT ELSE ${wrapped} END AS BIGINT)`
      );
    },
  };
}

/** Of a logarithm, with NaN below 0 and minus infinity at it. */
function logarithm(name: string): ScalarEntry {
  return {
    takes: [numbers],
    gives: float64,
    duckdb: (call) => {
      const value = doubleSql(first(call));
      return `(CASE WHEN ${value} < 0 THEN 'nan'::DOUBLE WHEN ${value} = 0 THEN '-infinity'::DOUBLE ELSE ${name}(${value}) END)`;
    },
  };
}

export const numberFunctions = {
  negate: {
    takes: [numbers],
    gives: sameNumber,
    duckdb: (call) => {
      const value = first(call);
      const kind = kindOfOperand(value);
      // The lowest int64 is a uint64 negated.
      if (kind.kind === "integer" && kind.min === 0n) return `CAST(-CAST(${value.sql} AS HUGEINT) AS BIGINT)`;
      return `(-${numberSql(value, call.result)})`;
    },
  },
  abs: {
    takes: [numbers],
    gives: sameNumber,
    duckdb: (call) => `abs(${numberSql(first(call), call.result)})`,
  },
  sign: {
    takes: [numbers],
    gives: (typed) => (Types.isFloat(sameNumber(typed)) ? float64() : int64()),
    duckdb: (call) => {
      const value = first(call);
      if (Types.isInt(call.result)) return `CAST(sign(${value.sql}) AS BIGINT)`;
      const float = doubleSql(value);
      return `(CASE WHEN isnan(${float}) OR ${float} = 0 THEN ${float} ELSE CAST(sign(${float}) AS DOUBLE) END)`;
    },
  },
  floor: { takes: [numbers], gives: wholeNumber, duckdb: rounded("floor") },
  ceil: { takes: [numbers], gives: wholeNumber, duckdb: rounded("ceil") },
  trunc: { takes: [numbers], gives: wholeNumber, duckdb: rounded("trunc") },
  round: {
    takes: [numbers, wholeDigits],
    gives: keepNumber((scale, { arguments: [, digits] }) =>
      Math.max(0, Math.min(scale, Number(digits?.node === "literal" ? digits.text : 0))),
    ),
    duckdb: (call) => {
      const digits = Math.max(-400, Math.min(400, Number(constantOf(call, 1))));
      const value = numberSql(first(call), call.result);
      if (Types.isInt(call.result)) return digits >= 0 ? value : roundWholeSql(value, -digits);
      if (Types.isDecimal(call.result)) {
        const kind = kindOfOperand(first(call));
        const scale = kind.kind === "decimal" ? kind.scale : 0;
        if (digits >= scale) return numberSql(first(call), decimalOf(scale));
        const exact = numberSql(first(call), decimalOf(scale));
        return `CAST(round(${exact}, ${Math.max(-38, digits)}) AS DECIMAL(38, ${call.result.scale}))`;
      }
      // Where there are no such digits, as of 1e300, DuckDB would multiply up to infinity.
      return `(CASE WHEN isfinite(${value} * 1e${digits}) THEN round(${value}, ${digits}) ELSE ${value} END)`;
    },
  },
  sqrt: {
    takes: [numbers],
    gives: float64,
    duckdb: (call) => {
      const value = doubleSql(first(call));
      return `(CASE WHEN ${value} < 0 THEN 'nan'::DOUBLE ELSE sqrt(${value}) END)`;
    },
  },
  exp: { takes: [numbers], gives: float64, duckdb: (call) => `exp(${doubleSql(first(call))})` },
  ln: logarithm("ln"),
  log10: logarithm("log10"),
  log2: logarithm("log2"),
  power: {
    takes: [numbers, numbers],
    gives: float64,
    duckdb: (call) => `pow(${doubleSql(first(call))}, ${doubleSql(second(call))})`,
  },
  isNaN: { ...floatTest((value) => `isnan(${value})`), lance: (column: string) => `isnan(${column})` },
  isInf: floatTest((value) => `isinf(${value})`),
  isFinite: floatTest((value) => `isfinite(${value})`),
  fillNaN: {
    takes: [["float"], numbers],
    gives: float64,
    seesNull: true,
    duckdb: (call) => {
      const value = doubleSql(first(call));
      return `(CASE WHEN isnan(${value}) THEN ${doubleSql(second(call))} ELSE ${value} END)`;
    },
  },
  bitwiseAnd: bitwise((left, right) => `(${left} & ${right})`),
  bitwiseOr: bitwise((left, right) => `(${left} | ${right})`),
  bitwiseXor: bitwise((left, right) => `xor(${left}, ${right})`),
  bitwiseNot: {
    takes: [whole],
    gives: wordType,
    duckdb: (call) => `CAST((~${bitsSql(first(call))}) AS ${typeSql(call.result)})`,
  },
  bitCount: {
    takes: [whole],
    gives: int64,
    duckdb: (call) => `CAST(bit_count(${bitsSql(first(call))}) AS BIGINT)`,
  },
  shiftLeft: shift("<<"),
  shiftRight: shift(">>"),
} as const satisfies Readonly<Record<string, ScalarEntry>>;

/** Halves away from zero; what int64 cannot hold is an error. */
function roundWholeSql(value: string, zeros: number): string {
  if (zeros > 19) return `(${value} * 0)`;
  const wide = `CAST(${value} AS HUGEINT)`;
  const factor = 10n ** BigInt(zeros);
  return `CAST((${wide} + sign(${value}) * ${factor / 2n}::HUGEINT) // ${factor}::HUGEINT * ${factor}::HUGEINT AS BIGINT)`;
}
