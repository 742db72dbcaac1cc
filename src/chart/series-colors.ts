/** One color for each value in all charts of this process, as far as seven colors go. */
import { nullColor, restColor, seriesColors } from "./chart-theme.ts";
import { nullLabel } from "./labels.ts";

const preferred = new Map<string, string>();
/** Of the values remembered; the colors of others are theirs in one chart only. */
const mostRemembered = 10_000;

/** The colors of a chart's series; undefined stands for the rest, which is always light grey, as null is dark grey. */
export function chooseColors(names: readonly (string | undefined)[]): readonly string[] {
  const taken = new Set<string>();
  const chosen = new Map<string, string>();
  const isNamed = (name: string | undefined): name is string => name !== undefined && name !== nullLabel;
  const named = names.filter(isNamed);
  for (const name of named) {
    const color = preferred.get(name);
    if (color === undefined || taken.has(color)) continue;
    taken.add(color);
    chosen.set(name, color);
  }
  for (const [index, name] of named.entries()) {
    if (chosen.has(name)) continue;
    const free = seriesColors.find((color) => !taken.has(color));
    const color = free ?? seriesColors[index % seriesColors.length] ?? restColor;
    taken.add(color);
    chosen.set(name, color);
    if (!preferred.has(name) && preferred.size < mostRemembered) preferred.set(name, color);
  }
  return names.map((name) => {
    if (name === nullLabel) return nullColor;
    return (name === undefined ? undefined : chosen.get(name)) ?? restColor;
  });
}
