/** How the first rows of a frame are shown, alone or under what the frame is. */
import type { Table } from "../../arrow.ts";
import type { MimeBundle } from "../../display/mime.ts";
import { type DataTableOptions, renderDataTable } from "../../display/table/data-table.ts";

export interface ShownRows {
  readonly table: Table;
  /** What was read of the blobs in its columns, row by row, by the columns' names. */
  readonly blobs?: DataTableOptions["blobs"];
}

export interface FirstRows extends ShownRows {
  /** In all, where that is known; `"more"` when only that there may be more. */
  readonly totalRows: number | "more";
  /** Of the Lance table. */
  readonly version: number | undefined;
  /** Where another process read them, for how long, and how much it read. */
  readonly ranOn?: string | undefined;
}

export function renderFirstRows(first: FirstRows, options: DataTableOptions): MimeBundle {
  return renderDataTable(first.table, drawingOptions(first, options));
}

/** The first rows of a frame, and in one line that it is lazy and what it will do. */
export function renderLazyFrame(
  frame: { readonly name: string; readonly plan: string },
  first: FirstRows,
  options: DataTableOptions,
): MimeBundle {
  return renderDataTable(first.table, {
    title: frame.name,
    ...drawingOptions(first, options),
    remark: `lazy frame: ${frame.plan}`,
  });
}

function drawingOptions(
  { totalRows, version, blobs, ranOn }: FirstRows,
  options: DataTableOptions,
): DataTableOptions {
  const isPart = totalRows === "more";
  const notes = [options.caption, isPart ? "the first rows; there may be more" : undefined, ranOn];
  const said = notes.filter((note) => note !== undefined);
  const caption = said.length === 0 ? undefined : said.join(" · ");
  return { ...options, version, blobs, caption, ...(isPart ? {} : { totalRows }) };
}
