/** A vector as a small line picture. It is an image, because sanitisers remove inline SVG. */

const width = 96;
const height = 18;
const pointCount = 48;

/**
 * At most `count` values that keep the vector's shape: of each stretch the value furthest from zero. Values that are
 * no finite numbers count as zero.
 */
export function sampleVector(values: Float64Array, count: number): number[] {
  const samples: number[] = [];
  for (let sample = 0; sample < Math.min(count, values.length); sample++) {
    const begin = Math.floor((sample * values.length) / Math.min(count, values.length));
    const end = Math.floor(((sample + 1) * values.length) / Math.min(count, values.length));
    let furthest = 0;
    for (const value of values.subarray(begin, end)) {
      if (Number.isFinite(value) && Math.abs(value) > Math.abs(furthest)) furthest = value;
    }
    samples.push(furthest);
  }
  return samples;
}

/** A data URI of an SVG picture, in a blue that is seen on light and dark ground; under 1 kB. */
export function sparklineUri(values: Float64Array): string {
  const samples = sampleVector(values, pointCount);
  const low = Math.min(0, ...samples);
  const high = Math.max(0, ...samples);
  const vertical = (value: number) =>
    high > low ? (1 + ((high - value) / (high - low)) * (height - 2)).toFixed(1) : String(height / 2);
  const step = width / Math.max(1, samples.length - 1);
  const points = samples.map((value, index) => `${(index * step).toFixed(0)} ${vertical(value)}`);
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" fill="none">` +
    `<path d="M0 ${vertical(0)}H${width}" stroke="#8884"/>` +
    `<path d="M${points.join("L")}" stroke="#5b8def" stroke-linejoin="round"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
