/** A Vega-Lite specification with its data is drawn where it is shown. */
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { publishObjectDrawer } from "../display/object-drawer.ts";
import { isWholeSpec } from "./spec-fields.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

publishObjectDrawer((value) => (isWholeSpec(value) ? draw(value) : undefined));

async function draw(spec: ChartSpec): Promise<MimeBundle> {
  const { createWholeSpecChart } = await import("./whole-spec.ts");
  const chart = await createWholeSpecChart(spec);
  return chart[displaySymbol]();
}
