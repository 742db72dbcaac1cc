/** Columns of structs, lists, arrays and maps. */
import { arrow, type DataType } from "../../../../arrow.ts";
import { getBit } from "./bits.ts";
import { type ColumnBuilder, type Data, makeData } from "./builder.ts";
import { FixedBuilder } from "./fixed-builders.ts";
import { Validity } from "./validity.ts";
import type { VectorView } from "./vector-view.ts";

/** A struct of months, days and microseconds: Lance has no type for intervals, and no one number holds all three. */
export class IntervalBuilder implements ColumnBuilder {
  readonly #inner: StructBuilder;

  constructor() {
    const children = [
      new FixedBuilder(new arrow.Int32(), 4),
      new FixedBuilder(new arrow.Int32(), 4),
      new FixedBuilder(new arrow.Int64(), 8),
    ];
    const names = ["months", "days", "microseconds"];
    const fields = children.map(({ type }, index) => new arrow.Field(names[index] ?? "", type, true));
    this.#inner = new StructBuilder(new arrow.Struct(fields), children);
  }

  get type(): DataType {
    return this.#inner.type;
  }

  append({ data, validity }: VectorView, begin: number, count: number): void {
    const part = (offset: number, width: number): VectorView => {
      const bytes = new Uint8Array((begin + count) * width);
      for (let row = begin; row < begin + count; row++) {
        bytes.set(data.subarray(row * 16 + offset, row * 16 + offset + width), row * width);
      }
      return { data: bytes, validity, children: [] };
    };
    const children = [part(0, 4), part(4, 4), part(8, 8)];
    this.#inner.append({ data, validity, children }, begin, count);
  }

  finish(): Data {
    return this.#inner.finish();
  }
}

export class StructBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #children: readonly ColumnBuilder[];
  #length = 0;

  constructor(type: DataType, children: readonly ColumnBuilder[]) {
    this.type = type;
    this.#children = children;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    for (const [index, child] of this.#children.entries()) {
      child.append(view.children[index] as VectorView, begin, count);
    }
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const children = this.#children.map((child) => child.finish());
    const data = makeData(this.type, this.#length, nulls, [undefined, undefined, bitmap], children);
    this.#length = 0;
    return data;
  }
}

export class ArrayBuilder implements ColumnBuilder {
  readonly type: DataType & { readonly listSize: number };
  readonly #validity = new Validity();
  readonly #items: ColumnBuilder;
  #length = 0;

  constructor(type: DataType & { readonly listSize: number }, items: ColumnBuilder) {
    this.type = type;
    this.#items = items;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const { listSize } = this.type;
    this.#items.append(view.children[0] as VectorView, begin * listSize, count * listSize);
    this.#length += count;
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const data = makeData(
      this.type,
      this.#length,
      nulls,
      [undefined, undefined, bitmap],
      [this.#items.finish()],
    );
    this.#length = 0;
    return data;
  }
}

export class ListBuilder implements ColumnBuilder {
  readonly type: DataType;
  readonly #validity = new Validity();
  readonly #items: ColumnBuilder;
  #offsets: number[] = [0];
  #total = 0;

  constructor(type: DataType, items: ColumnBuilder) {
    this.type = type;
    this.#items = items;
  }

  append(view: VectorView, begin: number, count: number): void {
    this.#validity.append(view.validity, begin, count);
    const [items] = view.children as readonly [VectorView];
    // An entry is where the items of a row begin, and how many they are; lists that follow each other go at once.
    const entries = new DataView(view.data.buffer, view.data.byteOffset, view.data.byteLength);
    let start = 0;
    let end = 0;
    for (let row = begin; row < begin + count; row++) {
      const isNull = view.validity !== undefined && !getBit(view.validity, row);
      const length = isNull ? 0 : entries.getUint32(row * 16 + 8, true);
      const first = entries.getUint32(row * 16, true);
      if (length > 0 && first !== end) {
        if (end > start) this.#items.append(items, start, end - start);
        start = first;
        end = first;
      }
      end += length;
      this.#total += length;
      this.#offsets.push(this.#total);
    }
    if (end > start) this.#items.append(items, start, end - start);
  }

  finish(): Data {
    const { nulls, bitmap } = this.#validity.finish();
    const offsets = Int32Array.from(this.#offsets);
    const data = makeData(
      this.type,
      offsets.length - 1,
      nulls,
      [offsets, undefined, bitmap],
      [this.#items.finish()],
    );
    this.#offsets = [0];
    this.#total = 0;
    return data;
  }
}
