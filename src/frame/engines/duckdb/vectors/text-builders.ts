/** Columns of texts and bytes, and of what becomes text. */
import { arrow, type DataType } from "../../../../arrow.ts";
import type { DuckDb } from "../duckdb.ts";
import { getBit } from "./bits.ts";
import { type ColumnBuilder, type Data, makeData } from "./builder.ts";
import { StringBuilder } from "./string-builder.ts";
import { Validity } from "./validity.ts";
import type { VectorView } from "./vector-view.ts";

export class TextBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #strings: StringBuilder;

  constructor(duckdb: DuckDb, type: DataType) {
    this.type = type;
    this.#strings = new StringBuilder(duckdb);
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    this.#strings.append(view, begin, count);
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

export class EnumBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Utf8();
  readonly #validity = new Validity();
  readonly #strings = new StringBuilder(undefined);
  readonly #names: readonly Uint8Array[];
  readonly #width: number;

  constructor(names: readonly Uint8Array[], width: number) {
    this.#names = names;
    this.#width = width;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (let row = begin; row < begin + count; row++) {
      const isNull = view.validity !== undefined && !getBit(view.validity, row);
      const code = Buffer.from(view.data.buffer, view.data.byteOffset).readUIntLE(
        row * this.#width,
        this.#width,
      );
      this.#strings.push(isNull ? new Uint8Array() : (this.#names[code] ?? new Uint8Array()));
    }
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

/** UUIDs as text: DuckDB keeps them as 128-bit numbers with the highest bit turned, so that they sort. */
export class UuidBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Utf8();
  readonly #validity = new Validity();
  readonly #strings = new StringBuilder(undefined);

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (let row = begin; row < begin + count; row++) {
      const bytes = Buffer.from(view.data.subarray(row * 16, row * 16 + 16)).reverse();
      bytes[0] = (bytes[0] ?? 0) ^ 0x80;
      const text = bytes.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
      this.#strings.push(Buffer.from(text));
    }
  }

  finish(): Data {
    return finishStrings(this.type, this.#validity, this.#strings);
  }
}

function finishStrings(type: DataType, validity: Validity, strings: StringBuilder): Data {
  const { nulls, bitmap } = validity.finish();
  const { offsets, bytes } = strings.finish();
  return makeData(type, offsets.length - 1, nulls, [offsets, bytes, bitmap]);
}
