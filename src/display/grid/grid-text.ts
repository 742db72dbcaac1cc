/** A grid as aligned text in a box, for terminals and for readers without HTML. */

import type { Cell } from "../cell/cell.ts";
import { formatCell } from "../cell/format.ts";
import { type Excerpt, shownOf, shrinkExcerpt } from "../text/excerpt.ts";
import { countOf, formatCount } from "../text/number-text.ts";
import { cutToWidth, padToWidth, textWidth } from "../text/text-width.ts";
import { cutText } from "../text/visible-text.ts";
import { barOf, barText } from "./bars.ts";
import { type Grid, halveGrid, remember } from "./grid.ts";

const maxLineWidth = 120;
/** Tried from the widest, until all columns fit on a line. */
const cellWidths = [96, 64, 48, 32, 24];
/** Tried too where columns are to be kept. */
const narrowWidths = [20, 16, 12];
/** Kept per cell, in code points; more would never be shown. */
const maxCellText = 100;

interface TextColumn {
  readonly cells: readonly string[];
  readonly align: "left" | "right";
  /** How wide the widest cell is. */
  readonly width: number;
  /** How wide the widest cell is that must not be cut: a number without its last digits is another number. */
  readonly exactWidth: number;
}

/** At most 120 columns wide and `maxBytes` long: columns are cut from the middle, then rows. */
export function renderGridText(grid: Grid, maxBytes: number): string {
  const text = drawBox(fitColumns(grid));
  if (Buffer.byteLength(text) <= maxBytes) return text;
  const smaller = halveGrid(grid);
  return smaller === undefined ? "…" : renderGridText(smaller, maxBytes);
}

interface FittedGrid {
  readonly grid: Grid;
  readonly columns: readonly TextColumn[];
  readonly headerLines: number;
}

function fitColumns(grid: Grid): FittedGrid {
  const hasTypes = shownOf(grid.columns).some((column) => grid.column(column).type !== undefined);
  const known = remember((column) => readColumn(grid, column, hasTypes));
  const headerWidth = remember((column) => widestOf(readHeader(grid, column, hasTypes)));
  const widths = grid.keepsColumns === true ? [...cellWidths, ...narrowWidths] : cellWidths;
  const narrowest = widths.at(-1) ?? 0;
  let excerpt = grid.columns;
  // Cells are measured only of columns whose headers fit.
  while (shownOf(excerpt).length > 1 && leastLineWidth(excerpt, headerWidth, narrowest) > maxLineWidth) {
    excerpt = shrinkExcerpt(excerpt, shownOf(excerpt).length - 1);
  }
  for (;;) {
    const limit = widths.find((width) => lineWidth(excerpt, known, width) <= maxLineWidth);
    const count = shownOf(excerpt).length;
    if (limit !== undefined || count <= 1) {
      const columns = withGap(excerpt, known).map((column) => limitWidth(column, limit ?? narrowest));
      return { grid: { ...grid, columns: excerpt }, columns, headerLines: hasTypes ? 2 : 1 };
    }
    excerpt = shrinkExcerpt(excerpt, count - 1);
  }
}

function readColumn(grid: Grid, number: number, hasTypes: boolean): TextColumn {
  const { align, bars } = grid.column(number);
  const body = shownOf(grid.rows).map((row) => grid.cell(row, number));
  const bodyText = body.map((cell) =>
    bars === undefined ? formatCell(cell) : `${formatCell(cell)} ${barText(barOf(cell, bars))}`,
  );
  const cells = [
    ...readHeader(grid, number, hasTypes),
    ...bodyText.map((text) => cutText(text, maxCellText)),
  ];
  const exactTexts = bodyText.filter((_, index) => isExact(body[index]));
  return { cells, align, width: widestOf(cells), exactWidth: widestOf(exactTexts) };
}

function readHeader(grid: Grid, number: number, hasTypes: boolean): readonly string[] {
  const { name, type } = grid.column(number);
  return (hasTypes ? [name, type ?? ""] : [name]).map((text) => cutText(text, maxCellText));
}

function isExact(cell: Cell | undefined): boolean {
  return cell?.kind === "scalar" && cell.align === "right";
}

function widestOf(texts: readonly string[]): number {
  return texts.reduce((widest, text) => Math.max(widest, textWidth(text)), 0);
}

/** What no line of these columns is narrower than. */
function leastLineWidth(excerpt: Excerpt, headerWidth: (column: number) => number, limit: number): number {
  return shownOf(excerpt).reduce((sum, column) => sum + Math.min(headerWidth(column), limit) + 3, 1);
}

function lineWidth(excerpt: Excerpt, known: (column: number) => TextColumn, limit: number): number {
  return withGap(excerpt, known).reduce((sum, column) => sum + limitedWidth(column, limit) + 3, 1);
}

function withGap(excerpt: Excerpt, known: (column: number) => TextColumn): readonly TextColumn[] {
  const read = (numbers: readonly number[]) => numbers.map(known);
  const [head, tail] = [read(excerpt.head), read(excerpt.tail)];
  if (excerpt.hidden === 0) return [...head, ...tail];
  const heading = `… ${formatCount(excerpt.hidden)} more`;
  const lineCount = (head[0] ?? tail[0])?.cells.length ?? 0;
  const cells = Array.from({ length: lineCount }, (_, line) => (line === 0 ? heading : "…"));
  return [...head, { cells, align: "left", width: textWidth(heading), exactWidth: 0 }, ...tail];
}

function limitedWidth(column: TextColumn, limit: number): number {
  return Math.max(column.exactWidth, Math.min(column.width, limit));
}

function limitWidth(column: TextColumn, limit: number): TextColumn {
  const width = limitedWidth(column, limit);
  return { ...column, width, cells: column.cells.map((cell) => cutToWidth(cell, width)) };
}

function drawBox({ grid, columns: fitted, headerLines }: FittedGrid): string {
  const { head, tail, hidden } = grid.rows;
  const cutLine = `⋮ ${countOf(hidden, `more ${grid.rowNoun}`)}`;
  const columns = hidden > 0 ? widenTo(fitted, textWidth(cutLine)) : fitted;
  const rule = (left: string, middle: string, right: string) =>
    left + columns.map(({ width }) => "─".repeat(width + 2)).join(middle) + right;
  const line = (index: number) =>
    `│${columns.map(({ cells, width, align }) => ` ${padToWidth(cells[index] ?? "", width, align)} `).join("│")}│`;
  const range = (begin: number, count: number) =>
    Array.from({ length: count }, (_, index) => line(begin + index));
  return [
    rule("┌", "┬", "┐"),
    ...range(0, headerLines),
    rule("├", "┼", "┤"),
    ...range(headerLines, head.length),
    ...(hidden > 0 ? [`│ ${padToWidth(cutLine, innerWidth(columns), "left")} │`] : []),
    ...range(headerLines + head.length, tail.length),
    rule("└", "┴", "┘"),
  ].join("\n");
}

function innerWidth(columns: readonly TextColumn[]): number {
  return columns.reduce((sum, column) => sum + column.width + 3, -3);
}

/** Makes the last column wider where a line across all columns needs it. */
function widenTo(columns: readonly TextColumn[], width: number): readonly TextColumn[] {
  const missing = Math.max(0, width - innerWidth(columns));
  return columns.map((column, index) =>
    index === columns.length - 1 ? { ...column, width: column.width + missing } : column,
  );
}
