/** A cell as markup, in two sizes: one that is always small, and one that shows more. */
import { redactText } from "../../redaction/redact-text.ts";
import { html, type SafeHtml } from "../html/html.ts";
import { markWords } from "../html/mark-words.ts";
import { styles } from "../html/theme.ts";
import { histogramText, histogramUri } from "../picture/histogram-picture.ts";
import { describeImage } from "../picture/image.ts";
import { describeMedia } from "../picture/media.ts";
import { playerHtml } from "../picture/player.ts";
import { sparklineUri } from "../picture/sparkline.ts";
import { cutText } from "../text/visible-text.ts";
import { blobLimits } from "./blob-start.ts";
import type { BytesCell, Cell, HistogramCell, ScalarCell, VectorCell } from "./cell.ts";
import {
  formatBytes,
  formatCell,
  formatCellBlock,
  formatVectorBars,
  formatVectorFacts,
  maxLineText,
} from "./format.ts";

/** Markup that is shown at least, and what is shown instead where there is room. */
export interface Piece {
  readonly plain: (maxText: number) => SafeHtml;
  /** Undefined when the plain markup shows all. */
  readonly rich?: RichMarkup;
}

/** Markup that is made when there may be room for it. */
interface RichMarkup {
  /** Its smallest size. */
  readonly leastBytes: number;
  readonly make: () => SafeHtml;
}

export const maxPlainText = 64;
const maxRichText = 160;
const maxBlockText = 4000;
const maxThumbnailPixels = 25_000_000;
const thumbnailBox = { width: 112, height: 60 };

/** Text that gets an ellipsis where it is too long, and then its own beginning as a tool tip. */
export function textPiece(text: string, marks?: RegExp): Piece {
  const plain = (maxText: number) => markWords(cutText(text, maxText), marks);
  if (cutText(text, maxPlainText) === text) return { plain };
  const [title, body] = [cutText(text, maxLineText), cutText(text, maxRichText)];
  const rich = {
    leastBytes: styles.longText.length + title.length + body.length,
    make: () => html`<div style="${styles.longText}" title="${title}">${markWords(body, marks)}</div>`,
  };
  return { plain, rich };
}

/** A cell that stands by itself. */
export function cellHtml(cell: Cell): SafeHtml {
  const { plain, rich } = cellPiece(cell);
  return rich?.make() ?? plain(maxPlainText);
}

export function cellPiece(cell: Cell): Piece {
  switch (cell.kind) {
    case "null":
      return { plain: () => html`<i style="${styles.faint}">${cell.text}</i>` };
    case "scalar":
      return scalarPiece(cell);
    case "string":
      return textPiece(formatCell(cell), cell.marks);
    case "bytes":
      return bytesPiece(cell);
    case "vector":
      return vectorPiece(cell);
    case "list":
    case "struct":
    case "map":
      return nestedPiece(cell);
    case "histogram":
      return histogramPiece(cell);
    default:
      return cell satisfies never;
  }
}

/** A number is never cut: without its last digits it is another number. */
function scalarPiece(cell: ScalarCell): Piece {
  const text = formatCell(cell);
  if (cell.align === "left") return textPiece(text);
  const { exact } = cell;
  if (exact === undefined) return { plain: () => html`${text}` };
  const rich = {
    leastBytes: text.length + exact.length,
    make: () => html`<span title="${exact}">${text}</span>`,
  };
  return { plain: () => html`${text}`, rich };
}

function bytesPiece(cell: BytesCell): Piece {
  const text = formatBytes(cell);
  const plain = (maxText: number) => html`<span style="${styles.code}">${cutText(text, maxText)}</span>`;
  if (cell.size !== undefined && cell.size > cell.bytes.length) return { plain };
  const player = playerRich(cell, text);
  if (player !== undefined) return { plain, rich: player };
  const image = describeImage(cell.bytes);
  if (image === undefined || cell.bytes.length > blobLimits.wholeBytes) return { plain };
  const { width, height, mimeType } = image;
  // A few bytes can claim to be a picture that fills the reader's memory.
  if (width * height === 0 || width * height > maxThumbnailPixels) return { plain };
  const scale = Math.min(1, thumbnailBox.width / width, thumbnailBox.height / height);
  const shown = { width: Math.ceil(width * scale), height: Math.ceil(height * scale) };
  const rich = {
    leastBytes: (cell.bytes.length * 4) / 3,
    make() {
      const source = `data:${mimeType};base64,${Buffer.from(cell.bytes).toString("base64")}`;
      return html`<img src="${source}" width="${shown.width}" height="${shown.height}" alt="${text}" title="${text}" style="${styles.thumbnail}">`;
    },
  };
  return { plain, rich };
}

/** Its words stand next to it, for readers whose sanitiser removes players. */
function playerRich({ bytes }: BytesCell, text: string): RichMarkup | undefined {
  const media = bytes.length > blobLimits.wholeBytes ? undefined : describeMedia(bytes);
  if (media === undefined) return undefined;
  return {
    leastBytes: (bytes.length * 4) / 3,
    make: () => html`${playerHtml(media, bytes)} <span style="${styles.code}">${text}</span>`,
  };
}

function vectorPiece(cell: VectorCell): Piece {
  const facts = formatVectorFacts(cell);
  const rich = {
    leastBytes: facts.length,
    make() {
      const head = Array.from(cell.values.subarray(0, 8), (value) => Number(value.toPrecision(6)));
      return html`<span title="[${head.join(", ")}, …]">${facts}<img src="${sparklineUri(cell.values)}" alt="${formatVectorBars(cell)}" style="${styles.picture}"></span>`;
    },
  };
  return { plain: (maxText) => html`${cutText(facts, maxText)}`, rich };
}

function histogramPiece({ counts, title }: HistogramCell): Piece {
  const text = histogramText(counts);
  const rich = {
    leastBytes: 600,
    make: () =>
      html`<img src="${histogramUri(counts)}" alt="${text}" title="${cutText(title, maxLineText)}">`,
  };
  return { plain: () => html`${text}`, rich };
}

function nestedPiece(cell: Cell): Piece {
  const line = formatCell(cell);
  const plain = (maxText: number) => html`${cutText(line, maxText)}`;
  const block = redactText(formatCellBlock(cell));
  if (!block.includes("\n")) return { plain };
  const [summary, whole] = [cutText(line, maxPlainText), cutText(block, maxBlockText)];
  const rich = {
    leastBytes: summary.length + whole.length,
    make: () =>
      html`<details><summary style="${styles.summary}">${summary}</summary><pre style="${styles.block}">${whole}</pre></details>`,
  };
  return { plain, rich };
}
