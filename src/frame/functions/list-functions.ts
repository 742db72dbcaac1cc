/** Functions of lists. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { checkCompared, checkComparedLiteral } from "../types/comparable.ts";
import { bool, convertOperand, int64, type Operand, plainType } from "./operand.ts";
import { first, type ScalarEntry, second, type TypedCall } from "./scalar-entry.ts";
import { isArray, typeSql } from "./sql-type.ts";

export function itemField(type: DataType): Field | undefined {
  return Types.isList(type) || Types.isFixedSizeList(type) ? (type.children[0] as Field) : undefined;
}

function itemType({ arguments: [list], fieldOf }: TypedCall): DataType {
  return plainType(itemField(fieldOf(list as never).type)?.type ?? new arrow.Null());
}

/** DuckDB's ARRAY has functions of its own; as a LIST it has those of lists. */
function listSql({ sql, field }: Operand): string {
  const item = itemField(field.type);
  return item !== undefined && isArray(field.type) ? `CAST(${sql} AS ${typeSql(item.type)}[])` : sql;
}

export const listFunctions = {
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
    gives: ({ arguments: [list, value], fieldOf }) => {
      const item = itemField(fieldOf(list as never).type) as Field;
      if (value?.node === "literal") checkComparedLiteral(list as never, item, value);
      else checkCompared(list as never, item, value as never, fieldOf(value as never));
      return bool();
    },
    duckdb: (call) => {
      const [list, value] = [first(call), second(call)];
      const item = itemField(list.field.type) as Field;
      const each: Operand = { node: { node: "column", name: "" }, field: item, sql: "item" };
      const isEqual = call.compare("eq", each, value);
      const found = `list_contains(list_transform(${listSql(list)}, lambda item: ${isEqual}), true)`;
      return value.node.node === "literal" ? found : `(CASE WHEN ${value.sql} IS NOT NULL THEN ${found} END)`;
    },
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
