/** A grid as an HTML table of at most so many bytes, whatever is in it. */

import { cellPiece, maxPlainText, type Piece, textPiece } from "../cell/cell-html.ts";
import { html, type SafeHtml } from "../html/html.ts";
import { styles, tableClass } from "../html/theme.ts";
import { type Excerpt, shownOf } from "../text/excerpt.ts";
import { countOf } from "../text/number-text.ts";
import { barOf, barStyle } from "./bars.ts";
import { type Grid, halveGrid } from "./grid.ts";

const textLimits = [maxPlainText, 24, 8];

/** Shows less of long cells first, and fewer rows and columns only when that is not enough. */
export function renderGridHtml(grid: Grid, maxBytes: number): SafeHtml {
  let candidate: Grid | undefined = grid;
  while (candidate !== undefined) {
    const parts = [...layOut(candidate)];
    for (const maxText of textLimits) {
      const table = fitParts(parts, maxText, maxBytes);
      if (table !== undefined) return table;
    }
    candidate = halveGrid(candidate);
  }
  return html`…`;
}

/** Joins the parts, the pieces among them in their rich form, first come first served; undefined if even the plain ones are too much. */
function fitParts(
  parts: readonly (SafeHtml | Piece)[],
  maxText: number,
  maxBytes: number,
): SafeHtml | undefined {
  const chosen = parts.map((part) => ("plain" in part ? part.plain(maxText) : part));
  let used = chosen.reduce((sum, markup) => sum + byteLength(markup), 0);
  if (used > maxBytes) return undefined;
  for (const [index, part] of parts.entries()) {
    const plain = chosen[index];
    if (plain === undefined || !("plain" in part) || part.rich === undefined) continue;
    const others = used - byteLength(plain);
    if (others + part.rich.leastBytes > maxBytes) continue;
    const rich = part.rich.make();
    if (others + byteLength(rich) > maxBytes) continue;
    used = others + byteLength(rich);
    chosen[index] = rich;
  }
  return html`${chosen}`;
}

function byteLength(markup: SafeHtml): number {
  return Buffer.byteLength(markup.markup);
}

function* layOut(grid: Grid): Generator<SafeHtml | Piece> {
  yield html`<table class="${tableClass}" style="${styles.table}">\n<thead><tr>`;
  const shownColumns = shownOf(grid.columns);
  const hasTypes = shownColumns.some((column) => grid.column(column).type !== undefined);
  yield* layOutHeadings(grid, hasTypes ? styles.heading : styles.onlyHeading);
  if (hasTypes) {
    yield html`</tr>\n<tr>`;
    yield* layOutTypes(grid);
  }
  yield html`</tr></thead>\n<tbody>`;
  for (const row of grid.rows.head) yield* layOutRow(grid, row);
  if (grid.rows.hidden > 0) {
    const span = shownColumns.length + (grid.columns.hidden > 0 ? 1 : 0);
    yield html`<tr style="${styles.row}"><td colspan="${span}" align="left" style="${styles.more}">⋮ ${countOf(grid.rows.hidden, `more ${grid.rowNoun}`)}</td></tr>\n`;
  }
  for (const row of grid.rows.tail) yield* layOutRow(grid, row);
  yield html`</tbody></table>`;
}

function* layOutHeadings(
  grid: Grid,
  heading: Readonly<Record<"left" | "right", string>>,
): Generator<SafeHtml | Piece> {
  for (const column of columnsWithGap(grid.columns)) {
    if (column === undefined) {
      yield html`<th scope="col" style="${heading.left};${styles.faint}">… ${countOf(grid.columns.hidden, "more column")}</th>`;
      continue;
    }
    const { name, align } = grid.column(column);
    yield html`<th scope="col" align="${align}" style="${heading[align]}">`;
    yield textPiece(name);
    yield html`</th>`;
  }
}

function* layOutTypes(grid: Grid): Generator<SafeHtml | Piece> {
  for (const column of columnsWithGap(grid.columns)) {
    if (column === undefined) {
      yield html`<th></th>`;
      continue;
    }
    const { type, align } = grid.column(column);
    yield html`<th align="${align}" style="${styles.type[align]}">`;
    yield textPiece(type ?? "");
    yield html`</th>`;
  }
}

function* layOutRow(grid: Grid, row: number): Generator<SafeHtml | Piece> {
  yield html`<tr style="${styles.row}">`;
  for (const column of columnsWithGap(grid.columns)) {
    if (column === undefined) {
      yield html`<td align="center" style="${styles.cut}">…</td>`;
      continue;
    }
    const { align, bars } = grid.column(column);
    const cell = grid.cell(row, column);
    const bar = bars && barOf(cell, bars);
    const barred = bar === undefined ? "" : `;${barStyle(bar)}`;
    yield html`<td align="${align}" style="${styles.cell[align]}${barred}">`;
    yield cellPiece(cell);
    yield html`</td>`;
  }
  yield html`</tr>\n`;
}

/** The shown columns, with undefined where hidden ones are. */
function columnsWithGap(columns: Excerpt): readonly (number | undefined)[] {
  return columns.hidden > 0 ? [...columns.head, undefined, ...columns.tail] : shownOf(columns);
}
