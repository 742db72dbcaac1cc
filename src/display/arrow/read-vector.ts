/** Lists of numbers that are points in space, read as numbers. */
import { type Field, Types } from "../../arrow.ts";
import type { VectorCell } from "../cell/cell.ts";
import { float16FromBits } from "../text/number-text.ts";
import { type ArrowData, fixedBytes, isValid } from "./arrow-data.ts";
import { bfloat16At } from "./read-scalar.ts";
import { extensionName } from "./type-name.ts";

/** Shorter ones are coordinates: their values say more than their norm. */
const minVectorDimension = 4;
/** A list of varying length is a vector only when it is too long to be read. */
const minListVectorDimension = 8;

/**
 * Of a list, given by its chunk and the place and number of its items, the first `maxValues` numbers; undefined when
 * it is too short for a vector, holds no such numbers, or a null among them.
 */
export function readVector(
  list: ArrowData,
  begin: number,
  length: number,
  maxValues: number,
): VectorCell | undefined {
  const items = list.children[0] as ArrowData;
  const read = mayBeVector(list, length) ? valueReader(list.type.children[0], items) : undefined;
  if (read === undefined) return undefined;
  const values = new Float64Array(Math.min(length, maxValues));
  for (let position = 0; position < values.length; position++) {
    if (!isValid(items, begin + position)) return undefined;
    values[position] = read(begin + position);
  }
  return { kind: "vector", dimension: length, values };
}

function mayBeVector({ type, children }: ArrowData, length: number): boolean {
  if (Types.isFixedSizeList(type)) return length >= minVectorDimension;
  return length >= minListVectorDimension && Types.isFloat(children[0]?.type);
}

function valueReader(field: Field | undefined, items: ArrowData): ((index: number) => number) | undefined {
  const { type, values } = items;
  if (Types.isFloat(type)) {
    return type.precision === 0 ? (index) => float16FromBits(values[index]) : (index) => values[index];
  }
  if (Types.isInt(type) && type.bitWidth === 8) return (index) => values[index];
  if (Types.isFixedSizeBinary(type) && field !== undefined && extensionName(field) === "bfloat16") {
    return (index) => bfloat16At(fixedBytes(items, index, 2));
  }
  return undefined;
}
