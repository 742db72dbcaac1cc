/** Ranges of numbers whose ends are round: 1, 2 or 5 times a power of ten. */

/** A width, held so that values are multiplied or divided by whole numbers only: 0.3 · 10 is 3, 0.3 / 0.1 is not. */
export interface BinWidth {
  readonly operator: "multiply" | "divide";
  readonly factor: number;
}

/** Below it the factors would be infinite. */
const leastExponent = -300;

/** The narrowest round width with which at most `most` ranges hold everything from `min` to `max`. */
export function chooseBinWidth(min: number, max: number, most: number, isWhole: boolean): BinWidth {
  const span = max - min;
  if (!(span > 0))
    return isWhole || min === 0 ? { operator: "divide", factor: 1 } : widthOf(Math.abs(min) / 100);
  // Ends that are not multiples of the width need one more range.
  let width = widthOf(Number.isFinite(span) ? span / most : max / most - min / most);
  while (binOf(width, max) - binOf(width, min) + 1 > most && most > 1) width = widthOf(stepOf(width) * 1.01);
  return isWhole && width.operator === "multiply" ? { operator: "divide", factor: 1 } : width;
}

/** Which range a value is in, counted from zero. */
export function binOf({ operator, factor }: BinWidth, value: number): number {
  return Math.floor(operator === "multiply" ? value * factor : value / factor);
}

/** Where a range begins. */
export function binStart({ operator, factor }: BinWidth, bin: number): number {
  return operator === "multiply" ? bin / factor : bin * factor;
}

export function stepOf(width: BinWidth): number {
  return binStart(width, 1);
}

/** The narrowest round width that is not below `lowest`. */
function widthOf(lowest: number): BinWidth {
  let exponent = Math.max(leastExponent, Math.floor(Math.log10(lowest)));
  // Rounded logarithms and powers may be one off.
  while (exponent > leastExponent && Number(`1e${exponent}`) > lowest) exponent -= 1;
  const digit = [1, 2, 5].find((candidate) => Number(`${candidate}e${exponent}`) >= lowest);
  const [round, power] = digit === undefined ? [1, exponent + 1] : [digit, exponent];
  if (power >= 0) return { operator: "divide", factor: Number(`${round}e${power}`) };
  return { operator: "multiply", factor: Number(`${10 / round}e${-power - 1}`) };
}
