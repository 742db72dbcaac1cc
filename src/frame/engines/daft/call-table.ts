/** The functions that Daft computes as we do. A function that is not in this table is refused by its name. */
import type { DataType } from "../../../arrow.ts";
import type { Term } from "../../../daft/program.ts";
import type { CallNode } from "../../expression/expression-node.ts";
import { decimalOf, float64 } from "../../functions/operand.ts";
import { readPattern } from "../../functions/pattern.ts";
import type { ScalarFunction } from "../../functions/scalar-functions.ts";
import { kindOf, kindOfType } from "../../types/column-kind.ts";
import { call, exceedsInt64, isClockPlain, refuseTerm, type TermWriter, type TypedTerm } from "./term.ts";

export interface WrittenTermCall {
  readonly node: CallNode;
  readonly operands: readonly TypedTerm[];
  /** Of the result. */
  readonly type: DataType;
  readonly compiler: TermWriter;
}

export interface CallEntry {
  readonly write: (call: WrittenTermCall) => Term;
  /** Whether the result can be other than null where an argument is. */
  readonly seesNull?: boolean;
}

/** A function with a form for whole numbers, floats and decimals. */
function byNumber(name: string, hasDecimal: boolean): CallEntry {
  return {
    write: ({ node, operands: [operand], type, compiler }) => {
      const { kind } = kindOf((operand as TypedTerm).field);
      if (kind === "decimal") {
        if (!hasDecimal) throw refuseTerm(node, "of a decimal is not computed there", "cast to double");
        return call(`${name}Decimal`, [(operand as TypedTerm).term], compiler.number(type));
      }
      const suffix = kind === "integer" ? "Whole" : "Float";
      return call(`${name}${suffix}`, [compiler.convert(operand as TypedTerm, type)], compiler.number(type));
    },
  };
}

/** A function that leaves whole numbers as they are. */
function rounding(name: string): CallEntry {
  return {
    write: ({ node, operands: [operand], type, compiler }) => {
      const { kind } = kindOf((operand as TypedTerm).field);
      if (kind === "decimal") throw refuseTerm(node, "of a decimal is not computed there", "cast to double");
      const value = compiler.convert(operand as TypedTerm, type);
      return kind === "integer" ? value : call(name, [value], compiler.number(type));
    },
  };
}

function onDouble(name: string): CallEntry {
  return {
    write: ({ operands: [operand], compiler }) =>
      call(name, [compiler.convert(operand as TypedTerm, float64())], compiler.number(float64())),
  };
}

function onText(name: string): CallEntry {
  return {
    write: ({ node, operands: [operand, ...others], type, compiler }) => {
      if (others.length > 0) throw refuseTerm(node, "takes the text alone there");
      return call(name, [(operand as TypedTerm).term], compiler.number(type));
    },
  };
}

function constantOf({ node, operands }: WrittenTermCall, index: number): string {
  const part = operands[index]?.node;
  if (part?.node === "literal") return part.text;
  throw refuseTerm(node, "is computed there with constants alone");
}

/** A test of a text by a constant. */
function textTest(name: string): CallEntry {
  return {
    write: (written) =>
      call(name, [(written.operands[0] as TypedTerm).term], undefined, { pattern: constantOf(written, 1) }),
  };
}

function datePart(part: string): CallEntry {
  return {
    write: (written) =>
      call("datePart", [plainClock(written, 0)], written.compiler.number(written.type), { part }),
  };
}

/** Other zones' clocks are counted by our own table of offsets, which the workers do not have. */
function plainClock({ node, operands }: WrittenTermCall, index: number): Term {
  const operand = operands[index] as TypedTerm;
  const kind = kindOf(operand.field);
  if (kind.kind === "timestamp" && !isClockPlain(kind.zone))
    throw refuseTerm(node, `reads the clock of ${kind.zone}, and only that of UTC is computed there`);
  return operand.term;
}

function extreme(name: string): CallEntry {
  return {
    seesNull: true,
    write: ({ node, operands, type, compiler }) => {
      const { kind } = kindOfType(type);
      const convert = (to: DataType) => operands.map((operand) => compiler.convert(operand, to));
      if (kind === "integer" && operands.some(exceedsInt64))
        return call("cast", [call(name, convert(decimalOf(0)))], compiler.number(type));
      const values = convert(type);
      if (kind === "float") {
        const keys = values.map((value) => call("orderKey", [value]));
        return call("fromOrderKey", [call(name, keys)], compiler.number(type));
      }
      if (kind === "integer" || kind === "decimal" || kind === "timestamp" || kind === "date")
        return call(name, values);
      throw refuseTerm(node, "is computed there for numbers and times alone");
    },
  };
}

export const callTable: Readonly<Partial<Record<ScalarFunction, CallEntry>>> = {
  negate: {
    write: (written) => {
      const { operands, type, compiler } = written;
      const operand = operands[0] as TypedTerm;
      const kind = kindOf(operand.field);
      if (kind.kind !== "integer" || kind.min !== 0n) return byNumber("negate", true).write(written);
      // The lowest int64 is a uint64 negated.
      const wide = decimalOf(0);
      const zero: Term = { literal: "0", type: compiler.number(wide) };
      const difference = call(
        "subtractDecimal",
        [zero, compiler.convert(operand, wide)],
        compiler.number(wide),
      );
      return call("cast", [difference], compiler.number(type));
    },
  },
  abs: byNumber("abs", true),
  sign: {
    write: ({ node, operands: [operand], type, compiler }) => {
      if (kindOf((operand as TypedTerm).field).kind === "decimal")
        throw refuseTerm(node, "of a decimal is not computed there", "cast to double");
      const value = operand as TypedTerm;
      const isFloat = kindOf(value.field).kind === "float";
      return call("sign", [isFloat ? compiler.convert(value, type) : value.term], compiler.number(type));
    },
  },
  floor: rounding("floor"),
  ceil: rounding("ceil"),
  trunc: rounding("trunc"),
  sqrt: onDouble("sqrt"),
  isNaN: { write: ({ operands: [operand] }) => call("isNaN", [(operand as TypedTerm).term]) },
  greatest: extreme("greatest"),
  least: extreme("least"),
  coalesce: {
    seesNull: true,
    write: ({ operands, type, compiler }) => ({
      coalesce: operands.map((operand) => compiler.convert(operand, type)),
      type: compiler.number(type),
    }),
  },
  nullIf: {
    seesNull: true,
    write: ({ operands: [left, right], compiler }) =>
      call("nullIf", [
        compiler.compare("eq", left as TypedTerm, right as TypedTerm),
        (left as TypedTerm).term,
      ]),
  },
  length: onText("length"),
  upper: onText("upper"),
  lower: onText("lower"),
  trim: onText("trim"),
  trimStart: onText("trimStart"),
  trimEnd: onText("trimEnd"),
  concat: {
    write: ({ operands }) =>
      call(
        "joinTexts",
        operands.map(({ term }) => term),
      ),
  },
  slice: {
    write: (written) => {
      const start = Number(constantOf(written, 1));
      const stop = written.operands.length === 3 ? start + Number(constantOf(written, 2)) : null;
      return call("slice", [(written.operands[0] as TypedTerm).term], undefined, { start, stop });
    },
  },
  contains: textTest("contains"),
  startsWith: textTest("startsWith"),
  endsWith: textTest("endsWith"),
  replace: {
    write: (written) => {
      const [value] = written.operands;
      const pattern = constantOf(written, 1);
      const replacement = constantOf(written, 2);
      if (pattern === "") return (value as TypedTerm).term;
      return call("replace", [(value as TypedTerm).term], undefined, { pattern, replacement });
    },
  },
  regexpMatch: {
    write: (written) =>
      call("matches", [(written.operands[0] as TypedTerm).term], undefined, {
        pattern: readPattern(constantOf(written, 1)),
      }),
  },
  year: datePart("year"),
  quarter: datePart("quarter"),
  month: datePart("month"),
  week: datePart("week"),
  day: datePart("day"),
  dayOfWeek: datePart("dayOfWeek"),
  dayOfYear: datePart("dayOfYear"),
  hour: datePart("hour"),
  minute: datePart("minute"),
  second: datePart("second"),
  dateTrunc: {
    write: (written) =>
      call("dateTrunc", [plainClock(written, 1)], written.compiler.number(written.type), {
        part: constantOf(written, 0),
      }),
  },
  toDate: {
    write: (written) => call("toDate", [plainClock(written, 0)], written.compiler.number(written.type)),
  },
  listLength: onText("listLength"),
};
