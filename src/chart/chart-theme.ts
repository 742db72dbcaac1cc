/** Colors and lines that are seen on light and on dark ground: one picture serves both. */

/** Grey text has a contrast of about 4 on white and 5 on black. */
export const textColor = "#7f7f7f";
const line = "rgba(128,128,128,0.55)";
const grid = "rgba(128,128,128,0.22)";

/**
 * Colors of Okabe and Ito, distinguished by people who see colors differently, without their black and yellow,
 * which one of the two grounds hides.
 * @see https://jfly.uni-koeln.de/color/
 */
export const seriesColors = [
  "#0072b2",
  "#e69f00",
  "#009e73",
  "#cc79a7",
  "#56b4e9",
  "#d55e00",
  "#9a7fd1",
] as const;
/** What stands for all values without a separate color. */
export const restColor = "#a6a6a6";
/** Of null: a darker grey, which differs from the other one on both grounds. */
export const nullColor = "#636363";

/** Of a curve over marks of {@link singleColor}. */
export const trendColor = "#d55e00";
/** Of marks that have no value to be colored by. */
export const singleColor = "#4a90c2";

/** Without the ends that one of the two grounds hides. */
const ramp = { scheme: "viridis", extent: [0.35, 0.95] } as const;

/** The same colors, for ranges that have one each. */
export const rampColors = [
  "#2f6c8e",
  "#25858e",
  "#1f9c8a",
  "#2fb37c",
  "#5dc963",
  "#9ad93d",
  "#dee41b",
] as const;

/** The `config` of every chart. */
export const chartConfig = {
  background: "transparent",
  font: "sans-serif",
  view: { stroke: null, continuousWidth: 480, continuousHeight: 300 },
  axis: {
    labelColor: textColor,
    titleColor: textColor,
    domainColor: line,
    tickColor: line,
    gridColor: grid,
    labelFontSize: 11,
    titleFontSize: 12,
    titlePadding: 8,
    labelLimit: 140,
  },
  // Else "1,800" and "2,000" touch.
  axisXQuantitative: { labelOverlap: "parity", labelSeparation: 8 },
  legend: {
    labelColor: textColor,
    titleColor: textColor,
    labelFontSize: 11,
    titleFontSize: 12,
    labelLimit: 220,
  },
  title: { color: textColor, subtitleColor: textColor, anchor: "start", fontSize: 14 },
  header: { labelColor: textColor, titleColor: textColor },
  text: { color: textColor },
  range: { category: seriesColors, heatmap: ramp, ramp },
  mark: { color: singleColor },
} as const;
