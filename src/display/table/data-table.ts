/** Tables as notebooks show them. One display is at most 200 kB and reads no more rows than it shows. */
import type { RecordBatch, Table } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { MimeBundle } from "../bundle.ts";
import type { BlobStart } from "../cell/blob-start.ts";
import type { Cell } from "../cell/cell.ts";
import { type BarScale, barScale } from "../grid/bars.ts";
import { type Drawing, type DrawingBounds, drawGrid, toBundle } from "../grid/drawing.ts";
import { type Grid, remember, rememberCells } from "../grid/grid.ts";
import { matchWords } from "../html/mark-words.ts";
import { type Excerpt, excerptEnds, excerptStart, shownOf, shrinkExcerpt } from "../text/excerpt.ts";
import { chooseFloatFormat } from "../text/float-format.ts";
import { countOf, formatByteCount } from "../text/number-text.ts";
import { cutText, showText } from "../text/visible-text.ts";
import { viewArrow } from "./arrow-view.ts";
import type { TableOptions } from "./table-options.ts";
import type { TableView } from "./table-view.ts";

export interface DataTableOptions extends TableOptions {
  /** Rows of the whole of which the table is the beginning; the table's own count when left out. */
  readonly totalRows?: number | undefined;
  /** Of the Lance table that the rows were read from. */
  readonly version?: number | undefined;
  /** What was read of the blobs in some columns, row by row, by the columns' names. */
  readonly blobs?: ReadonlyMap<string, readonly (BlobStart | null)[]> | undefined;
  /** A separate line below the shape. */
  readonly remark?: string | undefined;
  /** The numbers of one column measure different things: each has as many digits as it needs. */
  readonly isMixed?: boolean | undefined;
  /** See {@link Grid}. */
  readonly keepsColumns?: boolean | undefined;
  /** What stands in place of a cell. */
  readonly change?: ((cell: Cell, row: number, column: number) => Cell) | undefined;
}

const mostRows = 500;
const mostColumns = 200;
const mostCells = 4000;

/**
 * A table, or a record batch, of any copy of apache-arrow, as HTML and as text.
 * @throws DlfLanceError InvalidInput for bars of a column it does not have
 */
export function renderDataTable(table: Table | RecordBatch, options: DataTableOptions = {}): MimeBundle {
  return renderTable(viewArrow(table), options);
}

/** A table of any kind as HTML and as text. @throws as {@link renderDataTable}. */
export function renderTable(view: TableView, options: DataTableOptions = {}): MimeBundle {
  return toBundle(drawTable(view, options));
}

export function drawTable(view: TableView, options: DataTableOptions = {}, bounds?: DrawingBounds): Drawing {
  checkBars(view, options);
  const columns = excerptEnds(view.names.length, clamp(options.maxColumns ?? 30, 1, mostColumns));
  const fittingRows = Math.floor(mostCells / Math.max(1, shownOf(columns).length));
  const rows = shrinkExcerpt(chooseRows(view, options), fittingRows);
  const cell = alignFloats(
    rememberCells(markTexts(changeCells(putBlobs(view, options.blobs), options.change), options.marks)),
    options.isMixed === true ? [] : shownOf(rows),
  );
  const bars = remember((column: number) =>
    options.bars?.includes(view.names[column] ?? "")
      ? barScale(shownOf(rows).map((row) => cell(row, column)))
      : undefined,
  );
  const column = remember((number: number) => ({ ...view.column(number), bars: bars(number) }));
  const grid: Grid = {
    columns,
    rows,
    rowNoun: "row",
    column,
    cell,
    keepsColumns: options.keepsColumns === true,
  };
  const scales = shownOf(columns).map((number) => ({ name: column(number).name, scale: bars(number) }));
  return drawGrid(
    grid,
    { title: options.title, footer: describeTable(view, options, scales), remark: options.remark },
    bounds,
  );
}

/** Puts what was read of blobs in place of where they lie. */
function putBlobs({ cell, names }: TableView, blobs: DataTableOptions["blobs"]): Grid["cell"] {
  if (blobs === undefined || blobs.size === 0) return cell;
  return (row, column) => {
    const blob = blobs.get(names[column] ?? "")?.[row];
    return blob ? { kind: "bytes", ...blob } : cell(row, column);
  };
}

function changeCells(read: Grid["cell"], change: DataTableOptions["change"]): Grid["cell"] {
  return change === undefined ? read : (row, column) => change(read(row, column), row, column);
}

/** Makes the words stand out in texts. */
function markTexts(read: Grid["cell"], words: readonly string[] | undefined): Grid["cell"] {
  const marks = words === undefined ? undefined : matchWords(words);
  if (marks === undefined) return read;
  return (row, column) => {
    const cell = read(row, column);
    return cell.kind === "string" ? { ...cell, marks } : cell;
  };
}

/** Gives the floats of each column the form that suits those of some rows; each its own, where there are none. */
function alignFloats(read: Grid["cell"], rows: readonly number[]): Grid["cell"] {
  const common = remember((column: number) =>
    chooseFloatFormat(rows.flatMap((row) => floatOf(read(row, column)) ?? [])),
  );
  const format = (column: number, float: number) =>
    (rows.length === 0 ? chooseFloatFormat([float]) : common(column))(float);
  return rememberCells((row, column) => {
    const cell = read(row, column);
    const float = floatOf(cell);
    if (float === undefined || cell.kind !== "scalar") return cell;
    const text = format(column, float);
    return text === cell.text ? cell : { ...cell, text, exact: cell.text };
  });
}

function floatOf(cell: Cell): number | undefined {
  return cell.kind === "scalar" ? cell.float : undefined;
}

function checkBars({ names }: TableView, { bars = [] }: TableOptions): void {
  const unknown = bars.find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot draw bars: no column named ${showText(unknown, 60)}; ` +
      `the columns are ${showText(names.slice(0, 40).join(", "), 400)}`,
  );
}

/** Of a beginning of something longer its own end would mislead, so only its first rows are shown. */
function chooseRows({ rowCount }: TableView, options: DataTableOptions): Excerpt {
  const keep = clamp(options.maxRows ?? 20, 0, mostRows);
  const total = options.totalRows ?? rowCount;
  return total > rowCount ? excerptStart(total, rowCount, keep) : excerptEnds(rowCount, keep);
}

function clamp(value: number, lowest: number, most: number): number {
  return Math.min(most, Math.max(lowest, Math.floor(value) || 0));
}

/** `1,000 rows × 5 columns · 40.0 MB · version 3`, and what else there is to say. */
function describeTable(
  view: TableView,
  options: DataTableOptions,
  bars: readonly { readonly name: string; readonly scale: BarScale | undefined }[],
): string {
  const total = Math.max(view.rowCount, options.totalRows ?? 0);
  const isWhole = total === view.rowCount && total > 0;
  const facts = [
    `${countOf(total, "row")} × ${countOf(view.names.length, "column")}`,
    isWhole && view.byteCount !== undefined ? formatByteCount(view.byteCount) : undefined,
    options.version === undefined ? undefined : `version ${options.version}`,
    ...bars.map(({ name, scale }) => scale && `bars of ${cutText(name, 40)} up to ${scale.largest}`),
    view.note,
    options.caption,
  ];
  return facts.filter((fact) => fact !== undefined).join(" · ");
}
