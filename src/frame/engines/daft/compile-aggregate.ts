/** Aggregates as the few that Daft and we mean alike, with what is computed before and after them. */
import { arrow, type DataType } from "../../../arrow.ts";
import type { ProgramAggregate, Term } from "../../../daft/program.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { AggregateNode, ExpressionNode } from "../../expression/expression-node.ts";
import { bool, float64, int64, utf8 } from "../../functions/operand.ts";
import { kindOf } from "../../types/column-kind.ts";
import { isNullType } from "../../types/common-type.ts";
import { PartRefused } from "../refusal.ts";
import type { TermCompiler } from "./compile-term.ts";
import { call, type TypedTerm } from "./term.ts";

export interface CompiledAggregate {
  /** What Daft computes: of a column by its name, or of one that was put, by its place. */
  readonly calls: readonly {
    readonly function: ProgramAggregate["function"];
    readonly column: string | number;
  }[];
  /** What becomes of the results of these calls. */
  readonly finish: (columns: readonly Term[], type: number) => Term;
}

/** The aggregates that are compiled. */
export const daftAggregates = [
  "count",
  "countDistinct",
  "countIf",
  "min",
  "max",
  "sum",
  "mean",
  "any",
  "all",
] as const;

/** The steps of a checked plan, as people call them. */
export const daftSteps = {
  yes: [
    "where",
    "select",
    "limit",
    "offset",
    "sort",
    "distinct",
    "explode",
    "concat",
    "join",
    "groupBy",
    "over",
    "unpivot",
    "intersect",
    "except",
  ],
  no: ["joinAsof"],
} as const;

/** Puts a column before the aggregation. @returns its place */
export type PutColumn = (term: Term, type: DataType, operand: ExpressionNode) => number;

const cast = (columns: readonly Term[], type: number): Term => call("cast", columns, type);

/** What whole numbers and decimals are summed as: Daft sums decimals, but not over a frame of rows. */
export type SumParts = "decimals" | "words";

/**
 * @param rows any column, for a count of rows
 * @throws DlfLanceError Unsupported, naming the aggregate, for what Daft does not compute alike
 */
export function compileAggregate(
  aggregate: AggregateNode,
  compiler: TermCompiler,
  rows: string | undefined,
  put: PutColumn,
  sums: SumParts = "decimals",
): CompiledAggregate {
  const { function: name, operand: part, others } = withoutCondition(aggregate);
  if (others !== undefined) throw refuseStep(`aggregates such as ${name}() of more columns`);
  if (part === null) {
    if (rows === undefined) throw refuseStep("counts of rows without columns", "select a column first");
    return { calls: [{ function: "countRows", column: rows }], finish: cast };
  }
  const operand = compiler.typed(part);
  if (isNullType(operand.type))
    throw refuseStep("aggregates of values that are always null", "leave the column out");
  switch (name) {
    case "count":
      return {
        calls: [{ function: "count", column: put(mark(operand, compiler), bool(), part) }],
        finish: cast,
      };
    case "countDistinct": {
      const key = keyOf(operand, compiler);
      return { calls: [{ function: "countDistinct", column: put(key.term, key.type, part) }], finish: cast };
    }
    case "min":
    case "max": {
      const key = orderOf(operand, compiler);
      const { kind } = kindOf(operand.field);
      const back = kind === "float" ? "fromOrderKey" : kind === "bytes" ? "fromBytesKey" : "cast";
      return {
        calls: [{ function: name, column: put(key.term, key.type, part) }],
        finish: (columns, type) => call(back, columns, type),
      };
    }
    case "any":
    case "all": {
      const key = orderOf(operand, compiler);
      const extreme = name === "any" ? "max" : "min";
      return { calls: [{ function: extreme, column: put(key.term, key.type, part) }], finish: cast };
    }
    case "sum":
      return compileSum(operand, compiler, put, sums);
    case "mean":
      return compileMean(operand, compiler, put, sums);
    default:
      throw refuseStep(`aggregates such as ${name}()`);
  }
}

const truth: ExpressionNode = { node: "literal", type: "boolean", text: "true" };

/** Rows that do not count have null in place of their value: no aggregate here sees that. */
function withoutCondition(aggregate: AggregateNode): AggregateNode {
  const { function: name, operand, condition, ...rest } = aggregate;
  if (name === "countIf" && operand !== null && condition === undefined)
    return withoutCondition({ ...rest, function: "count", operand: null, condition: operand });
  if (condition === undefined) return aggregate;
  const branches = [{ when: condition, value: operand ?? truth }];
  return { ...rest, function: name, operand: { node: "case", branches, otherwise: null } };
}

/** True where there is a value: a column that is small, whatever the operand is. */
function mark({ term }: TypedTerm, compiler: TermCompiler): Term {
  const type = compiler.number(bool());
  return {
    case: [[call("not", [call("isNull", [term])]), { literal: "true", type }]],
    otherwise: null,
    type,
  };
}

/** Sums of whole numbers and decimals are exact, however many rows there are. */
function compileSum(
  operand: TypedTerm,
  compiler: TermCompiler,
  put: PutColumn,
  sums: SumParts,
): CompiledAggregate {
  const { kind } = kindOf(operand.field);
  const columns = putSummands(operand, compiler, put, sums);
  const calls = columns.map((column) => ({ function: "sum", column }) as const);
  if (kind === "float") {
    if (sums !== "words") return { calls, finish: ([sum]) => sum as Term };
    const counted = { function: "count", column: columns[0] as number } as const;
    return { calls: [...calls, counted], finish: ([sum, count]) => sumOfFrame(sum, count, compiler) };
  }
  if (sums === "words") return { calls, finish: (words, type) => call("sumOfWords", words, type) };
  if (kind === "integer") return { calls, finish: cast };
  return { calls, finish: (parts, type) => call("sumOfParts", parts, type) };
}

function compileMean(
  operand: TypedTerm,
  compiler: TermCompiler,
  put: PutColumn,
  sums: SumParts,
): CompiledAggregate {
  const kind = kindOf(operand.field);
  const columns = putSummands(operand, compiler, put, sums);
  const calls = [
    ...columns.map((column) => ({ function: "sum", column }) as const),
    { function: "count", column: columns[0] as number } as const,
  ];
  if (kind.kind !== "float") {
    const options = { scale: kind.kind === "decimal" ? kind.scale : 0 };
    const name = sums === "words" ? "meanOfWords" : "meanOfParts";
    return { calls, finish: (all, type) => call(name, all, type, options) };
  }
  return {
    calls,
    finish: ([sum, count], type) => {
      const total = sums === "words" ? sumOfFrame(sum, count, compiler) : (sum as Term);
      return call("divideFloat", [total, call("toFloat", [count as Term], type)], type);
    },
  };
}

/** Daft 0.7.26 has null for a sum of floats over a frame of rows that begins with NaN, until the second value. */
function sumOfFrame(sum: Term | undefined, count: Term | undefined, compiler: TermCompiler): Term {
  const type = compiler.number(float64());
  const none = { literal: "0", type: compiler.number(int64()) };
  const branches = [[call("gt", [count as Term, none]), { literal: "nan", type }]] as const;
  return { coalesce: [sum as Term, { case: branches, otherwise: null, type }], type };
}

/** What is summed: floats, whole numbers as decimals, decimals as their low and high words; or both as words of 32 bits. */
function putSummands(
  operand: TypedTerm,
  compiler: TermCompiler,
  put: PutColumn,
  sums: SumParts,
): readonly number[] {
  const { node, term } = operand;
  const { kind } = kindOf(operand.field);
  const putAs = (name: string, type: DataType) => put(call(name, [term], compiler.number(type)), type, node);
  const whole = new arrow.Decimal(0, 20, 128);
  if (kind === "float") return [putAs("toFloat", float64())];
  if (sums === "words") {
    const [value, count] = kind === "integer" ? [call("cast", [term], compiler.number(whole)), 2] : [term, 4];
    return Array.from({ length: count }, (_, index) => {
      const options = { index, isLast: index === count - 1 };
      return put(call("word", [value], undefined, options), int64(), node);
    });
  }
  if (kind === "integer") return [putAs("cast", whole)];
  return [putAs("sumLow", whole), putAs("sumHigh", new arrow.Decimal(0, 19, 128))];
}

/** What rows are sorted by: a key that Daft has an order for. */
export function orderOf(operand: TypedTerm, compiler: TermCompiler): ReturnType<typeof keyOf> {
  if (kindOf(operand.field).kind !== "bytes") return keyOf(operand, compiler);
  return { term: call("bytesKey", [operand.term]), type: utf8() };
}

/** What rows are grouped or joined by: NaN is one value, and 0 is -0. */
export function keyOf(
  operand: TypedTerm,
  compiler: TermCompiler,
): { readonly term: Term; readonly type: DataType } {
  const { kind } = kindOf(operand.field);
  if (["other", "nested", "time", "duration"].includes(kind) && !isNullType(operand.type))
    throw refuseStep(
      `keys such as ${describeExpression(operand.node)}, which has no order,`,
      "use another key",
    );
  const term = compiler.ordered(operand);
  if (kind === "float") return { term, type: int64() };
  if (kind === "boolean") return { term, type: new arrow.Int8() };
  return { term, type: operand.type };
}

/** @param wayOut another than to run the frame here */
export function refuseStep(what: string, wayOut?: string): PartRefused {
  return new PartRefused(`${what} are not run there`, wayOut);
}
