/** One form for all floats of a column, so that their points stand below each other. */

/** Digits that tell; the whole part of a number is never rounded. */
const significantDigits = 6;
/** What is typical of a column's smaller numbers shows so many of them, also next to a far larger one. */
const typicalDigits = 3;
/** A number below ten to the power of this keeps a digit of its fraction. */
const smallExponent = 3;
/** Of all digits, and of those after the point: a column that needs more is scientific. */
const mostDigits = 12;
const mostDecimals = 6;
/** A column whose largest number is smaller, by its exponent of ten, begins with nothing but zeros. */
const leastExponent = -4;
/** Above it digits are powers of two, not measurements. */
const greatestPlain = 1e15;
/** Numbers that differ beyond so many digits, by errors of arithmetic mostly, may look the same. */
const tellingDigits = 13;
/** The part of a column's numbers that may look like others: one of them says little, and its cell has a title. */
const alikeShare = 1 / 20;

export type FloatFormat = (value: number) => string;

/**
 * With as many digits after the point as the numbers need: six significant ones of the largest, and more where numbers
 * would lose what distinguishes them: small ones next to large ones, and all in a narrow range far from zero. Scientific
 * where that takes too many digits. What is not finite keeps its name.
 */
export function chooseFloatFormat(values: readonly number[]): FloatFormat {
  const sizes = values.filter((value) => Number.isFinite(value) && value !== 0).map(Math.abs);
  if (sizes.length === 0) return (value) => (Object.is(value, -0) ? "-0" : String(value));
  sizes.sort((a, b) => a - b);
  // The numbers themselves: rounded ones may be rounded once more, and the other way.
  const different = [...new Map(sizes.map((size) => [size.toPrecision(tellingDigits), size])).values()];
  const greatest = sizes.at(-1) as number;
  const largest = exponentOf(greatest);
  const room = Math.max(0, significantDigits - 1 - largest);
  const needed = Math.max(...sizes.map((size) => decimalsOf(size)));
  const typical = sizes[Math.floor((sizes.length - 1) / 4)] as number;
  const usual = Math.max(
    Math.min(room, needed),
    decimalsOf(typical, typicalDigits),
    ...sizes.map(leastDecimalsOf),
  );
  const digits = usual + Math.max(1, largest + 1);
  const isShort = usual <= room || (usual <= mostDecimals && digits <= mostDigits);
  if (largest < leastExponent || greatest >= greatestPlain || !isShort) return scientific(sizes, different);
  const mostUseful = Math.max(usual, tellingDigits - 1 - largest);
  const decimals = fewestTelling(usual, mostUseful, different, (value, count) => value.toFixed(count));
  return (value) => (Number.isFinite(value) ? fixed(value, decimals) : String(value));
}

/** The fewest digits, of at least so many, with which most numbers have different texts. */
function fewestTelling(
  least: number,
  most: number,
  different: readonly number[],
  format: (value: number, count: number) => string,
): number {
  const mostAlike = Math.ceil(different.length * alikeShare) - 1;
  for (let count = least; count < most; count++) {
    const texts = new Set(different.map((value) => format(value, count)));
    if (different.length - texts.size <= mostAlike) return count;
  }
  return Math.max(least, most);
}

function scientific(sizes: readonly number[], different: readonly number[]): FloatFormat {
  const usual = Math.max(...sizes.map((size) => mantissaOf(size).replace(".", "").length));
  const digits = fewestTelling(usual, tellingDigits, different, (value, count) =>
    value.toExponential(count - 1),
  );
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
