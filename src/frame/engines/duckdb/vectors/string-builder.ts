/** Gathers texts and bytes of DuckDB's vectors into one buffer with offsets. */

import type { DuckDb } from "../duckdb.ts";
import { getBit } from "./bits.ts";
import type { VectorView } from "./vector-view.ts";

const inlineBytes = 12;
/** Long texts that lie this near to each other are fetched at once: what lies between is on their own pages. */
const nearBytes = 64;
const longestFetch = 1 << 22;

export class StringBuilder {
  readonly #duckdb: DuckDb | undefined;
  #offsets: number[] = [0];
  #bytes = new Uint8Array(4096);
  #length = 0;

  constructor(duckdb: DuckDb | undefined) {
    this.#duckdb = duckdb;
  }

  push(text: Uint8Array): void {
    this.#reserve(text.length);
    this.#bytes.set(text, this.#length);
    this.#length += text.length;
    this.#offsets.push(this.#length);
  }

  append({ data, validity }: VectorView, begin: number, count: number): void {
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    for (let row = begin; row < begin + count; row++) {
      if (validity !== undefined && !getBit(validity, row)) {
        this.#offsets.push(this.#length);
        continue;
      }
      const length = view.getUint32(row * 16, true);
      if (length > inlineBytes) {
        row = this.#appendLong(view, data, validity, row, begin + count) - 1;
        continue;
      }
      this.#reserve(length);
      const from = row * 16 + 4;
      for (let at = 0; at < length; at++) this.#bytes[this.#length + at] = data[from + at] ?? 0;
      this.#length += length;
      this.#offsets.push(this.#length);
    }
  }

  /** Takes the long texts from `row` on that lie one after the other, in one copy; returns the first row after them. */
  #appendLong(
    view: DataView,
    data: Uint8Array,
    validity: Uint8Array | undefined,
    row: number,
    last: number,
  ): number {
    const start = view.getBigUint64(row * 16 + 8, true);
    let end = 0;
    let next = row;
    const ends: number[] = [];
    for (; next < last; next++) {
      if (validity !== undefined && !getBit(validity, next)) break;
      const length = view.getUint32(next * 16, true);
      if (length <= inlineBytes) break;
      const at = Number(view.getBigUint64(next * 16 + 8, true) - start);
      if (next > row && (at < end || at > end + nearBytes || at + length > longestFetch)) break;
      end = at + length;
      ends.push(at, end);
    }
    if (this.#duckdb === undefined) throw new Error("no DuckDB to read long texts with");
    const fetched = this.#duckdb.get_data_from_pointer(
      data.buffer as ArrayBuffer,
      data.byteOffset + row * 16 + 8,
      end,
    );
    this.#reserve(end);
    for (let index = 0; index < ends.length; index += 2) {
      const text = fetched.subarray(ends[index], ends[index + 1]);
      this.#bytes.set(text, this.#length);
      this.#length += text.length;
      this.#offsets.push(this.#length);
    }
    return next;
  }

  finish(): { readonly offsets: Int32Array; readonly bytes: Uint8Array } {
    const result = {
      offsets: Int32Array.from(this.#offsets),
      bytes: this.#bytes.subarray(0, this.#length),
    };
    this.#offsets = [0];
    this.#bytes = new Uint8Array(4096);
    this.#length = 0;
    return result;
  }

  #reserve(more: number): void {
    const wanted = this.#length + more;
    if (wanted <= this.#bytes.length) return;
    const bytes = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length));
    bytes.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bytes;
  }
}
