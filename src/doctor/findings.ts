/** What the doctor finds, one line per check: passed, failed with the next step, or not reached. */
import { type DlfLanceError, isError } from "../errors.ts";
import { redactText } from "../redaction/redact-text.ts";

export interface Finding {
  /** Such as `clock`. */
  readonly check: string;
  readonly state: "passed" | "failed" | "not reached";
  /** What was found; of a check that was not reached, which one has to pass first. Holds no secret. */
  readonly detail: string;
  /** What to do. */
  readonly next?: string;
}

/** What a check that passed has to say, and what later checks build on. */
export interface Passed<Value> {
  readonly detail: string;
  readonly value: Value;
}

/** A failure, in words. */
export class Problem extends Error {
  readonly next: string;

  constructor(detail: string, next: string) {
    super(detail);
    this.next = next;
  }
}

/** The result of an earlier check: a value, or the name of the check that has to pass first. */
export type Outcome<Value> = { readonly value: Value } | { readonly missing: string };

type Values<Outcomes extends readonly Outcome<unknown>[]> = {
  [Index in keyof Outcomes]: Outcomes[Index] extends Outcome<infer Value> ? Value : never;
};

export type NextStep = string | ((error: DlfLanceError) => string);

export interface Sheet {
  /**
   * Runs a check once all of `needs` have passed.
   * @param next the next step where the check fails with an error of ours, whose message says what is wrong: a text, or
   *   what makes one of the error
   */
  check<Needs extends readonly Outcome<unknown>[], Value>(
    name: string,
    needs: readonly [...Needs],
    work: (...found: Values<Needs>) => Promise<Passed<Value>>,
    next?: NextStep,
  ): Promise<Outcome<Value>>;
  /** A check that has nothing to look at. */
  skip(name: string, reason: string): { readonly missing: string };
}

/** @param tell is called with each finding at once */
export function createSheet(tell: (finding: Finding) => void): Sheet {
  const record = (check: string, state: Finding["state"], detail: string, next?: string): void => {
    const finding = { check, state, detail: redactText(detail) };
    tell(next === undefined ? finding : { ...finding, next: redactText(next) });
  };
  return {
    async check<Needs extends readonly Outcome<unknown>[], Value>(
      name: string,
      needs: readonly [...Needs],
      work: (...found: Values<Needs>) => Promise<Passed<Value>>,
      next?: NextStep,
    ): Promise<Outcome<Value>> {
      const missing = needs.find((need): need is { readonly missing: string } => "missing" in need);
      if (missing !== undefined) {
        record(name, "not reached", missing.missing);
        return missing;
      }
      const found: unknown = needs.map((need) => ("value" in need ? need.value : undefined));
      try {
        const { detail, value } = await work(...(found as Values<Needs>));
        record(name, "passed", detail);
        return { value };
      } catch (error) {
        const { detail, step } = explain(error, next);
        record(name, "failed", detail, step);
        return { missing: `after ${name}` };
      }
    },
    skip(name, reason) {
      record(name, "not reached", reason);
      return { missing: reason };
    },
  };
}

function explain(error: unknown, next: NextStep = usualStep): { detail: string; step: string } {
  if (error instanceof Problem) return { detail: error.message, step: error.next };
  if (isError(error)) {
    return {
      detail: `${error.code}: ${error.message}`,
      step: typeof next === "string" ? next : next(error),
    };
  }
  // An error of a library or of Node may quote a request: only its kind is reported.
  const { code, name } = error as { code?: unknown; name?: unknown };
  const step = typeof next === "string" ? next : usualStep;
  return { detail: `it failed (${String(code ?? name ?? "unknown reason")})`, step };
}

const usualStep = "correct this, then run the doctor again";
