/** Rows made of items of lists, and of columns: gathered by their numbers, with no value looked at. */
import { arrow, type Field, type RecordBatch, Types, type Vector } from "../../../arrow.ts";
import type { ExplodePlan, UnpivotPlan } from "../../plan/plan.ts";
import { gatherData } from "../../rows/gather.ts";
import { conformData } from "./vectors/conform.ts";

type Data = Vector["data"][number];

/** A row for each item of the list; one with null for a list that is null or empty. */
export function explodeBatch(
  batch: RecordBatch,
  { column }: ExplodePlan,
  fields: readonly Field[],
): RecordBatch {
  const list = childOf(batch, column);
  const bounds = itemBounds(list);
  const rows: number[] = [];
  const items: number[] = [];
  for (let row = 0; row < batch.numRows; row++) {
    const [begin, end] = list.getValid(row) ? [bounds(row), bounds(row + 1)] : [0, 0];
    for (let item = begin; item < end; item++) {
      rows.push(row);
      items.push(item);
    }
    if (end > begin) continue;
    rows.push(row);
    items.push(-1);
  }
  const numbers = Int32Array.from(rows);
  const children = fields.map((field) =>
    field.name === column
      ? gatherItems(list.children[0] as Data, Int32Array.from(items))
      : gatherData(childOf(batch, field.name), numbers),
  );
  return createBatch(fields, children, rows.length);
}

function itemBounds(list: Data): (row: number) => number {
  const { type, valueOffsets } = list;
  return Types.isFixedSizeList(type) ? (row) => row * type.listSize : (row) => Number(valueOffsets[row]);
}

/** Null where there is no item, with the number -1. */
function gatherItems(items: Data, numbers: Int32Array): Data {
  if (!numbers.includes(-1)) return gatherData(items, numbers);
  if (items.length === 0) return conformNull(items.type, numbers.length);
  const gathered = gatherData(
    items,
    numbers.map((item) => Math.max(0, item)),
  );
  if (Types.isNull(gathered.type)) return gathered;
  const bitmap = new Uint8Array(Math.ceil(numbers.length / 8));
  for (let at = 0; at < numbers.length; at++) {
    if ((numbers[at] as number) >= 0 && gathered.getValid(at))
      bitmap[at >> 3] = (bitmap[at >> 3] as number) | (1 << (at & 7));
  }
  const buffers = [gathered.valueOffsets, gathered.values, bitmap] as never;
  return new arrow.Data(
    gathered.type,
    0,
    numbers.length,
    -1,
    buffers,
    gathered.children,
    gathered.dictionary,
  ) as Data;
}

function conformNull(type: Data["type"], length: number): Data {
  return arrow.vectorFromArray(
    Array.from({ length }, () => null),
    type,
  ).data[0] as Data;
}

/** A row for each of the columns: the keys as they are, the column's name and its value. A batch a column. */
export function* unpivotBatch(
  batch: RecordBatch,
  { keys, columns }: UnpivotPlan,
  fields: readonly Field[],
): Generator<RecordBatch, void, undefined> {
  const { type } = fields.at(-1) as Field;
  const names = arrow.vectorFromArray(columns, new arrow.Utf8()).data[0] as Data;
  for (const [index, column] of columns.entries()) {
    const name = gatherData(names, new Int32Array(batch.numRows).fill(index));
    const value = conformData(childOf(batch, column), type, column);
    yield createBatch(fields, [...keys.map((key) => childOf(batch, key)), name, value], batch.numRows);
  }
}

function childOf(batch: RecordBatch, name: string): Data {
  const place = batch.schema.fields.findIndex((field) => field.name === name);
  return batch.data.children[place] as Data;
}

function createBatch(fields: readonly Field[], children: readonly Data[], rows: number): RecordBatch {
  const schema = new arrow.Schema([...fields]);
  return new arrow.RecordBatch(
    schema,
    new arrow.Data(new arrow.Struct(schema.fields), 0, rows, 0, undefined, [...children]),
  );
}
