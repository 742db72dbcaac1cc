/**
 * Reads cells from Arrow's own buffers: `Vector.get` answers timestamps as rounded milliseconds and decimals without
 * their scale. Works on tables of any copy of apache-arrow. What one cell may cost is limited, however long it is.
 */
import { type DataType, type Field, Types, type Vector } from "../../arrow.ts";
import { redactionMargin, redactText } from "../../redaction/redact-text.ts";
import { type Cell, floatCell, nullCell, scalarCell } from "../cell/cell.ts";
import {
  type CellBudget,
  maxDepth,
  maxItems,
  maxKeyText,
  newCellBudget,
  textLimit,
} from "../cell/cell-budget.ts";
import { formatCell } from "../cell/format.ts";
import { valueCell } from "../cell/value-cell.ts";
import { redactAndCut } from "../text/visible-text.ts";
import {
  type ArrowData,
  fixedBytes,
  isForeignData,
  isValid,
  offsetsAt,
  variableBytes,
} from "./arrow-data.ts";
import { readScalarText } from "./read-scalar.ts";
import { readVector } from "./read-vector.ts";
import { extensionName, isBlob, largeListTypeId } from "./type-name.ts";

/** The value at a row of a column, which may be one of several chunks. */
export function readCell(field: Field, column: Vector, row: number): Cell {
  let index = row;
  for (const data of column.data) {
    if (index < data.length) return readValue({ field, data, index, depth: 0, budget: newCellBudget() });
    index -= data.length;
  }
  return nullCell;
}

interface Place {
  readonly field: Field | undefined;
  readonly data: ArrowData;
  readonly index: number;
  readonly depth: number;
  readonly budget: CellBudget;
}

function readValue(place: Place): Cell {
  const { data, index, budget } = place;
  budget.nodes -= 1;
  const type: DataType = data.type;
  if (isForeignData(data)) return valueCell(data.valueAt(index));
  if (Types.isUnion(type)) return readUnion(place);
  if (Types.isNull(type) || !isValid(data, index)) return nullCell;
  if (Types.isDictionary(type)) return readDictionaryValue(place);
  const extension = place.field === undefined ? undefined : extensionName(place.field);
  const text = readScalarText(type, data, index, extension);
  if (text !== undefined && (Types.isFloat(type) || extension === "bfloat16")) {
    return floatCell(Number(text), text);
  }
  if (text !== undefined) {
    return scalarCell(text, Types.isBool(type) || extension === "uuid" ? "left" : "right");
  }
  if (Types.isUtf8(type) || Types.isLargeUtf8(type)) return readString(place);
  if (Types.isBinary(type) || Types.isLargeBinary(type)) {
    if (extension === "json") return readString(place);
    return { kind: "bytes", bytes: variableBytes(data, index) };
  }
  if (Types.isFixedSizeBinary(type)) return { kind: "bytes", bytes: fixedBytes(data, index, type.byteWidth) };
  if (Types.isStruct(type)) return readBlob(place) ?? readStruct(place);
  if (Types.isMap(type)) return readMap(place);
  if (Types.isFixedSizeList(type)) return readList(place, index * type.listSize, type.listSize);
  if (Types.isList(type) || (type.typeId as number) === largeListTypeId) {
    const [begin, end] = offsetsAt(data, index);
    return readList(place, begin, end - begin);
  }
  return scalarCell(`‹${String(type)}›`);
}

function readString({ data, index, depth }: Place): Cell {
  const bytes = variableBytes(data, index);
  const limit = textLimit(depth);
  const text = decodeStart(bytes, limit);
  const redacted = redactText(decodeStart(bytes, limit + redactionMargin));
  return {
    kind: "string",
    text: redacted.startsWith(text) ? text : redacted.slice(0, limit),
    hiddenBytes: Math.max(0, bytes.length - limit),
  };
}

/** With `stream`, a character that the limit cuts in two is left out instead of replaced. */
function decodeStart(bytes: Uint8Array, limit: number): string {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  return decoder.decode(bytes.subarray(0, limit), { stream: bytes.length > limit });
}

function readDictionaryValue({ field, data, index }: Place): Cell {
  const dictionary: Vector | undefined = data.dictionary;
  if (dictionary === undefined || field === undefined) return nullCell;
  return readCell(field, dictionary, Number(data.values[index]));
}

function readUnion(place: Place): Cell {
  const { data, index } = place;
  const childIndex = data.type.typeIdToChildIndex[data.typeIds[index]];
  const isDense = data.valueOffsets !== undefined && data.valueOffsets.length > 0;
  return readChild(place, childIndex, isDense ? data.valueOffsets[index] : index);
}

function readChild(place: Place, childIndex: number, index: number): Cell {
  const { data, depth, budget } = place;
  const child = data.children[childIndex];
  if (child === undefined) return nullCell;
  if (depth >= maxDepth) return scalarCell("…");
  return readValue({ field: data.type.children?.[childIndex], data: child, index, depth: depth + 1, budget });
}

function readStruct(place: Place): Cell {
  const fields: readonly Field[] = place.data.type.children;
  const entries: [string, Cell][] = [];
  for (const [childIndex, field] of fields.entries()) {
    if (place.budget.nodes <= 0 || entries.length === maxItems) break;
    entries.push([redactAndCut(field.name, maxKeyText), readChild(place, childIndex, place.index)]);
  }
  return { kind: "struct", entries, length: fields.length };
}

/** Where a blob lies is described by a struct; of that only its size tells a reader something. */
function readBlob({ field, data, index }: Place): Cell | undefined {
  if (field === undefined || !isBlob(field)) return undefined;
  const sizes = data.children[data.type.children.findIndex((child: Field) => child.name === "size")];
  return sizes === undefined
    ? undefined
    : { kind: "bytes", bytes: new Uint8Array(), size: Number(sizes.values[index]) };
}

function readMap(place: Place): Cell {
  const { data, index, depth, budget } = place;
  const [begin, end] = offsetsAt(data, index);
  const pairs: Place = {
    field: undefined,
    data: data.children[0] as ArrowData,
    index: 0,
    depth: depth + 1,
    budget,
  };
  const entries: [string, Cell][] = [];
  for (let position = begin; position < end && budget.nodes > 0 && entries.length < maxItems; position++) {
    const key = readChild(pairs, 0, position);
    entries.push([key.kind === "string" ? key.text : formatCell(key), readChild(pairs, 1, position)]);
  }
  return { kind: "map", entries, length: end - begin };
}

function readList(place: Place, begin: number, length: number): Cell {
  const vector = readVector(place.data, begin, length, place.budget.vectorValues);
  if (vector !== undefined) {
    place.budget.vectorValues -= vector.values.length;
    return vector;
  }
  const items: Cell[] = [];
  while (items.length < Math.min(length, maxItems) && place.budget.nodes > 0) {
    items.push(readChild(place, 0, begin + items.length));
  }
  return { kind: "list", items, length };
}
