/** A chart that shows itself: drawn by the reader's own Vega-Lite, else as a picture, else in words. */
import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../display/mime.ts";
import { redactText } from "../redaction/redact-text.ts";
import { compileSpec, type VegaSpec } from "./compile-spec.ts";
import { redactSpec } from "./redact-spec.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

export interface ChartParts {
  readonly spec: ChartSpec;
  readonly note: string | undefined;
  readonly description: string;
}

/** A chart. Made by `frame.plot()` and `plot()`. */
export class Chart {
  /** The Vega-Lite specification with its data, at most 5,000 points. */
  readonly spec: ChartSpec;
  /** What was aggregated, sampled or left out; undefined when every row is drawn as it is. */
  readonly note: string | undefined;
  /** The chart in words: what it shows, its axes and their ranges. */
  readonly description: string;
  readonly #vega: VegaSpec;

  /** @internal */
  constructor(parts: ChartParts, vega: VegaSpec) {
    this.spec = parts.spec;
    this.note = parts.note;
    this.description = parts.description;
    this.#vega = vega;
  }

  /**
   * @internal A chart whose specification was checked, without any known secret.
   * @throws DlfLanceError InvalidInput in the words of vega-lite.
   */
  static async create({ spec, note, description: text }: ChartParts): Promise<Chart> {
    const parts = {
      spec: redactSpec(spec),
      note: note === undefined ? undefined : redactText(note),
      description: redactText(text),
    };
    const { vega, warnings } = await compileSpec(parts.spec);
    if (warnings.length === 0) return new Chart(parts, vega);
    const description = [parts.description, ...new Set(warnings.map((warning) => `note: ${warning}`))];
    return new Chart({ ...parts, description: description.join("\n") }, vega);
  }

  /** The chart as SVG. @throws DlfLanceError InvalidInput for a specification that cannot be drawn. */
  async svg(): Promise<string> {
    const { drawSvg } = await import("./draw-svg.ts");
    return drawSvg(this.#vega);
  }

  /**
   * The chart as a PNG file with a transparent background; undefined where `@resvg/resvg-js` is not installed.
   * @throws as {@link svg}.
   */
  async png(): Promise<Uint8Array | undefined> {
    const { drawPng } = await import("./draw-png.ts");
    return drawPng(await this.svg());
  }

  /** Without HTML, which JupyterLab would show in place of the chart. */
  async [displaySymbol](): Promise<MimeBundle> {
    const png = await this.png();
    return {
      "application/vnd.vegalite.v5+json": this.spec,
      ...(png === undefined ? {} : { "image/png": Buffer.from(png).toString("base64") }),
      "text/plain": this.description,
    };
  }

  [inspect.custom](): string {
    return this.description;
  }
}
