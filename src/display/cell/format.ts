/** A cell as one line of text, and a nested cell as an indented block. Both hold no control characters. */
import { redactText } from "../../redaction/redact-text.ts";
import { describeBytes } from "../picture/describe-bytes.ts";
import { histogramText } from "../picture/histogram-picture.ts";
import { sampleVector } from "../picture/sparkline.ts";
import { formatByteCount, formatCount } from "../text/number-text.ts";
import { cutText, showControls } from "../text/visible-text.ts";
import type { BytesCell, Cell, StringCell, VectorCell } from "./cell.ts";
import { vectorNorm } from "./cell.ts";

const shownBytes = 8;
const textBars = "▁▂▃▄▅▆▇█";
const textBarCount = 8;

/** A cell is drawn as markup and as text. */
const known = new WeakMap<Cell, string>();

/** Code points of a string that are shown at most; all of them are in what `formatCell` answers, and perhaps no more. */
export const maxLineText = 400;

/** One line, as in the text of a table: strings bare, unless they could be taken for something else. */
export function formatCell(cell: Cell): string {
  if (cell.kind === "scalar" || cell.kind === "null") return cell.text;
  const text =
    known.get(cell) ?? (cell.kind === "string" ? formatBareString(cell) : redactText(formatNestedCell(cell)));
  known.set(cell, text);
  return text;
}

/** A bare string is quoted where a reader could not tell it from null, from nothing, or see its ends. */
function formatBareString(cell: StringCell): string {
  const isAmbiguous = /^(?:null|undefined|)$|^[\s"]|\s$/.test(cell.text);
  const shown = { ...cell, text: cutText(cell.text, maxLineText + 1) };
  return isAmbiguous ? quoteString(shown) : showControls(shown.text) + hiddenMark(cell);
}

function quoteString(cell: StringCell): string {
  return `"${showControls(cell.text.replace(/["\\]/g, "\\$&"))}"${hiddenMark(cell)}`;
}

function hiddenMark(cell: StringCell): string {
  return cell.hiddenBytes === 0 ? "" : `… ${formatByteCount(cell.hiddenBytes)} more`;
}

function formatNestedCell(cell: Cell): string {
  switch (cell.kind) {
    case "null":
    case "scalar":
      return cell.text;
    case "string":
      return quoteString(cell);
    case "bytes":
      return formatBytes(cell);
    case "vector":
      return formatVector(cell);
    case "list":
      return `[${withMore(cell.items.map(formatNestedCell), cell.length).join(", ")}]`;
    case "struct":
    case "map": {
      const parts = cell.entries.map(([key, value]) => `${formatKey(key)}: ${formatNestedCell(value)}`);
      return `{${withMore(parts, cell.length).join(", ")}}`;
    }
    case "histogram":
      return histogramText(cell.counts);
    default:
      return cell satisfies never;
  }
}

/** A nested cell with one part a line, to be read in full; short lists within it stay on their line. */
export function formatCellBlock(cell: Cell, indent = ""): string {
  const inner = `${indent}  `;
  const wrap = (open: string, parts: readonly string[], close: string) =>
    `${open}\n${parts.map((part) => `${inner}${part}\n`).join("")}${indent}${close}`;
  if (cell.kind === "list" && cell.length > 0) {
    const isShort = indent !== "" && cell.items.every((item) => item.kind === "scalar");
    const parts = cell.items.map((item) => formatCellBlock(item, inner));
    if (!isShort) return wrap("[", withMore(parts, cell.length), "]");
  }
  if ((cell.kind === "struct" || cell.kind === "map") && cell.length > 0) {
    const parts = cell.entries.map(([key, value]) => `${formatKey(key)}: ${formatCellBlock(value, inner)}`);
    return wrap("{", withMore(parts, cell.length), "}");
  }
  return formatNestedCell(cell);
}

function withMore(parts: readonly string[], length: number): readonly string[] {
  return parts.length === length ? parts : [...parts, `… ${formatCount(length - parts.length)} more`];
}

function formatKey(key: string): string {
  return /^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(key)
    ? key
    : quoteString({ kind: "string", text: key, hiddenBytes: 0 });
}

/** `12 B 0x89504e470d0a1a0a…`, for a picture `PNG 640×480 12.3 kB`, and for a film `MP4 video 1.20 MB`. */
export function formatBytes({ bytes, size: byteCount = bytes.length }: BytesCell): string {
  const known = describeBytes(bytes, byteCount);
  if (known !== undefined) return known;
  const size = formatByteCount(byteCount);
  if (bytes.length === 0) return size;
  const head = Buffer.from(bytes.subarray(0, shownBytes)).toString("hex");
  return `${size} 0x${head}${byteCount > shownBytes ? "…" : ""}`;
}

/** `768 dims · norm 1.003 · ▃▅█▁▂▄▆▃`. */
function formatVector(cell: VectorCell): string {
  return `${formatVectorFacts(cell)} · ${formatVectorBars(cell)}`;
}

/** `768 dims · norm 1.003`. */
export function formatVectorFacts(cell: VectorCell): string {
  const norm = vectorNorm(cell);
  const dimension = `${formatCount(cell.dimension)} dims`;
  return norm === undefined ? dimension : `${dimension} · norm ${formatNorm(norm)}`;
}

/** With the zeros at its end: pictures of vectors stand below each other. */
function formatNorm(norm: number): string {
  const rounded = Number(norm.toPrecision(4));
  return Number.isInteger(rounded) ? String(rounded) : norm.toPrecision(4);
}

/** `▃▅█▁▂▄▆▃`. */
export function formatVectorBars(cell: VectorCell): string {
  const samples = sampleVector(cell.values, textBarCount);
  const [low, high] = [Math.min(...samples), Math.max(...samples)];
  return samples
    .map((value) => textBars[high > low ? Math.round(((value - low) / (high - low)) * 7) : 3])
    .join("");
}
