/** Numbers as exact text: what is printed reads back as the same value. */

/** Float precision by bits of storage: bfloat16 has 8 bits of fraction, float16 11, float32 24, float64 53. */
export type FloatKind = "bfloat16" | "float16" | "float32" | "float64";

const mostDigits: Readonly<Record<FloatKind, number>> = { bfloat16: 4, float16: 5, float32: 9, float64: 17 };

/** The shortest decimal text that reads back as the same value of that kind: float32 0.1 is `0.1`. */
export function formatFloat(value: number, kind: FloatKind): string {
  if (Object.is(value, -0)) return "-0";
  if (kind === "float64" || !Number.isFinite(value)) return String(value);
  for (let digits = 1; digits < mostDigits[kind]; digits++) {
    const short = Number(value.toPrecision(digits));
    if (roundTo(kind, short) === value) return String(short);
  }
  return String(Number(value.toPrecision(mostDigits[kind])));
}

function roundTo(kind: Exclude<FloatKind, "float64">, value: number): number {
  if (kind === "float32") return Math.fround(value);
  const [fractionBits, smallestExponent] = kind === "float16" ? [10, -14] : [7, -126];
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), smallestExponent);
  const step = 2 ** (exponent - fractionBits);
  const steps = value / step;
  const low = Math.floor(steps);
  const distance = steps - low;
  const isUp = distance > 0.5 || (distance === 0.5 && low % 2 !== 0);
  return (isUp ? low + 1 : low) * step;
}

/** The number held by the bits of an IEEE 754 half. */
export function float16FromBits(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}

/** The number held by the bits of a bfloat16, which is the upper half of a float32. */
export function bfloat16FromBits(bits: number): number {
  return new Float32Array(Uint32Array.of(bits << 16).buffer)[0] ?? Number.NaN;
}

/** The whole number in little-endian 32-bit words, in two's complement. */
export function integerFromWords(words: ArrayLike<number>): bigint {
  let unsigned = 0n;
  for (let index = words.length - 1; index >= 0; index--) {
    unsigned = (unsigned << 32n) | BigInt((words[index] ?? 0) >>> 0);
  }
  return BigInt.asIntN(32 * words.length, unsigned);
}

/** A decimal from its words (see {@link integerFromWords}) and scale. */
export function formatDecimal(words: ArrayLike<number>, scale: number): string {
  return formatUnscaled(integerFromWords(words), scale);
}

/** All digits of a decimal are kept. A negative scale means trailing zeros. */
export function formatUnscaled(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? "-" : "";
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString();
  if (scale <= 0) return unscaled === 0n ? "0" : sign + digits + "0".repeat(-scale);
  const padded = digits.padStart(scale + 1, "0");
  return `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`;
}

/** A whole number with thousands separators: `1,234,567`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** "1 row", "2 rows". */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** A number of bytes in decimal units with three digits: `66 B`, `1.23 kB`, `40.0 MB`. */
export function formatByteCount(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ["kB", "MB", "GB", "TB", "PB", "EB"];
  let value = bytes;
  let unit = "B";
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value.toFixed(value < 9.995 ? 2 : value < 99.95 ? 1 : 0)} ${unit}`;
}
