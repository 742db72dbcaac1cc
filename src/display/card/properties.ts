/** Cards of labelled values: what a table, a connection or a write tells about itself. */
import type { RecordBatch, Schema, Table } from "../../arrow.ts";
import type { MimeBundle } from "../bundle.ts";
import { type Drawing, type DrawingBounds, toBundle } from "../grid/drawing.ts";
import { html, htmlToText, SafeHtml } from "../html/html.ts";
import { styles } from "../html/theme.ts";
import { viewArrow } from "../table/arrow-view.ts";
import { type DataTableOptions, drawTable } from "../table/data-table.ts";
import { countOf } from "../text/number-text.ts";
import { padToWidth, textWidth } from "../text/text-width.ts";
import { showControls, showText } from "../text/visible-text.ts";
import { drawSchema } from "./schema.ts";

/** A list of texts is shown as chips. */
export type PropertyValue =
  | string
  | number
  | bigint
  | boolean
  | null
  | undefined
  | readonly string[]
  | SafeHtml;

export interface Properties {
  readonly title?: string;
  readonly rows: readonly (readonly [label: string, value: PropertyValue])[];
  /** Shown below the values. */
  readonly schema?: Schema | undefined;
  /** Shown below the values, and below the schema. */
  readonly table?: Table | RecordBatch | undefined;
  readonly tableOptions?: DataTableOptions | undefined;
}

const maxRowsBytes = 15_000;
const besideTable: DrawingBounds = { htmlBytes: 30_000, textBytes: 10_000 };
const besideSchema: DrawingBounds = { htmlBytes: 90_000, textBytes: 30_000 };
const maxTitleText = 200;
const maxLabelText = 60;
const maxValueText = 600;
const maxChips = 60;
const maxChipText = 80;

/** A card as HTML and as text, at most 200 kB. Rows whose value is undefined are left out. */
export function renderProperties(properties: Properties): MimeBundle {
  const title = properties.title === undefined ? undefined : showText(properties.title, maxTitleText);
  const rows = drawRows(properties.rows.filter(([, value]) => value !== undefined));
  const below = drawBelow(properties);
  return toBundle({
    html: html`<div style="${styles.card}">${
      title && html`<div style="${styles.title}"><strong>${title}</strong></div>`
    }${rows.html}${below.map((drawing) => html`<div style="${styles.below}">${drawing.html}</div>`)}</div>`,
    text: [title, rows.text, ...below.map(({ text }) => text)].filter((text) => text).join("\n"),
  });
}

function drawBelow({ schema, table, tableOptions }: Properties): Drawing[] {
  const isBoth = schema !== undefined && table !== undefined;
  return [
    ...(schema === undefined ? [] : [drawSchema(schema, {}, isBoth ? besideTable : undefined)]),
    ...(table === undefined
      ? []
      : [drawTable(viewArrow(table), tableOptions, isBoth ? besideSchema : undefined)]),
  ];
}

function drawRows(rows: Properties["rows"]): Drawing {
  const labelWidth = Math.max(0, ...rows.map(([label]) => textWidth(showLabel(label))));
  const markup: SafeHtml[] = [];
  const lines: string[] = [];
  let bytes = 0;
  for (const [label, value] of rows) {
    const drawing = drawValue(value);
    const row = html`<tr><th scope="row" align="left" style="${styles.label}">${showLabel(label)}</th><td align="left" style="${styles.value}">${drawing.html}</td></tr>`;
    bytes += Buffer.byteLength(row.markup) + Buffer.byteLength(drawing.text);
    if (bytes > maxRowsBytes) {
      const rest = `… ${countOf(rows.length - lines.length, "more row")}`;
      markup.push(html`<tr><td colspan="2" style="${styles.value}">${rest}</td></tr>`);
      lines.push(`  ${rest}`);
      break;
    }
    markup.push(row);
    lines.push(`  ${padToWidth(showLabel(label), labelWidth, "left")}  ${drawing.text}`);
  }
  if (rows.length === 0) return { html: html``, text: "" };
  return {
    html: html`<table style="${styles.table}"><tbody>${markup}</tbody></table>`,
    text: lines.join("\n"),
  };
}

function showLabel(label: string): string {
  return showText(label, maxLabelText);
}

function drawValue(value: PropertyValue): Drawing {
  if (value instanceof SafeHtml) return { html: value, text: showControls(htmlToText(value)) };
  if (value === null || value === undefined)
    return { html: html`<i style="${styles.faint}">none</i>`, text: "none" };
  if (typeof value === "object") return drawChips(value);
  const text = showText(String(value), maxValueText);
  return { html: html`<span style="${styles.wrap}">${text}</span>`, text };
}

function drawChips(chips: readonly string[]): Drawing {
  const shown = chips.slice(0, maxChips).map((chip) => showText(chip, maxChipText));
  const hidden = chips.length - shown.length;
  const rest = hidden > 0 ? `… ${hidden} more` : undefined;
  if (shown.length === 0) return drawValue(null);
  return {
    html: html`${shown.map((chip) => html`<span style="${styles.chip}">${chip}</span> `)}${rest}`,
    text: [...shown, ...(rest === undefined ? [] : [rest])].join(", "),
  };
}

/** Texts that a reader may want to see, behind their count; nothing for none. */
export function foldTexts(texts: readonly string[]): SafeHtml | undefined {
  if (texts.length === 0) return undefined;
  const { html: whole } = drawChips(texts);
  return html`<details><summary style="${styles.summary}">${texts.length} ${texts.length === 1 ? "entry" : "entries"} </summary>${whole}</details>`;
}
