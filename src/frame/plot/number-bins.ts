/** Ranges of numbers whose ends are round: 1, 2 or 5 times a power of ten. */

/** A width, held so that values are multiplied or divided by whole numbers only: 0.3 · 10 is 3, 0.3 / 0.1 is not. */
export interface BinWidth {
  readonly operator: "multiply" | "divide";
  readonly factor: number;
  /** Added to the result, so that what is rounded down stays in the range it begins: 0.29 · 100 is below 29. */
  readonly slack: number;
  /** The last range, where it also holds the number at its end, as the last bin of NumPy does. */
  readonly last?: number;
}

/** Below it the factors would be infinite. */
const leastExponent = -300;
/** Of a range: too little to be seen. */
const greatestSlack = 2 ** -10;

/** How exactly numbers are stored. */
export interface Precision {
  readonly isWhole: boolean;
  /** How far they may be from the number that somebody wrote, as a part of it; 0 where they are exact. */
  readonly rounding: number;
}

/** The narrowest round width with which at most `most` ranges hold everything from `min` to `max`. */
export function chooseBinWidth(min: number, max: number, most: number, precision: Precision): BinWidth {
  const { isWhole, rounding } = precision;
  const error = Math.max(Math.abs(min), Math.abs(max)) * rounding;
  const span = max - min;
  if (!(span > 0)) return widthOf(isWhole || min === 0 ? 1 : Math.abs(min) / 100, error);
  const narrowest = Number.isFinite(span) ? span / most : max / most - min / most;
  // A quotient that is rounded up would skip the width that fits.
  for (let lowest = narrowest * (1 - 2 ** -40); ; ) {
    const width = widthOf(isWhole ? Math.max(1, lowest) : lowest, error);
    const [first, last] = [binOf(width, min), binOf(width, max)];
    if (last - first < most) return width;
    // Ranges of one whole number have no end that is in the next one.
    const isAtEnd = max - binStart(width, last) <= error && !(isWhole && stepOf(width) === 1);
    if (last - first === most && isAtEnd) return { ...width, last: last - 1 };
    // Ends that are not multiples of the width need one more range.
    if (most === 1) return width;
    lowest = stepOf(width) * 1.01;
  }
}

/** The widest power of ten of which a width, and every round width above it, is a multiple. */
export function finestOf({ operator, factor, slack }: BinWidth): BinWidth {
  const digit = Number(factor.toExponential()[0]);
  if (operator === "divide") return { operator, factor: factor / digit, slack: boundSlack(slack * digit) };
  const parts = digit === 1 ? 1 : 10 / digit;
  return { operator, factor: factor * parts, slack: boundSlack(slack * parts) };
}

/** Which range a value is in, counted from zero. */
export function binOf({ operator, factor, slack, last }: BinWidth, value: number): number {
  const bin = Math.floor((operator === "multiply" ? value * factor : value / factor) + slack);
  return last === undefined ? bin : Math.min(last, bin);
}

/** Where a range begins. */
export function binStart({ operator, factor }: BinWidth, bin: number): number {
  return operator === "multiply" ? bin / factor : bin * factor;
}

export function stepOf(width: BinWidth): number {
  return binStart(width, 1);
}

/** The narrowest round width that is not below `lowest`. @param error of the values. */
function widthOf(lowest: number, error: number): BinWidth {
  let exponent = Math.max(leastExponent, Math.floor(Math.log10(lowest)));
  // Rounded logarithms and powers may be one off.
  while (exponent > leastExponent && Number(`1e${exponent}`) > lowest) exponent -= 1;
  const digit = [1, 2, 5].find((candidate) => Number(`${candidate}e${exponent}`) >= lowest);
  const [round, power] = digit === undefined ? [1, exponent + 1] : [digit, exponent];
  const isDivided = power >= 0;
  const factor = Number(isDivided ? `${round}e${power}` : `${10 / round}e${-power - 1}`);
  const slack = boundSlack(isDivided ? error / factor : error * factor);
  return { operator: isDivided ? "divide" : "multiply", factor, slack };
}

function boundSlack(slack: number): number {
  return Math.min(greatestSlack, slack);
}
