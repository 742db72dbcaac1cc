/** The one import of vega: draws without a browser. */
import { DlfLanceError, messageOf } from "../errors.ts";
import type { VegaSpec } from "./compile-spec.ts";

/** The chart as SVG. @throws DlfLanceError InvalidInput for what cannot be drawn, as data from an address. */
export async function drawSvg(spec: VegaSpec): Promise<string> {
  const vega = await import("vega");
  measureTexts((vega as unknown as { readonly textMetrics: TextMetrics }).textMetrics);
  const refuse = async () => {
    throw new Error("a chart's data are given to plot(), never fetched from an address");
  };
  // A refused link would be an error that nobody can catch: one that is none leads nowhere.
  const sanitize = async (address: string, { context }: { readonly context?: string } = {}) =>
    context === "href" ? { href: /^(?:https?|mailto):/i.test(address) ? address : "" } : refuse();
  const loader = { ...vega.loader(), load: refuse, sanitize, http: refuse, file: refuse };
  let problem: unknown;
  const note = (...parts: readonly unknown[]) => {
    problem ??= parts.find((part) => part instanceof Error) ?? parts.map(String).join(" ");
    return logger;
  };
  const quiet = vega.logger(vega.None);
  // What is not fetched is only a warning to Vega.
  const warn = (...parts: readonly unknown[]) => (parts[0] === "Loading failed" ? note(...parts) : logger);
  const logger = { ...quiet, error: note, warn };
  const view = new vega.View(vega.parse(spec as never), {
    renderer: "none",
    loader: loader as never,
    logger: logger as never,
  });
  try {
    const svg = await view.toSVG();
    if (problem !== undefined) throw problem;
    return svg;
  } catch (error) {
    const reason = messageOf(error);
    throw new DlfLanceError("InvalidInput", `Cannot draw the chart: ${reason.slice(0, 500)}`);
  } finally {
    view.finalize();
  }
}

interface TextItem {
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
  /** Of the width, beyond which the text is cut. */
  readonly limit?: number;
}

interface TextMetrics {
  width: (item: TextItem, text: unknown) => number;
}

/** Without a browser Vega takes all letters for wide ones: it would cut names early, and leave room at the right of a note. */
function measureTexts(metrics: TextMetrics): void {
  metrics.width = ({ fontSize = 11, fontWeight, limit = 0 }, text) => {
    const isBold = fontWeight === "bold" || Number(fontWeight) >= 600;
    const width = Math.ceil(measureText(String(text ?? "")) * fontSize * (isBold ? 1.1 : 1));
    return limit > 0 ? Math.min(limit, width) : width;
  };
}

/** In sizes of DejaVu Sans, in which pictures are drawn: no usual font is wider. */
function measureText(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

function widthOf(character: string): number {
  if (/[ijlI.,:;'|! ]/.test(character)) return 0.33;
  if (/[frt()[\]{}/-]/.test(character)) return 0.4;
  if (/[mwMW@%]/.test(character)) return 0.98;
  if (/[A-Z]/.test(character)) return 0.72;
  return character < "\u2e80" ? 0.64 : 1.05;
}
