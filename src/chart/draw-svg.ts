/** The one import of vega: draws without a browser. */
import { DlfLanceError } from "../errors.ts";
import type { VegaSpec } from "./compile-spec.ts";

/** The drawing as SVG. @throws DlfLanceError InvalidInput for what cannot be drawn, as data from an address. */
export async function drawSvg(spec: VegaSpec): Promise<string> {
  const vega = await import("vega");
  const refuse = async () => {
    throw new Error("a chart's data are given to plot(), never fetched from an address");
  };
  const loader = { ...vega.loader(), load: refuse, sanitize: refuse, http: refuse, file: refuse };
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
    const reason = error instanceof Error ? error.message : String(error);
    throw new DlfLanceError("InvalidInput", `Cannot draw the chart: ${reason.slice(0, 500)}`);
  } finally {
    view.finalize();
  }
}
