/** Functions that build lists, structs and maps, and take maps apart. */
import { arrow, type DataType, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { commonType, isNullType } from "../types/common-type.ts";
import { checkCompared, checkComparedLiteral } from "../types/comparable.ts";
import { convertOperand, type Operand, plainType } from "./operand.ts";
import { first, type ScalarEntry, second, type TypedCall, type WrittenCall } from "./scalar-entry.ts";
import { structField } from "./sql-type.ts";

/** Of a column of nulls alone, which may be anything, nulls too. */
function entriesOf(type: DataType): readonly [key: Field, value: Field] {
  if (isNullType(type)) return [new arrow.Field("key", type), new arrow.Field("value", type)];
  return ((type.children[0] as Field).type as DataType).children as never;
}

function mapList(index: 0 | 1, sql: string): ScalarEntry {
  return {
    takes: ["map"],
    gives: ({ arguments: [map], fieldOf }) =>
      new arrow.List(
        new arrow.Field("item", plainType(entriesOf(fieldOf(map as never).type)[index].type), true),
      ),
    duckdb: (call) => `${sql}(${first(call).sql})`,
  };
}

function checkKey({ arguments: [map, key], fieldOf }: TypedCall): readonly [Field, Field] {
  const [keyField, valueField] = entriesOf(fieldOf(map as never).type);
  if (key?.node === "literal") checkComparedLiteral(map as never, keyField, key);
  else checkCompared(map as never, keyField, key as never, fieldOf(key as never));
  return [keyField, valueField];
}

/** The entries of a map whose key is the second argument. */
function foundEntries(call: WrittenCall): string {
  const [keyField] = entriesOf(first(call).field.type);
  const each: Operand = { node: { node: "column", name: "" }, field: keyField, sql: "entry.key" };
  return `list_filter(map_entries(${first(call).sql}), lambda entry: ${call.compare("eq", each, second(call))})`;
}

const constantName = { constant: ({ type }: { readonly type: string }) => type === "string", what: "a name" };

export const structFunctions = {
  toList: {
    takes: ["any"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) =>
      new arrow.List(new arrow.Field("item", commonType(all, fieldOf, "make a list of"), true)),
    seesNull: true,
    duckdb: ({ arguments: all, result }) => {
      const { type } = result.children[0] as Field;
      return `[${all.map((operand) => convertOperand(operand, type)).join(", ")}]`;
    },
  },
  /** Names and values by turns. */
  toStruct: {
    takes: [constantName, "any"],
    repeats: true,
    gives: ({ arguments: all, fieldOf }) => {
      const fields = all.flatMap((value, index) => {
        const name = all[index - 1];
        if (index % 2 === 0 || name?.node !== "literal") return [];
        return [new arrow.Field(name.text, plainType(fieldOf(value).type), true)];
      });
      if (new Set(fields.map(({ name }) => name)).size === fields.length) return new arrow.Struct(fields);
      throw new DlfLanceError("InvalidInput", "Cannot make a struct: two of its fields have one name");
    },
    seesNull: true,
    duckdb: ({ arguments: all }) => {
      const values = all.filter((_, index) => index % 2 === 1);
      return `struct_pack(${values.map(({ sql }, index) => `${structField(index)} := ${sql}`).join(", ")})`;
    },
  },
  mapKeys: mapList(0, "map_keys"),
  mapValues: mapList(1, "map_values"),
  mapGet: {
    takes: ["map", "any"],
    gives: (typed) => plainType(checkKey(typed)[1].type),
    duckdb: (call) => `struct_extract(list_extract(${foundEntries(call)}, 1), 'value')`,
  },
  mapContains: {
    takes: ["map", "any"],
    gives: (typed) => {
      checkKey(typed);
      return new arrow.Bool();
    },
    duckdb: (call) =>
      `(CASE WHEN ${first(call).sql} IS NOT NULL AND ${second(call).sql} IS NOT NULL THEN len(${foundEntries(call)}) > 0 END)`,
  },
  mapLength: {
    takes: ["map"],
    gives: () => new arrow.Int64(),
    duckdb: (call) => `CAST(cardinality(${first(call).sql}) AS BIGINT)`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
