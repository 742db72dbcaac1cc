/** Rows as JSON, an object a line, with every digit. */
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type DataType, type Field, type RecordBatch, type Schema, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { withoutDictionaries } from "../../table/columns/change-children.ts";
import { columnValues } from "../rows/row-objects.ts";

/** Rows that are joined to one piece of text. */
const rowsAtOnce = 2_000;

export async function writeJsonFile(
  path: string,
  schema: Schema,
  batches: AsyncIterable<RecordBatch>,
  action: string,
  advance: (rows: number) => void,
): Promise<number> {
  const names = schema.fields.map(({ name }) => `${JSON.stringify(name)}:`);
  const writers = schema.fields.map(({ type }) => textOf(withoutDictionaries(type), action));
  let total = 0;
  async function* lines() {
    for await (const batch of batches) {
      const columns = schema.fields.map(({ name }, index) =>
        columnValues(batch.data.children[index] as never, { timestamps: "text" }, name, total),
      );
      for (let begin = 0; begin < batch.numRows; begin += rowsAtOnce) {
        const end = Math.min(batch.numRows, begin + rowsAtOnce);
        let text = "";
        for (let row = begin; row < end; row++) {
          const values = names.map(
            (name, index) => name + writeValue(columns[index]?.[row], writers[index] as Write),
          );
          text += `{${values.join(",")}}\n`;
        }
        yield text;
      }
      total += batch.numRows;
      advance(batch.numRows);
    }
  }
  await pipeline(lines, createWriteStream(path));
  return total;
}

type Write = (value: never) => string;

function writeValue(value: unknown, write: Write): string {
  return value === null || value === undefined ? "null" : write(value as never);
}

/** How values of a type, as rows hold them, are written. */
function textOf(type: DataType, action: string): Write {
  if (Types.isFloat(type)) return floatText;
  if (Types.isInt(type) || Types.isDecimal(type)) return String;
  if (Types.isDate(type)) return (value: Date) => JSON.stringify(value.toISOString().split("T")[0]);
  if (Types.isBinary(type) || Types.isLargeBinary(type) || Types.isFixedSizeBinary(type))
    return (value: Uint8Array) => JSON.stringify(Buffer.from(value).toString("base64"));
  const children: readonly Field[] = type.children ?? [];
  if (Types.isList(type) || Types.isFixedSizeList(type)) {
    const write = textOf((children[0] as Field).type, action);
    return (items: readonly unknown[]) => `[${items.map((item) => writeValue(item, write)).join(",")}]`;
  }
  if (Types.isStruct(type)) {
    const fields = children.map((field) => ({ name: field.name, write: textOf(field.type, action) }));
    return (record: Readonly<Record<string, unknown>>) =>
      writeObject(fields.map(({ name, write }) => [name, writeValue(record[name], write)]));
  }
  if (Types.isMap(type)) {
    const [key, value] = (children[0] as Field).type.children as readonly [Field, Field];
    if (!Types.isUtf8(key.type)) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: a map with keys of type ${typeName(key.type)} has no form in JSON; write .parquet or .arrow`,
      );
    }
    const write = textOf(value.type, action);
    return (entries: readonly [string, unknown][]) =>
      writeObject(entries.map(([name, item]) => [name, writeValue(item, write)]));
  }
  return JSON.stringify;
}

function writeObject(entries: readonly (readonly [name: string, text: string])[]): string {
  return `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`;
}

/** Numbers that JSON has no form of are texts. */
function floatText(value: number): string {
  if (!Number.isFinite(value)) return `"${value}"`;
  return Object.is(value, -0) ? "-0.0" : String(value);
}
