/** One form for all floats of a column, so that their points stand below each other. */

/** Digits that tell; the whole part of a number is never rounded. */
const significantDigits = 6;
/** What is typical of a column's smaller numbers shows so many of them, also next to a far larger one. */
const typicalDigits = 3;
/** A number below ten to the power of this keeps a digit of its fraction. */
const smallExponent = 3;
/** Of all digits, and of those after the point: a column that needs more is scientific. */
const mostDigits = 10;
const mostDecimals = 6;
/** A column whose largest number is smaller, by its exponent of ten, begins with nothing but zeros. */
const leastExponent = -4;
/** Above it digits are powers of two, not measurements. */
const greatestPlain = 1e15;

export type FloatFormat = (value: number) => string;

/**
 * With as many digits after the point as the numbers need: six significant ones of the largest, and more where smaller
 * numbers would lose what distinguishes them. Scientific where that takes too many digits. What is not finite keeps its name.
 */
export function chooseFloatFormat(values: readonly number[]): FloatFormat {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (sizes.length === 0) return (value) => (Object.is(value, -0) ? "-0" : String(value));
  sizes.sort((a, b) => a - b);
  const greatest = sizes.at(-1) as number;
  const largest = exponentOf(greatest);
  const room = Math.max(0, significantDigits - 1 - largest);
  const needed = Math.max(...sizes.map((size) => decimalsOf(size)));
  const typical = sizes[Math.floor((sizes.length - 1) / 4)] as number;
  const decimals = Math.max(
    Math.min(room, needed),
    decimalsOf(typical, typicalDigits),
    ...sizes.map(leastDecimalsOf),
  );
  const digits = decimals + Math.max(1, largest + 1);
  const isShort = decimals <= room || (decimals <= mostDecimals && digits <= mostDigits);
  if (largest < leastExponent || greatest >= greatestPlain || !isShort) return scientific(sizes);
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
function exponentOf(size: number, digits = significantDigits): number {
  return Number(size.toExponential(digits - 1).split("e")[1]);
}

/** Without the zeros at its end. */
function mantissaOf(size: number, digits = significantDigits): string {
  const [mantissa = ""] = size.toExponential(digits - 1).split("e");
  return mantissa.replace(/\.?0+$/, "");
}

/** Digits after the point that a number has, of those that tell. */
function decimalsOf(size: number, digits = significantDigits): number {
  return Math.max(0, mantissaOf(size, digits).replace(".", "").length - 1 - exponentOf(size, digits));
}

/** Digits after the point without which a number would vanish, or pass for a whole one. */
function leastDecimalsOf(size: number): number {
  const exponent = exponentOf(size);
  return exponent < smallExponent ? Math.min(decimalsOf(size), Math.max(1, -exponent)) : 0;
}
