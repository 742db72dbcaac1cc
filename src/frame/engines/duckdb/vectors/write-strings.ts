/**
 * Texts and bytes into a vector of DuckDB. Its `duckdb_string_t` is part of its C interface: 4 bytes of length, then up
 * to 12 bytes of text; a longer text has its first 4 bytes there, and an address in the last 8. All texts of a chunk are
 * handed over as one value, which DuckDB keeps with the vector, and the long ones are made to point into it: a call
 * for each of them would take eight times as long.
 */
import type { DuckDb, Vector } from "../duckdb.ts";

const inlineBytes = 12;
/** More bytes than this are handed over text by text, so that no copy of them is made first. */
const largestValue = 1 << 28;

/** @param offsets where each text begins in `bytes`, and where the last ends. */
export function writeStrings(
  duckdb: DuckDb,
  vector: Vector,
  bytes: Uint8Array,
  offsets: Int32Array | BigInt64Array,
): void {
  const count = offsets.length - 1;
  const first = Number(offsets[0]);
  const last = Number(offsets[count]);
  if (last - first > largestValue) {
    for (let row = 0; row < count; row++) {
      const text = bytes.subarray(Number(offsets[row]), Number(offsets[row + 1]));
      duckdb.vector_assign_string_element_len(vector, row, text);
    }
    return;
  }
  const words = new Int32Array(count * 4);
  const heads = new Uint8Array(words.buffer);
  let address: Address | undefined;
  let begin = first;
  for (let row = 0; row < count; row++) {
    const end = Number(offsets[row + 1]);
    const length = end - begin;
    const word = row * 4;
    words[word] = length;
    const kept = length <= inlineBytes ? length : 4;
    for (let at = 0; at < kept; at++) heads[word * 4 + 4 + at] = bytes[begin + at] ?? 0;
    if (length > inlineBytes) {
      address ??= keep(duckdb, vector, bytes.subarray(first, last));
      const low = address.low + (begin - first);
      words[word + 2] = low | 0;
      words[word + 3] = address.high + (low > 0xffffffff ? 1 : 0);
    }
    begin = end;
  }
  duckdb.copy_data_to_vector(vector, 0, words.buffer, 0, words.byteLength);
}

interface Address {
  readonly low: number;
  readonly high: number;
}

/** Has DuckDB keep the bytes with the vector, and returns where. */
function keep(duckdb: DuckDb, vector: Vector, bytes: Uint8Array): Address {
  duckdb.vector_assign_string_element_len(vector, 0, bytes);
  const value = duckdb.vector_get_data(vector, 16);
  const view = new DataView(value.buffer, value.byteOffset, 16);
  return { low: view.getUint32(8, true), high: view.getUint32(12, true) };
}
