/** The same content as markup and as text, and its way into a bundle. */
import { redactMarkup, redactText } from "../../redaction/redact-text.ts";
import type { MimeBundle } from "../bundle.ts";
import { html, type SafeHtml } from "../html/html.ts";
import { styles, tableClass, trustedStyle } from "../html/theme.ts";
import { showText } from "../text/visible-text.ts";
import { type Grid, isEmptyGrid } from "./grid.ts";
import { renderGridHtml } from "./grid-html.ts";
import { renderGridText } from "./grid-text.ts";

export interface Drawing {
  readonly html: SafeHtml;
  readonly text: string;
}

/** How large the drawn cells of one grid may be; the title and the footer come on top. */
export interface DrawingBounds {
  readonly htmlBytes: number;
  readonly textBytes: number;
}

const wholeDisplay: DrawingBounds = { htmlBytes: 130_000, textBytes: 40_000 };
const maxNoteText = 300;

export function toBundle({ html: drawn, text }: Drawing): MimeBundle {
  const style = drawn.markup.includes(`class="${tableClass}"`) ? trustedStyle.markup : "";
  return { "text/html": style + redactMarkup(drawn.markup), "text/plain": redactText(text) };
}

/** A grid between a title and a footer; together at most 175 kB. A grid without columns is left out. */
export function drawGrid(
  grid: Grid,
  notes: {
    readonly title?: string | undefined;
    readonly footer?: string | undefined;
    /** A second line of the footer. */
    readonly remark?: string | undefined;
  },
  bounds: DrawingBounds = wholeDisplay,
): Drawing {
  const [title, footer, remark] = [notes.title, notes.footer, notes.remark].map(showNote);
  const table = isEmptyGrid(grid) ? undefined : renderGridHtml(grid, bounds.htmlBytes);
  const markup = html`<div style="${styles.frame}">${
    title && html`<div style="${styles.title}"><strong>${title}</strong></div>`
  }${table && html`<div style="${styles.scroll}">${table}</div>`}${
    footer && html`<div style="${styles.footer}">${footer}</div>`
  }${remark && html`<div style="${styles.footer}">${remark}</div>`}</div>`;
  const lines = [
    title,
    isEmptyGrid(grid) ? undefined : renderGridText(grid, bounds.textBytes),
    footer,
    remark,
  ];
  return { html: markup, text: lines.filter((line) => line !== undefined).join("\n") };
}

function showNote(note: string | undefined): string | undefined {
  return note === undefined ? undefined : showText(note, maxNoteText);
}
