/** A small bar chart inside a cell: an image, because sanitisers remove inline SVG, and block characters in text. */

const width = 96;
const height = 18;
const blocks = "▁▂▃▄▅▆▇█";

/** A bar for each count, from a lowest block for few to a space for none. */
export function histogramText(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  return counts
    .map((count) => (count === 0 ? " " : (blocks[Math.ceil((count / most) * 8) - 1] ?? "▁")))
    .join("");
}

/** A data URI of an SVG picture, in a blue that is seen on light and dark ground. */
export function histogramUri(counts: readonly number[]): string {
  const most = Math.max(...counts, 1);
  const step = width / Math.max(1, counts.length);
  const bars = counts.flatMap((count, index) => {
    if (count === 0) return [];
    const tall = Math.max(1, Math.round((count / most) * (height - 2)));
    return [`M${(index * step).toFixed(1)} ${height - 1}v-${tall}h${(step - 1).toFixed(1)}v${tall}z`];
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">` +
    `<path d="M0 ${height - 0.5}H${width}" stroke="#8884"/><path d="${bars.join("")}" fill="#5b8def"/></svg>`;
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}
