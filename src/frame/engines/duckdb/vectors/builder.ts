import { type Vector as ArrowVector, arrow, type DataType } from "../../../../arrow.ts";
import type { VectorView } from "./vector-view.ts";

export type Data = ArrowVector["data"][number];

/** Gathers the vectors of one column of a result, chunk after chunk. */
export interface ColumnBuilder {
  readonly type: DataType;
  append(view: VectorView, begin: number, count: number): void;
  /** The rows since the last time. */
  finish(): Data;
}

export function makeData(
  type: DataType,
  length: number,
  nulls: number,
  buffers: readonly unknown[],
  children: readonly Data[] = [],
): Data {
  return new arrow.Data(type, 0, length, nulls, buffers as never, children as never);
}
