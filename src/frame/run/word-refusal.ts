/** What to tell where an engine elsewhere does not do a part of a plan: where it was to run, why it does not, and the ways out. */
import { DlfLanceError } from "../../errors.ts";
import { type RemoteEngineName, remoteEngineTitles } from "../engines/engine.ts";
import type { Reason } from "../engines/refusal.ts";

export interface RefusedRun {
  readonly engine: RemoteEngineName;
  /** Whether nothing of it may be done here, as for a job. */
  readonly isWhole?: boolean | undefined;
  /** What was to run, as in `the frame over demo.sales`. */
  readonly what: string;
  /** Whether it is a SQL statement, of which no step can be put elsewhere. */
  readonly isStatement?: boolean;
}

export function wordRefusal(reasons: readonly Reason[], run: RefusedRun): DlfLanceError {
  const action =
    run.isWhole === true ? "submit a job to Ray" : `run ${run.what} on ${remoteEngineTitles[run.engine]}`;
  const whys = reasons.map(({ why }) => why);
  return new DlfLanceError("Unsupported", `Cannot ${action}: ${[...whys, waysOut(reasons, run)].join("; ")}`);
}

function waysOut(reasons: readonly Reason[], { isWhole, isStatement }: RefusedRun): string {
  const others = reasons.flatMap(({ wayOut }) => wayOut ?? []);
  // Who writes the rows from here needs no job.
  if (isWhole === true) return [...others, 'write the rows with .on("here").write()'].join(", or ");
  const here = `run the ${isStatement === true ? "statement" : "frame"} with .on("here")`;
  if (others.length > 0 || isStatement === true) return [...others, here].join(", or ");
  // Daft computes these, and what it does not do is done here.
  return `${here}, or put that step over the rows of a groupBy() or sort().limit()`;
}
