import type { ArgumentValues } from "./define-function.ts";
import type { DuckDb } from "./duckdb.ts";

const textBytes = 16;
/** What is longer lies elsewhere, at an address in place of most of its bytes. */
const inlineBytes = 12;

/** The text of a row of an argument. */
export function readText(duckdb: DuckDb, { bytes }: Pick<ArgumentValues, "bytes">, row: number): string {
  const begin = bytes.byteOffset + row * textBytes;
  const length = new DataView(bytes.buffer, begin).getUint32(0, true);
  if (length <= inlineBytes) return Buffer.from(bytes.buffer, begin + 4, length).toString();
  const text = duckdb.get_data_from_pointer(bytes.buffer as ArrayBuffer, begin + 8, length);
  return Buffer.from(text).toString();
}
