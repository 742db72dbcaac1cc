/** JSON texts: values by path, texts as values of a type, and values as texts. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { kindOfType } from "../types/column-kind.ts";
import { parseType } from "../types/parse-type.ts";
import { castSql } from "./cast.ts";
import { itemField, listSql } from "./list-functions.ts";
import { type Operand, plainType, utf8 } from "./operand.ts";
import { constantOf, first, type Kind, type ScalarEntry } from "./scalar-entry.ts";
import { nullSql, structField, textSql } from "./sql-type.ts";

const text: readonly Kind[] = ["text"];

const path = {
  constant: ({ type, text: given }: LiteralNode) =>
    type === "string" &&
    /^\$(?:\.(?:[\p{L}_][\p{L}\p{N}_]*|"[^"\\]+")|\[(?:\d+|#-\d+|"[^"\\]+")\])*$/u.test(given),
  what: 'a path such as $.name, $.items[0] or $."two words"',
};

const typeText = {
  constant: ({ type, text: given }: LiteralNode) =>
    type === "string" && parseType(given, "read JSON") !== undefined,
  what: "the name of a type",
};

function textOperand(sql: string): Operand {
  return { node: { node: "column", name: "" }, field: new arrow.Field("", utf8(), true), sql };
}

/** A value of the type in a JSON value; null where the JSON is null or lacks it. @param depth tells nested variables apart */
function readSql(json: string, type: DataType, depth: number): string {
  const item = itemField(type);
  if (item !== undefined) {
    const each = `j${depth}`;
    const items = `list_transform(CAST(${json} AS JSON[]), lambda ${each}: ${readSql(each, item.type, depth + 1)})`;
    return `(CASE WHEN json_type(${json}) = 'ARRAY' THEN ${items} END)`;
  }
  if (Types.isStruct(type)) {
    const fields = type.children.map((field: Field, index: number) => {
      const part = `json_extract(${json}, ${textSql(`$."${field.name.replaceAll('"', '\\"')}"`)})`;
      return `${structField(index)} := ${readSql(part, field.type, depth)}`;
    });
    return `(CASE WHEN json_type(${json}) = 'OBJECT' THEN struct_pack(${fields.join(", ")}) ELSE ${nullSql(type)} END)`;
  }
  const written = `json_extract_string(${json}, '$')`;
  return kindOfType(type).kind === "text" ? written : castSql(textOperand(written), type, false);
}

/** JSON of a value. Times are texts, as a cast to text writes them; bytes are base64. */
function writeSql({ sql, field, node }: Operand, depth: number): string {
  const type = plainType(field.type);
  const item = itemField(type);
  const each = `v${depth}`;
  const part = (of: Field, value: string): Operand => ({
    node: { node: "field", operand: node, name: "" },
    field: of,
    sql: value,
  });
  if (item !== undefined) {
    const items = `list_transform(${listSql({ node, field, sql })}, lambda ${each}: ${writeSql(part(item, each), depth + 1)})`;
    return `(CASE WHEN ${sql} IS NULL THEN 'null'::JSON ELSE to_json(${items}) END)`;
  }
  if (Types.isStruct(type)) {
    const fields = type.children.map(
      (child: Field, index: number) =>
        `${textSql(child.name)}, ${writeSql(part(child, `struct_extract(${sql}, '${structField(index)}')`), depth)}`,
    );
    return `(CASE WHEN ${sql} IS NULL THEN 'null'::JSON ELSE json_object(${fields.join(", ")}) END)`;
  }
  const { kind } = kindOfType(type);
  if (kind === "timestamp" || kind === "date")
    return `to_json(${castSql({ sql, field, node }, utf8(), false)})`;
  return kind === "bytes" ? `to_json(to_base64(${sql}))` : `to_json(${sql})`;
}

export const jsonFunctions = {
  jsonPath: {
    takes: [text, path],
    gives: utf8,
    duckdb: (call) => `json_extract_string(${first(call).sql}, ${textSql(constantOf(call, 1))})`,
  },
  jsonDecode: {
    takes: [text, typeText],
    gives: ({ arguments: [, type] }) => parseType(type?.node === "literal" ? type.text : "", "read JSON"),
    duckdb: (call) => readSql(`CAST(${first(call).sql} AS JSON)`, call.result, 0),
  },
  jsonEncode: {
    takes: ["any"],
    gives: utf8,
    duckdb: (call) =>
      `(CASE WHEN ${first(call).sql} IS NOT NULL THEN CAST(${writeSql(first(call), 0)} AS VARCHAR) END)`,
  },
  jsonType: {
    takes: [text],
    gives: utf8,
    duckdb: (call) => `lower(json_type(${first(call).sql}))`,
  },
  jsonIsValid: {
    takes: [text],
    gives: () => new arrow.Bool(),
    duckdb: (call) => `json_valid(${first(call).sql})`,
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
