/** The one import of vega-lite: checks a specification by compiling it. */
import { DlfLanceError, messageOf } from "../errors.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

/** What Vega draws. */
export type VegaSpec = Readonly<Record<string, unknown>>;

export interface CompiledChart {
  readonly vega: VegaSpec;
  /** What the compiler found odd, though it can be drawn. */
  readonly warnings: readonly string[];
}

/** @throws DlfLanceError InvalidInput in the compiler's own words. */
export async function compileSpec(spec: ChartSpec): Promise<CompiledChart> {
  const { compile } = await import("vega-lite");
  const warnings: string[] = [];
  const collect = (...parts: readonly unknown[]) => {
    warnings.push(parts.map(String).join(" "));
    return logger;
  };
  const keepQuiet = () => logger;
  // Its own logger prints on the console.
  const logger = {
    level: () => logger,
    error: collect,
    warn: collect,
    info: keepQuiet,
    debug: keepQuiet,
  };
  try {
    const { spec: vega } = compile(structuredClone(spec) as never, { logger: logger as never });
    return { vega: vega as unknown as VegaSpec, warnings };
  } catch (error) {
    const reason = messageOf(error);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot draw the chart: vega-lite does not take its specification: ${reason.slice(0, 500)}`,
    );
  }
}

/** Begins to load the compiler, which takes a moment, while something else is waited for. */
export function preloadCompiler(): void {
  import("vega-lite").catch(() => undefined);
}
