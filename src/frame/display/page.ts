/** A frame's rows, some at a time. */
import { inspect } from "node:util";
import type { Table } from "../../arrow.ts";
import { describeIssue, wordIssue } from "../../check-options.ts";
import { addPageButtons } from "../../display/card/page-buttons.ts";
import { raw } from "../../display/html/html.ts";
import { displaySymbol, inspectText, type MimeBundle } from "../../display/mime.ts";
import { renderDataTable } from "../../display/table/data-table.ts";
import { formatCount } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { linkOutput } from "../../live-output.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import type { ShownRows } from "./frame-display.ts";

/** Options of `page`. */
export interface FramePageOptions {
  /** Rows on a page, 20 when left out, at most 500. */
  readonly size?: number;
}

/** What pages are cut from. */
export interface PagedRows {
  /** As in `default.orders`. */
  readonly name: string;
  read(offset: number, count: number, signal: AbortSignal | undefined): Promise<ShownRows>;
  /** All rows, where counting them costs no scan. */
  countRows(signal: AbortSignal | undefined): Promise<number | undefined>;
}

const pageNumber = loadWhenUsed(() =>
  z.int("a page's number is a whole number").min(1, "the first page is page 1"),
);
const pageOptions = loadWhenUsed(() =>
  z.strictObject({
    size: z
      .int("a page's size is a whole number of rows")
      .min(1, "a page has at least 1 row")
      .max(500, "a page has at most 500 rows")
      .default(20),
  }),
);

/**
 * One page of a frame. `page = await page.next()` shows the following one each time the cell runs. A page shows the
 * table as it is when the page is read.
 */
export class Page {
  readonly #rows: PagedRows;
  readonly #total: number | undefined;
  readonly #blobs: ShownRows["blobs"];
  /** From 1. */
  readonly number: number;
  /** Rows on a full page. */
  readonly size: number;
  readonly table: Table;
  readonly isLast: boolean;
  /** How many pages there are, where that is known without reading them. */
  readonly pages: number | undefined;

  /** @internal */
  constructor(
    rows: PagedRows,
    place: PagePlace,
    shown: ShownRows,
    isLast: boolean,
    total: number | undefined,
  ) {
    this.#rows = rows;
    this.number = place.number;
    this.size = place.size;
    this.table = shown.table;
    this.#blobs = shown.blobs;
    this.isLast = isLast;
    this.pages = total === undefined ? undefined : Math.max(1, Math.ceil(total / place.size));
    this.#total = total;
  }

  /** The page after this one; the last page is followed by itself. */
  next(): Promise<Page> {
    return this.#turnTo(this.isLast ? this.number : this.number + 1);
  }

  /** The page before this one; the first page follows itself. */
  previous(): Promise<Page> {
    return this.#turnTo(Math.max(1, this.number - 1));
  }

  /** In a trusted JupyterLab with our kernel, buttons under the table fetch the other pages. */
  [displaySymbol](): MimeBundle {
    const bundle = this.#render();
    const link = linkOutput(async ({ number }) => {
      // Not the signal of a cell that ended long ago.
      const page = await readPage(this.#rows, number, { size: this.size }, new AbortController().signal);
      return { html: page.#render()["text/html"], number: page.number, isLast: page.isLast };
    });
    if (link === undefined) return bundle;
    const table = raw(String(bundle["text/html"]));
    return { ...bundle, "text/html": addPageButtons(table, link, this.number, this.isLast).markup };
  }

  [inspect.custom](): string {
    return inspectText(this.#render());
  }

  #turnTo(number: number): Promise<Page> {
    return readPage(this.#rows, number, { size: this.size });
  }

  #describePlace(): string {
    if (this.pages !== undefined) return ` of ${formatCount(this.pages)}`;
    return this.isLast ? ", the last one" : "";
  }

  #render(): MimeBundle {
    const before = (this.number - 1) * this.size;
    const rows = this.table.numRows;
    const total = this.#total === undefined ? "" : ` of ${formatCount(this.#total)}`;
    const first = formatCount(before + 1);
    const several = `rows ${first}–${formatCount(before + rows)}`;
    const span = rows === 0 ? "no rows" : rows === 1 ? `row ${first}` : several;
    return renderDataTable(this.table, {
      title: `${this.#rows.name} · ${span}${total}`,
      maxRows: this.size,
      blobs: this.#blobs,
      caption: `page ${formatCount(this.number)}${this.#describePlace()}`,
    });
  }
}

interface PagePlace {
  readonly number: number;
  readonly size: number;
}

/** @throws DlfLanceError InvalidInput for a number or size that is none */
export async function readPage(
  rows: PagedRows,
  number: unknown,
  options: unknown,
  signal?: AbortSignal,
): Promise<Page> {
  const place = { number: parse(pageNumber, number), ...parse(pageOptions, options) };
  // One more row than is shown decides whether there is a next page.
  const [{ table, blobs }, total] = await Promise.all([
    rows.read((place.number - 1) * place.size, place.size + 1, signal),
    rows.countRows(signal),
  ]);
  const isLast = table.numRows <= place.size;
  return new Page(rows, place, { table: isLast ? table : table.slice(0, place.size), blobs }, isLast, total);
}

function parse<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value, { error: wordIssue });
  if (result.success) return result.data;
  throw new DlfLanceError("InvalidInput", `Cannot show a page: ${describeIssue(result.error.issues[0])}`);
}
