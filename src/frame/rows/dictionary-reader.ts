import type { Vector } from "../../arrow.ts";

type Data = Vector["data"][number];

/** Reads a column of indices by what reads a chunk of its dictionary. An index of no value is null. */
export function dictionaryReader<T>(
  data: Data,
  readChunk: (chunk: Data) => (row: number) => T,
): (row: number) => T | null {
  const chunks: readonly Data[] = data.dictionary?.data ?? [];
  const readers = chunks.map((chunk) => ({ length: chunk.length, read: readChunk(chunk) }));
  return (row) => {
    let index = Number(data.values[row]);
    for (const { length, read } of readers) {
      if (index < length) return read(index);
      index -= length;
    }
    return null;
  };
}
