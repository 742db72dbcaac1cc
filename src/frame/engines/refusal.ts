/** Why a part of a plan is not done by an engine. The sentence is written by whoever knows the run: see run/word-refusal.ts. */
import { DlfLanceError, isError } from "../../errors.ts";

export interface Reason {
  /** It names the part, and not the place where it was to run. */
  readonly why: string;
  /** What to write in its place, if there is something. */
  readonly wayOut?: string | undefined;
}

export class PartRefused extends DlfLanceError {
  readonly reason: Reason;

  constructor(why: string, wayOut?: string) {
    super("Unsupported", why);
    this.reason = { why, wayOut };
  }
}

/** Of what a check of steps says that a statement became; undefined for an error of another kind. */
export function refusedSteps(error: unknown): PartRefused | undefined {
  if (error instanceof PartRefused) return error;
  if (!isError(error, "Unsupported") && !isError(error, "InvalidInput")) return undefined;
  return new PartRefused(`steps of a plan cannot ${error.message.replace(/^Cannot /, "")}`);
}

/** Undefined for an error of another kind. */
export function reasonOf(error: unknown): Reason | undefined {
  if (error instanceof PartRefused) return error.reason;
  return isError(error, "Unsupported") ? { why: error.message } : undefined;
}
