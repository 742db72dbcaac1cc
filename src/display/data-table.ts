/** Arrow tables as notebooks show them. One display is at most 200 kB and reads no more rows than it shows. */
import { arrow, type Field, type RecordBatch, type Table } from "../arrow.ts";
import type { MimeBundle } from "./bundle.ts";
import { nullCell } from "./cell.ts";
import { type Drawing, drawGrid, toBundle } from "./drawing.ts";
import { type Excerpt, excerptEnds, excerptStart, shownOf, shrinkExcerpt } from "./excerpt.ts";
import { type Grid, type GridColumn, remember } from "./grid.ts";
import { countOf, formatByteCount } from "./number-text.ts";
import { readCell } from "./read-cell.ts";
import { extensionName, fieldTypeName } from "./type-name.ts";
import { showText } from "./visible-text.ts";

export interface DataTableOptions {
  /** Rows of the whole of which the table is the beginning; the table's own count when left out. */
  readonly totalRows?: number | undefined;
  /** Stands above the table. */
  readonly title?: string | undefined;
  /** Stands below the table, after its shape. */
  readonly caption?: string | undefined;
  /** Rows shown, of the beginning and of the end; 20 when left out, at most 500. */
  readonly maxRows?: number | undefined;
  /** Columns shown, of the beginning and of the end; 30 when left out, at most 200. */
  readonly maxColumns?: number | undefined;
}

const mostRows = 500;
const mostColumns = 200;
const mostCells = 4000;
const maxHeadingText = 400;

/** A table, or a record batch, of any copy of apache-arrow, as HTML and as text. */
export function renderDataTable(table: Table | RecordBatch, options: DataTableOptions = {}): MimeBundle {
  return toBundle(drawDataTable(table, options));
}

export function drawDataTable(table: Table | RecordBatch, options: DataTableOptions = {}): Drawing {
  const grid = tableGrid(table, options);
  const shape = describeShape(table, options);
  return drawGrid(grid, {
    title: options.title,
    footer: options.caption === undefined ? shape : `${shape} · ${options.caption}`,
  });
}

function tableGrid(table: Table | RecordBatch, options: DataTableOptions): Grid {
  const columns = excerptEnds(table.schema.fields.length, clamp(options.maxColumns ?? 30, 1, mostColumns));
  const fittingRows = Math.floor(mostCells / Math.max(1, shownOf(columns).length));
  return {
    columns,
    rows: shrinkExcerpt(chooseRows(table, options), fittingRows),
    rowNoun: "row",
    column: remember((column) => describeColumn(fieldAt(table, column))),
    cell: remember((row, column) => {
      const vector = table.getChildAt(column);
      return vector === null ? nullCell : readCell(fieldAt(table, column), vector, row);
    }),
  };
}

function fieldAt(table: Table | RecordBatch, column: number): Field {
  return table.schema.fields[column] as Field;
}

/** Of a beginning of something longer its own end would mislead, so only its first rows are shown. */
function chooseRows(table: Table | RecordBatch, options: DataTableOptions): Excerpt {
  const keep = clamp(options.maxRows ?? 20, 0, mostRows);
  const total = options.totalRows ?? table.numRows;
  return total > table.numRows ? excerptStart(total, table.numRows, keep) : excerptEnds(table.numRows, keep);
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, Math.floor(value) || 0));
}

function describeColumn(field: Field): GridColumn {
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

/** `1,000 rows × 5 columns · 40.0 MB`. */
function describeShape(table: Table | RecordBatch, options: DataTableOptions): string {
  const total = Math.max(table.numRows, options.totalRows ?? 0);
  const facts = [`${countOf(total, "row")} × ${countOf(table.schema.fields.length, "column")}`];
  if (total === table.numRows) facts.push(formatByteCount(tableBytes(table)));
  return facts.join(" · ");
}

function tableBytes(table: Table | RecordBatch): number {
  const chunks = Array.isArray(table.data) ? table.data : [table.data];
  return chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
}
