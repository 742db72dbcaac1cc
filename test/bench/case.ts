import { readFileSync } from "node:fs";
import { join } from "node:path";

/** One thing timed with this package and with its peer. The second side is the peer, the base of the ratio. */
export interface BenchCase {
  readonly name: string;
  /** What is measured; milliseconds unless it says otherwise. */
  readonly unit?: "ms" | "MB";
  prepare(): Promise<{ readonly sides: readonly BenchSide[]; close(): Promise<void> }>;
}

export interface BenchSide {
  readonly name: string;
  /** Answers what it has measured itself; nothing when its own time is the measure. */
  run(): Promise<number | undefined> | Promise<void>;
}

/** What the runs came to, side by side. */
export interface Measured {
  readonly name: string;
  readonly unit: "ms" | "MB";
  /** The machine's load per core when the case began. */
  readonly load: number;
  readonly sides: readonly {
    readonly name: string;
    readonly median: number;
    readonly lowest: number;
    readonly highest: number;
    readonly runs: number;
  }[];
}

/** One run of the benchmark. */
export interface BenchReport {
  /** ISO 8601. */
  readonly date: string;
  readonly machine: string;
  readonly cases: readonly Measured[];
}

/** What Jupyter starts our kernel with. */
export const kernelEnvironment: NodeJS.ProcessEnv = {
  ...process.env,
  ...JSON.parse(readFileSync(join(import.meta.dirname, "../../kernel.json"), "utf8")).env,
};
