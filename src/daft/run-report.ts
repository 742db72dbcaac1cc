/** What running a program came to, in words. */
import { countOf, formatByteCount } from "../display/text/number-text.ts";

/** Where a program runs, how long it took, and how much it read and delivered. */
export interface RunReport {
  readonly place: RunPlace;
  readonly seconds: number;
  /** Of tables. */
  readonly read: Amount;
  /** Delivered here, or written. */
  readonly made: Amount;
}

export interface RunPlace {
  /** Daft's own threads when left out. */
  readonly runner?: "ray" | undefined;
  /** Of a cluster that runs already. */
  readonly address?: string | undefined;
  /** Of the dashboard of the cluster, where it has one. */
  readonly dashboard?: string | undefined;
}

export interface Amount {
  readonly rows: number;
  readonly bytes: number;
}

/** `on Ray at 10.0.0.5:6379 (dashboard http://10.0.0.5:8265)` */
export function describePlace({ runner, address, dashboard }: RunPlace): string {
  if (runner !== "ray") return "on Daft";
  const cluster = address === undefined ? "on Ray on this machine" : `on Ray at ${address}`;
  return dashboard === undefined ? cluster : `${cluster} (dashboard ${dashboard})`;
}

/** `on Daft: 20,000 rows (1.2 MB) read, 7 rows (512 B) returned, 0.8 s`. @param made what became of its rows */
export function describeRun({ place, seconds, read, made }: RunReport, verb: "returned" | "written"): string {
  // Rows that were sent along are read of no table.
  const amounts = [
    ...(read.rows > 0 ? [`${describeAmount(read)} read`] : []),
    `${describeAmount(made)} ${verb}`,
  ];
  return `${describePlace(place)}: ${amounts.join(", ")}, ${describeSeconds(seconds)}`;
}

/** `20,000 rows (1.2 MB)` */
export function describeAmount({ rows, bytes }: Amount): string {
  return `${countOf(rows, "row")} (${formatByteCount(bytes)})`;
}

function describeSeconds(seconds: number): string {
  return seconds < 1
    ? `${Math.max(1, Math.round(seconds * 1_000))} ms`
    : `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
}
