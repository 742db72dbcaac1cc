/**
 * A sum divided by a count, as the double nearest to the exact quotient; of two equally near the one that is even.
 * @param unscaled the sum in units of 10 to the power of minus `scale`
 */
export function exactMean(unscaled: bigint, scale: number, count: bigint): number {
  const divisor = 10n ** BigInt(scale) * count;
  const isSmall = unscaled <= greatestExact && unscaled >= -greatestExact && divisor <= greatestExact;
  // One division of two doubles is rounded once.
  if (isSmall) return Number(unscaled) / Number(divisor);
  const magnitude = unscaled < 0n ? -unscaled : unscaled;
  // A quotient of 55 bits or more, whose last one says whether anything was left: rounding it once is right.
  const shift = BigInt(Math.max(0, 55 + bitsOf(divisor) - bitsOf(magnitude)));
  const shifted = magnitude << shift;
  const quotient = (shifted / divisor) | (shifted % divisor === 0n ? 0n : 1n);
  const mean = Number(quotient) / 2 ** Number(shift);
  return unscaled < 0n ? -mean : mean;
}

const greatestExact = 2n ** 53n;

function bitsOf(value: bigint): number {
  return value.toString(2).length;
}
