/** Answers of DuckDB that Python runs, over the same rows. */
import { spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject } from "vitest";
import { arrow, type DataType, type RecordBatch, type Table } from "../../../../src/arrow.ts";
import { formatUnscaled } from "../../../../src/display/text/number-text.ts";
import { type Value, valueReader } from "../../../../src/frame/rows/values.ts";

export type Encoded = string | boolean | null | readonly Encoded[];

/** @returns by the name of the query its rows, or the text of its error. */
export async function askOracle(
  table: Table,
  queries: Readonly<Record<string, string>>,
): Promise<Readonly<Record<string, readonly (readonly Encoded[])[] | string>>> {
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-oracle-"));
  try {
    const path = join(folder, "rows.arrow");
    await writeFile(path, arrow.tableToIPC(table, "file"));
    const child = spawn(inject("testPython"), [join(import.meta.dirname, "oracle.py"), path]);
    child.stdin.end(JSON.stringify(queries));
    const [output, errors] = ["", ""].map(() => [] as Buffer[]) as [Buffer[], Buffer[]];
    child.stdout.on("data", (part: Buffer) => output.push(part));
    child.stderr.on("data", (part: Buffer) => errors.push(part));
    const code = await new Promise((resolve) => child.on("close", resolve));
    if (code !== 0) throw new Error(Buffer.concat(errors).toString());
    return JSON.parse(Buffer.concat(output).toString());
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Rows as the oracle writes them. Times are the whole numbers of their unit. */
export function encodeRows(batches: readonly RecordBatch[]): Encoded[][] {
  return batches.flatMap((batch) => {
    const readers = batch.schema.fields.map(({ type }, index) => {
      const read = valueReader(batch.data.children[index] as never);
      return (row: number) => encodeValue(read(row), type);
    });
    return Array.from({ length: batch.numRows }, (_, row) => readers.map((read) => read(row)));
  });
}

function encodeValue(value: Value, type: DataType): Encoded {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "bigint")
    return arrow.DataType.isDecimal(type) ? `d${formatUnscaled(value, type.scale)}` : `i${value}`;
  if (typeof value === "number") {
    if (Number.isNaN(value)) return "nan";
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleBE(value + 0);
    return `f${bytes.toString("hex")}`;
  }
  if (typeof value === "string") return `s${value}`;
  if (value instanceof Uint8Array) return `b${Buffer.from(value).toString("hex")}`;
  return value.map((each, index) => {
    const item = type.children[arrow.DataType.isStruct(type) ? index : 0];
    return encodeValue(each, item?.type ?? new arrow.Null());
  });
}
