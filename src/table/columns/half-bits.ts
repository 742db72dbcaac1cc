const view = new DataView(new ArrayBuffer(8));

/** Higher ones are nearer to infinity than to the highest half. */
const beyondHalf = 65_520;
const smallestNormal = 2 ** -14;

/** A number as the 16 bits of the half nearest to it, of two the even one. The function of apache-arrow overflows. */
export function toHalfBits(value: number): number {
  if (Number.isNaN(value)) return 0x7e00;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  if (magnitude >= beyondHalf) return sign | 0x7c00;
  if (magnitude < smallestNormal) return sign | roundToEven(magnitude * 2 ** 24);
  view.setFloat64(0, magnitude);
  const exponent = (view.getUint16(0) >> 4) - 1023;
  // A mantissa rounded up to 2 carries over into the exponent.
  return sign | (((exponent + 14) << 10) + roundToEven(magnitude * 2 ** (10 - exponent)));
}

function roundToEven(value: number): number {
  const whole = Math.floor(value);
  const rest = value - whole;
  return rest > 0.5 || (rest === 0.5 && whole % 2 === 1) ? whole + 1 : whole;
}
