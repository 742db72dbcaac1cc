/** The way back from the text that runs to the cell as it was written. */

/** Text that was put into a line, which moves what follows it there. Both count from 1. */
export interface Widening {
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Where a place of the widened text is in what was written. */
export function placeOf(
  widening: Widening | undefined,
  { line, column }: { readonly line: number; readonly column: number },
): { line: number; column: number } {
  if (widening === undefined || line !== widening.line || column <= widening.column) return { line, column };
  return { line, column: Math.max(widening.column, column - widening.length) };
}

/** A place of the bound code before an await: line and column, both from 0, in one number. */
export const columnsInPlace = 0x1_0000;

/** Where an offset in UTF-16 units is in a text. Both count from 1. */
export function placeAt(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  return { line: before.split("\n").length, column: offset - before.lastIndexOf("\n") };
}
