/** Arrow tables and record batches, of any copy of apache-arrow, as displays read them. */
import { arrow, type Field, type RecordBatch, type Table, type Vector } from "../../arrow.ts";
import { type ArrowData, countDataBytes } from "../arrow/arrow-data.ts";
import { readCell } from "../arrow/read-cell.ts";
import { extensionName, fieldTypeName } from "../arrow/type-name.ts";
import { nullCell } from "../cell/cell.ts";
import type { GridColumn } from "../grid/grid.ts";
import { showText } from "../text/visible-text.ts";
import type { TableView } from "./table-view.ts";

const maxHeadingText = 400;

export function viewArrow(table: Table | RecordBatch): TableView {
  const { fields } = table.schema;
  return {
    rowCount: table.numRows,
    names: fields.map(({ name }) => name),
    byteCount: countBytes(table),
    column: (column) => describeColumn(fields[column] as Field),
    cell: (row, column) => {
      const vector = table.getChildAt(column);
      return vector === null ? nullCell : readCell(fields[column] as Field, vector, row);
    },
  };
}

/** One column by itself. */
export function viewArrowVector(vector: Vector): TableView {
  const field = new arrow.Field("", vector.type, vector.nullable);
  return {
    rowCount: vector.length,
    names: [""],
    byteCount: vector.byteLength,
    column: () => describeColumn(field),
    cell: (row) => readCell(field, vector, row),
  };
}

export function describeColumn(field: Field): GridColumn {
  return {
    name: showText(field.name, maxHeadingText),
    type: showText(fieldTypeName(field), maxHeadingText) + (field.nullable ? "" : " not null"),
    align: isRightAligned(field) ? "right" : "left",
  };
}

function isRightAligned(field: Field): boolean {
  const { DataType } = arrow;
  const type = DataType.isDictionary(field.type) ? field.type.dictionary : field.type;
  const extension = extensionName(field);
  if (extension !== undefined) return extension === "bfloat16";
  return [
    DataType.isInt,
    DataType.isFloat,
    DataType.isDecimal,
    DataType.isDate,
    DataType.isTime,
    DataType.isTimestamp,
    DataType.isDuration,
    DataType.isInterval,
  ].some((isType) => isType(type));
}

function countBytes(table: Table | RecordBatch): number {
  const chunks: readonly ArrowData[] = Array.isArray(table.data) ? table.data : [table.data];
  return chunks.reduce((sum, chunk) => sum + countDataBytes(chunk), 0);
}
