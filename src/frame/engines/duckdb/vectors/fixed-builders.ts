/** Columns whose values are all of one width. */
import { arrow, type DataType } from "../../../../arrow.ts";
import { setBit } from "./bits.ts";
import { type ColumnBuilder, type Data, makeData } from "./builder.ts";
import { Validity } from "./validity.ts";
import type { VectorView } from "./vector-view.ts";

/** Values of a fixed number of bytes. */
export class FixedBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #width: number;
  readonly #validity = new Validity();
  #bytes = new Uint8Array(0);
  #length = 0;

  constructor(type: DataType, width: number) {
    this.type = type;
    this.#width = width;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const wanted = (this.#length + count) * this.#width;
    if (wanted > this.#bytes.length) {
      const bytes = new Uint8Array(Math.max(wanted, 2 * this.#bytes.length, 2048 * this.#width));
      bytes.set(this.#bytes.subarray(0, this.#length * this.#width));
      this.#bytes = bytes;
    }
    const source = view.data.subarray(begin * this.#width, (begin + count) * this.#width);
    this.#bytes.set(source, this.#length * this.#width);
    this.#length += count;
  }

  finish(): Data {
    const Values = this.type.ArrayType as new (
      buffer: ArrayBuffer,
      offset: number,
      length: number,
    ) => Uint8Array;
    const bytes = this.#length * this.#width;
    const each = (Values as unknown as { readonly BYTES_PER_ELEMENT: number }).BYTES_PER_ELEMENT;
    const values = new Values(this.#bytes.buffer, 0, bytes / each);
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(this.type, this.#length, nulls, [undefined, values, bitmap]);
    this.#bytes = new Uint8Array(0);
    this.#length = 0;
    return data;
  }
}

/** Brings the values of a vector into another form first. */
export class ConvertingBuilder implements ColumnBuilder {
  readonly #inner: ColumnBuilder;
  readonly #convert: (view: VectorView, begin: number, count: number) => VectorView;

  constructor(inner: ColumnBuilder, convert: (view: VectorView, begin: number, count: number) => VectorView) {
    this.#inner = inner;
    this.#convert = convert;
  }

  get type(): DataType {
    return this.#inner.type;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#inner.append(this.#convert(view, begin, count), begin, count);
  }

  finish(): Data {
    return this.#inner.finish();
  }
}

export class BooleanBuilder implements ColumnBuilder {
  readonly type: DataType = new arrow.Bool();
  readonly #validity = new Validity();
  #bits = new Uint8Array(256);
  #length = 0;

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const wanted = Math.ceil((this.#length + count) / 8);
    if (wanted > this.#bits.length) {
      const bits = new Uint8Array(Math.max(wanted, 2 * this.#bits.length));
      bits.set(this.#bits);
      this.#bits = bits;
    }
    for (let row = 0; row < count; row++) {
      if (view.data[begin + row] === 1) setBit(this.#bits, this.#length + row);
    }
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(this.type, this.#length, nulls, [undefined, this.#bits, bitmap]);
    this.#bits = new Uint8Array(256);
    this.#length = 0;
    return data;
  }
}
