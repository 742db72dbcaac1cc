/** One thing timed with this package and with its peer. The second side is the peer, the base of the ratio. */
export interface BenchCase {
  readonly name: string;
  prepare(): Promise<{ readonly sides: readonly BenchSide[]; close(): Promise<void> }>;
}

export interface BenchSide {
  readonly name: string;
  run(): Promise<void>;
}

/** Milliseconds per run, side by side. */
export interface Measured {
  readonly name: string;
  readonly sides: readonly {
    readonly name: string;
    readonly median: number;
    readonly lowest: number;
    readonly highest: number;
    readonly runs: number;
  }[];
}
