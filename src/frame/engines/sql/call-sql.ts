/** Functions of a row as DuckDB's SQL. */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import type { CallNode, ExpressionNode } from "../../expression/expression-node.ts";
import { kindOf } from "../../types/column-kind.ts";
import { Abstention } from "./abstention.ts";

/** How the arguments of a call are written. */
export interface ArgumentWriter {
  field(node: ExpressionNode): Field;
  sql(node: ExpressionNode): string;
  /** As int64 when whole, else as float64. */
  number(node: ExpressionNode, isWhole: boolean): string;
  as(node: ExpressionNode, type: DataType): string;
}

const { DataType: Types } = arrow;

/** @throws Abstention for a function that DuckDB computes in another way, in the last digit or for some letter. */
export function callSql(call: CallNode, scope: ArgumentWriter): string {
  const [first, second, third] = call.arguments as readonly [ExpressionNode, ExpressionNode, ExpressionNode];
  const write = (node: ExpressionNode) => scope.sql(node);
  const result = scope.field(call);
  const isWhole = Types.isInt(result.type);
  const abstain = (why: string) => new Abstention(`${call.function} ${why}`);
  const number = () => scope.number(first, isWhole);
  if (call.arguments.some((argument) => Types.isNull(scope.field(argument).type))) throw abstain("of null");
  switch (call.function) {
    case "negate":
      return `(- ${number()})`;
    case "abs":
      return `abs(${number()})`;
    case "sign":
      return isWhole ? `CAST(sign(${number()}) AS BIGINT)` : signSql(number());
    case "floor":
    case "ceil":
    case "trunc":
      return isWhole ? number() : `${call.function}(${number()})`;
    case "round":
      if (isWhole && constant(second, abstain) >= 0) return number();
      throw abstain("of floats is rounded in another way");
    case "sqrt":
      return `(CASE WHEN ${floats(first)} < 0 THEN CAST('nan' AS DOUBLE) ELSE sqrt(${floats(first)}) END)`;
    case "exp":
    case "ln":
    case "log10":
    case "log2":
    case "power":
      throw abstain("differs in the last digit");
    case "isNaN":
      return `isnan(${floats(first)})`;
    case "greatest":
    case "least":
      return `${call.function}(${call.arguments.map((argument) => scope.as(argument, result.type)).join(", ")})`;
    case "length":
      return `length(${write(first)})`;
    case "upper":
    case "lower":
    case "reverse":
      throw abstain("treats some letters in another way");
    case "trim":
    case "trimStart":
    case "trimEnd": {
      const names = { trim: "trim", trimStart: "ltrim", trimEnd: "rtrim" } as const;
      return `${names[call.function]}(${write(first)}, ' ')`;
    }
    case "concat":
      return `(${call.arguments.map(write).join(" || ")})`;
    case "slice": {
      const start = constant(second, abstain);
      const count = third === undefined ? "" : `, ${Math.max(0, constant(third, abstain))}`;
      if (start < 0) throw abstain("from the end");
      return `substring(${write(first)}, ${start + 1}${count})`;
    }
    case "contains":
      return `contains(${write(first)}, ${write(second)})`;
    case "startsWith":
      return `starts_with(${write(first)}, ${write(second)})`;
    case "endsWith":
      return `suffix(${write(first)}, ${write(second)})`;
    case "replace":
      return `replace(${write(first)}, ${write(second)}, ${write(third)})`;
    case "regexpMatch":
    case "regexpReplace":
    case "regexpExtract":
      throw abstain("knows other patterns in DuckDB");
    case "split":
      if (second.node !== "literal" || second.text === "") throw abstain("without a separator");
      return `string_split(${write(first)}, ${write(second)})`;
    case "year":
    case "quarter":
    case "month":
    case "day":
    case "hour":
    case "minute":
    case "second":
      return `${call.function}(${momentSql(first, scope, abstain)})`;
    case "week":
      return `weekofyear(${momentSql(first, scope, abstain)})`;
    case "dayOfWeek":
      return `isodow(${momentSql(first, scope, abstain)})`;
    case "dayOfYear":
      return `dayofyear(${momentSql(first, scope, abstain)})`;
    case "toDate":
      return `CAST(date_diff('day', DATE '1970-01-01', CAST(${momentSql(first, scope, abstain)} AS DATE)) AS INTEGER)`;
    case "dateTrunc": {
      const unit = first.node === "literal" ? first.text : "";
      const truncated = `date_trunc('${unit.replaceAll("'", "''")}', ${momentSql(second, scope, abstain)})`;
      if (Types.isDate(result.type))
        return `CAST(date_diff('day', DATE '1970-01-01', CAST(${truncated} AS DATE)) AS INTEGER)`;
      return `epoch_us(${truncated})`;
    }
    case "listLength":
      return `len(${listSql(first, scope, abstain)})`;
    case "listGet": {
      const list = listSql(first, scope, abstain);
      const index = scope.number(second, true);
      return `list_extract(${list}, CASE WHEN ${index} >= 0 THEN ${index} + 1 ELSE ${index} END)`;
    }
    case "listContains":
      throw abstain("tells null from no match in another way");
    case "coalesce":
      return `coalesce(${call.arguments.map((argument) => scope.as(argument, result.type)).join(", ")})`;
    case "nullIf": {
      const equal = scope.sql({ node: "comparison", operator: "eq", left: first, right: second });
      return `(CASE WHEN ${equal} THEN NULL ELSE ${write(first)} END)`;
    }
    default:
      return call.function satisfies never;
  }

  function floats(node: ExpressionNode): string {
    return scope.number(node, false);
  }
}

/** With the sign of zero and NaN kept. */
function signSql(value: string): string {
  return `(CASE WHEN isnan(${value}) OR ${value} = 0 THEN ${value} ELSE CAST(sign(${value}) AS DOUBLE) END)`;
}

function constant(node: ExpressionNode, abstain: (why: string) => Abstention): number {
  const value = node.node === "literal" ? Number(node.text) : Number.NaN;
  if (!Number.isSafeInteger(value)) throw abstain("by a computed number");
  return value;
}

/** A date or timestamp as DuckDB's own. */
function momentSql(
  node: ExpressionNode,
  scope: ArgumentWriter,
  abstain: (why: string) => Abstention,
): string {
  const kind = kindOf(scope.field(node));
  const sql = scope.sql(node);
  if (kind.kind === "date" && kind.unit === "day") return `(DATE '1970-01-01' + ${sql})`;
  if (kind.kind === "timestamp" && kind.unit === 2 && (kind.zone === null || kind.zone === "UTC"))
    return `make_timestamp(${sql})`;
  throw abstain(
    "of dates in milliseconds, and of timestamps of other units and zones than microseconds in UTC",
  );
}

function listSql(node: ExpressionNode, scope: ArgumentWriter, abstain: (why: string) => Abstention): string {
  const type: DataType = (scope.field(node) as Field).type;
  if (!Types.isList(type)) throw abstain("of lists of a fixed size");
  return scope.sql(node);
}
