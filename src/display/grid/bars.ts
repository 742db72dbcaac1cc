/** In-cell bars: how long one is compared with the others of its column. */
import type { Cell } from "../cell/cell.ts";

export interface BarScale {
  /** The number furthest from zero, as its cell says it; its bar is the longest. */
  readonly largest: string;
  readonly magnitude: number;
}

export interface Bar {
  /** From 0 to 1. */
  readonly length: number;
  readonly isNegative: boolean;
}

const textBarWidth = 8;
const eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** The scale of a column's shown cells; undefined when all numbers are zero. */
export function barScale(cells: readonly Cell[]): BarScale | undefined {
  let scale: BarScale = { largest: "0", magnitude: 0 };
  for (const cell of cells) {
    const magnitude = Math.abs(numberOf(cell) ?? 0);
    if (cell.kind === "scalar" && magnitude > scale.magnitude) scale = { largest: cell.text, magnitude };
  }
  return scale.magnitude === 0 ? undefined : scale;
}

export function barOf(cell: Cell, scale: BarScale): Bar | undefined {
  const value = numberOf(cell);
  if (value === undefined) return undefined;
  return { length: Math.abs(value) / scale.magnitude, isNegative: value < 0 };
}

function numberOf(cell: Cell): number | undefined {
  if (cell.kind !== "scalar" || cell.align !== "right") return undefined;
  const value = cell.float ?? Number(cell.text);
  return Number.isFinite(value) ? value : undefined;
}

/** Blue, or orange for negative numbers: distinguished also by those who see few colors. */
export function barStyle({ length, isNegative }: Bar): string {
  const color = isNegative ? "rgba(230,145,56,0.4)" : "rgba(91,141,239,0.35)";
  const end = `${(100 * length).toFixed(1)}%`;
  return `background:linear-gradient(90deg,${color} ${end},rgba(0,0,0,0) ${end})`;
}

/** Eight columns of text. */
export function barText(bar: Bar | undefined): string {
  const parts = Math.round((bar?.length ?? 0) * textBarWidth * 8);
  return ("█".repeat(parts >> 3) + (eighths[parts % 8] ?? "")).padEnd(textBarWidth);
}
