/** One form for all floats of a column, so that their points stand below each other. */

/** Digits that tell; the whole part of a number is never rounded. */
const significantDigits = 6;
/** A number shown with fewer significant digits has vanished. */
const leastDigits = 1;
/** A column whose largest number is smaller, by its exponent of ten, begins with nothing but zeros. */
const leastExponent = -4;
/** Above it digits are powers of two, not measurements. */
const greatestPlain = 1e15;

export type FloatFormat = (value: number) => string;

/**
 * With as many digits after the point as the numbers need, at most six significant ones of the largest; scientific
 * where the smallest would vanish then, or the largest has too many digits. What is not finite keeps its name.
 */
export function chooseFloatFormat(values: readonly number[]): FloatFormat {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (sizes.length === 0) return String;
  const largest = exponentOf(Math.max(...sizes));
  const room = Math.max(0, significantDigits - 1 - largest);
  const needed = Math.max(...sizes.map(decimalsOf));
  const decimals = Math.min(room, needed);
  const isReadable = (size: number): boolean => {
    const shown = exponentOf(size) + 1 + decimals;
    return shown >= leastDigits || decimalsOf(size) <= decimals;
  };
  const isPlain = largest >= leastExponent && Math.max(...sizes) < greatestPlain;
  if (!isPlain || !sizes.every(isReadable)) return scientific(sizes);
  return (value) => (Number.isFinite(value) ? fixed(value, decimals) : String(value));
}

function scientific(sizes: readonly number[]): FloatFormat {
  const digits = Math.max(...sizes.map((size) => mantissaOf(size).replace(".", "").length));
  return (value) => {
    if (!Number.isFinite(value)) return String(value);
    if (value === 0) return Object.is(value, -0) ? "-0" : "0";
    return value.toExponential(digits - 1);
  };
}

function fixed(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  return Object.is(value, -0) ? `-${text}` : text;
}

/** The exponent of ten, after rounding to the digits that tell: 999999.9 is a million. */
function exponentOf(size: number): number {
  return Number(size.toExponential(significantDigits - 1).split("e")[1]);
}

/** Without the zeros at its end. */
function mantissaOf(size: number): string {
  const [mantissa = ""] = size.toExponential(significantDigits - 1).split("e");
  return mantissa.replace(/\.?0+$/, "");
}

/** Digits after the point that a number has, of those that tell. */
function decimalsOf(size: number): number {
  return Math.max(0, mantissaOf(size).replace(".", "").length - 1 - exponentOf(size));
}
