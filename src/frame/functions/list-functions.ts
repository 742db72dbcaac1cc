/** Functions of lists. Positions count from 0, and from the end when negative. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { kindOf } from "../types/column-kind.ts";
import { isNullType, unite } from "../types/common-type.ts";
import { checkCompared, checkComparedLiteral } from "../types/comparable.ts";
import { isWholeNumber } from "../types/literal-value.ts";
import { distinctSql, exactMeanFunction } from "./aggregate-functions.ts";
import {
  bool,
  convertOperand,
  convertSql,
  decimalOf,
  float64,
  int64,
  type Operand,
  plainType,
  utf8,
} from "./operand.ts";
import {
  constantOf,
  first,
  type Kind,
  type ScalarEntry,
  second,
  type TypedCall,
  type WrittenCall,
} from "./scalar-entry.ts";
import { isArray, typeSql } from "./sql-type.ts";

export function itemField(type: DataType): Field | undefined {
  return Types.isList(type) || Types.isFixedSizeList(type) ? (type.children[0] as Field) : undefined;
}

function itemType({ arguments: [list], fieldOf }: TypedCall): DataType {
  return plainType(itemField(fieldOf(list as never).type)?.type ?? new arrow.Null());
}

/** DuckDB's ARRAY has other functions; as a LIST it has those of lists. */
export function listSql({ sql, field }: Operand): string {
  const item = itemField(field.type);
  return item !== undefined && isArray(field.type) ? `CAST(${sql} AS ${typeSql(item.type)}[])` : sql;
}

const numbers: readonly Kind[] = ["integer", "float", "decimal"];
const ordered: readonly Kind[] = [
  "integer",
  "float",
  "decimal",
  "text",
  "boolean",
  "bytes",
  "timestamp",
  "date",
  "time",
  "duration",
];
const flag = { constant: ({ type }: { readonly type: string }) => type === "boolean", what: "true or false" };
const position = { constant: isWholeNumber, what: "a whole number" };

function listOf(type: DataType): DataType {
  return new arrow.List(new arrow.Field("item", plainType(type), true));
}

function sameList(typed: TypedCall): DataType {
  return listOf(itemType(typed));
}

function itemOf(call: { readonly arguments: readonly Operand[] }): Field {
  return itemField((call.arguments[0] as Operand).field.type) as Field;
}

function itemExtreme(name: string): ScalarEntry {
  return {
    takes: [{ items: ordered }],
    gives: itemType,
    duckdb: (call) => `${name}(${listSql(first(call))})`,
  };
}

/** True or false of all items that are not null; null without one. */
function itemTruth(name: string): ScalarEntry {
  return {
    takes: [{ items: ["boolean"] }],
    gives: bool,
    duckdb: (call) => `list_aggregate(${listSql(first(call))}, '${name}')`,
  };
}

/** Of two lists, whose items become one type. */
function twoLists(write: (left: string, right: string) => string): ScalarEntry {
  const commonItem = ({ arguments: [left, right], fieldOf }: TypedCall): DataType => {
    const [a, b] = [left, right].map((list) =>
      plainType((itemField(fieldOf(list as never).type) as Field).type),
    );
    const type = unite(a as DataType, b as DataType);
    if (type !== undefined) return type;
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot combine lists of ${typeName(a as DataType)} and ${typeName(b as DataType)}: their items differ; cast one of them first`,
    );
  };
  return {
    takes: ["list", "list"],
    gives: (typed) => listOf(commonItem(typed)),
    duckdb: ({ arguments: all, result }) => {
      const item = (itemField(result) as Field).type;
      const [left, right] = all.map((operand) => {
        const { type } = itemField(operand.field.type) as Field;
        const sql = listSql(operand);
        return typeName(plainType(type)) === typeName(item)
          ? sql
          : `list_transform(${sql}, lambda one: ${convertSql("one", type, item)})`;
      });
      return write(left as string, right as string);
    },
  };
}

export const listFunctions = {
  listSum: {
    takes: [{ items: numbers }],
    gives: (typed) => {
      const type = itemType(typed);
      if (Types.isDecimal(type)) return decimalOf(type.scale);
      return Types.isInt(type) || isNullType(type) ? int64() : float64();
    },
    duckdb: (call) => `CAST(list_sum(${doublesSql(call, false)}) AS ${typeSql(call.result)})`,
  },
  listMean: {
    takes: [{ items: numbers }],
    gives: float64,
    duckdb: (call) => {
      const { kind } = kindOf(itemOf(call));
      if (kind === "float") return `list_avg(${doublesSql(call, false)})`;
      return `${exactMeanFunction}(list_sum(${listSql(first(call))}), CAST(list_count(${listSql(first(call))}) AS BIGINT))`;
    },
  },
  listMedian: {
    takes: [{ items: numbers }],
    gives: float64,
    duckdb: (call) => `list_median(${doublesSql(call, true)})`,
  },
  listMin: itemExtreme("list_min"),
  listMax: itemExtreme("list_max"),
  listAny: itemTruth("bool_or"),
  listAll: itemTruth("bool_and"),
  listCount: {
    takes: ["list"],
    gives: int64,
    duckdb: (call) => `CAST(list_count(${listSql(first(call))}) AS BIGINT)`,
  },
  listSort: {
    takes: [{ items: ordered }, flag],
    least: 1,
    gives: sameList,
    duckdb: (call) => {
      const isDescending = call.arguments.length === 2 && constantOf(call, 1) === "true";
      return `list_sort(${listSql(first(call))}, '${isDescending ? "DESC" : "ASC"}', 'NULLS LAST')`;
    },
  },
  listReverse: {
    takes: ["list"],
    gives: sameList,
    duckdb: (call) => `list_reverse(${listSql(first(call))})`,
  },
  listDistinct: {
    takes: [{ items: ordered }],
    gives: sameList,
    // DuckDB gives them in no order.
    duckdb: (call) => `list_sort(${distinctSql(listSql(first(call)), itemOf(call).type)})`,
  },
  listCountDistinct: {
    takes: ["list"],
    gives: int64,
    duckdb: (call) => `CAST(len(${distinctSql(listSql(first(call)), itemOf(call).type)}) AS BIGINT)`,
  },
  listDropNull: {
    takes: ["list"],
    gives: sameList,
    duckdb: (call) => `list_filter(${listSql(first(call))}, lambda one: one IS NOT NULL)`,
  },
  listJoin: {
    takes: [{ items: ["text"] }, ["text"]],
    gives: utf8,
    duckdb: (call) => {
      const [list, between] = [listSql(first(call)), second(call).sql];
      return `(CASE WHEN ${list} IS NOT NULL AND ${between} IS NOT NULL THEN coalesce(array_to_string(${list}, ${between}), '') END)`;
    },
  },
  listSlice: {
    takes: ["list", position, position],
    least: 2,
    gives: sameList,
    duckdb: (call) => {
      const start = BigInt(constantOf(call, 1));
      const list = listSql(first(call));
      const from = start >= 0n ? `${start + 1n}` : `greatest(len(${list}) + ${start} + 1, 1)`;
      if (call.arguments.length < 3) return `list_slice(${list}, ${from}, len(${list}))`;
      const count = BigInt(constantOf(call, 2));
      const end = start >= 0n ? `${start + count}` : `len(${list}) + ${start} + ${count}`;
      return `(CASE WHEN ${end} < 1 THEN ${list}[1:0] ELSE list_slice(${list}, ${from}, ${end}) END)`;
    },
  },
  listConcat: twoLists((left, right) => `list_concat(${left}, ${right})`),
  listIntersect: twoLists((left, right) => `list_sort(list_intersect(${left}, ${right}))`),
  listIndexOf: {
    takes: ["list", "any"],
    gives: (typed) => {
      checkItem(typed);
      return int64();
    },
    duckdb: (call) => {
      const found = `list_position(${equalItems(call)}, true)`;
      return `(nullif(CAST(${found} AS BIGINT), 0) - 1)`;
    },
  },
  listFlatten: {
    takes: ["list"],
    gives: (typed) => {
      const inner = itemField(itemType(typed));
      if (inner !== undefined) return listOf(inner.type);
      throw new DlfLanceError("InvalidInput", "Cannot flatten a list: its items are not lists");
    },
    duckdb: (call) => {
      const inner = itemOf(call);
      return isArray(inner.type)
        ? `flatten(CAST(${listSql(first(call))} AS ${typeSql((itemField(inner.type) as Field).type)}[][]))`
        : `flatten(${listSql(first(call))})`;
    },
  },

  listLength: { takes: ["list"], gives: int64, duckdb: (call) => `len(${listSql(first(call))})` },
  listGet: {
    takes: ["list", ["integer"]],
    gives: itemType,
    // DuckDB counts from 1, and from the end as we do.
    duckdb: (call) => {
      const index = convertOperand(second(call), int64());
      return `list_extract(${listSql(first(call))}, CASE WHEN ${index} >= 0 THEN ${index} + 1 ELSE ${index} END)`;
    },
  },
  listContains: {
    takes: ["list", "any"],
    gives: (typed) => {
      checkItem(typed);
      return bool();
    },
    duckdb: (call) => {
      const value = second(call);
      const found = `list_contains(${equalItems(call)}, true)`;
      return value.node.node === "literal" ? found : `(CASE WHEN ${value.sql} IS NOT NULL THEN ${found} END)`;
    },
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;

function checkItem({ arguments: [list, value], fieldOf }: TypedCall): void {
  const item = itemField(fieldOf(list as never).type) as Field;
  if (value?.node === "literal") checkComparedLiteral(list as never, item, value);
  else checkCompared(list as never, item, value as never, fieldOf(value as never));
}

/** Whether each item equals the second argument. */
function equalItems(call: WrittenCall): string {
  const list = first(call);
  const each: Operand = { node: { node: "column", name: "" }, field: itemOf(call), sql: "item" };
  return `list_transform(${listSql(list)}, lambda item: ${call.compare("eq", each, second(call))})`;
}

/** A list of floats as DOUBLE, and one of other numbers too where `isAlways`. */
function doublesSql(call: WrittenCall, isAlways: boolean): string {
  const list = listSql(first(call));
  return isAlways || kindOf(itemOf(call)).kind === "float" ? `CAST(${list} AS DOUBLE[])` : list;
}
