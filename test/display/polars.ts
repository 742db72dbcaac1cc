/** As much of nodejs-polars as the tests use. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { installApart } from "./install-apart.ts";

export interface Polars {
  readonly DataFrame: (columns: Readonly<Record<string, readonly unknown[]>>) => PolarsFrame;
  readonly col: (name: string) => PolarsColumn;
  readonly Datetime: (unit: string, zone: string) => unknown;
  readonly Decimal: (precision: number, scale: number) => unknown;
  readonly Categorical: unknown;
}

interface PolarsColumn {
  cast(type: unknown): PolarsColumn;
  alias(name: string): PolarsColumn;
}

interface PolarsFrame {
  withColumns(...columns: readonly PolarsColumn[]): PolarsFrame;
}

export async function loadPolars(): Promise<Polars> {
  const folder = await installApart("nodejs-polars@0.26.1");
  return createRequire(join(folder, "index.js"))("nodejs-polars") as Polars;
}
