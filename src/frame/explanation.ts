import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../display/bundle.ts";
import { renderLines } from "../display/text-block.ts";
import { showControls } from "../display/visible-text.ts";
import type { ScanRequest } from "../table/scan-request.ts";
import { describeName } from "./describe-expression.ts";
import { describeStep, planLines } from "./describe-plan.ts";
import type { Plan, Step } from "./plan.ts";

export interface ExplanationParts {
  /** As the frame was built. */
  readonly written: Plan;
  readonly optimized: Plan;
  /** What the Lance scan is asked for. */
  readonly request: ScanRequest;
  /** What is done in memory with the rows of the scan. */
  readonly rest: readonly Step[];
  /** Of the table, when it was explained. */
  readonly version?: number;
}

/** How a frame runs: what reaches the scan, and what does not. Prints and displays as text. */
export class Explanation {
  readonly written: Plan;
  readonly optimized: Plan;
  readonly request: ScanRequest;
  readonly rest: readonly Step[];
  readonly version: number | undefined;

  /** @internal */
  constructor(parts: ExplanationParts) {
    this.written = parts.written;
    this.optimized = parts.optimized;
    this.request = parts.request;
    this.rest = parts.rest;
    this.version = parts.version;
  }

  toString(): string {
    const { columns, filter, limit, offset } = this.request;
    const version = this.version === undefined ? "" : ` (version ${this.version})`;
    return [
      "Plan as written",
      ...indent(planLines(this.written)),
      "Optimised",
      ...indent(planLines(this.optimized)),
      `Reaches the Lance scan${version}`,
      ...indent([
        `columns  ${columns === undefined ? "all" : columns.map(describeName).join(", ")}`,
        `filter   ${filter ?? "none"}`,
        `limit    ${limit ?? "none"}`,
        `offset   ${offset ?? 0}`,
      ]),
      "Done afterwards in memory",
      ...indent(this.rest.length === 0 ? ["nothing"] : this.rest.map(describeStep)),
    ].join("\n");
  }

  [displaySymbol](): MimeBundle {
    return renderLines(this.toString().split("\n"));
  }

  [inspect.custom](): string {
    return this.toString();
  }
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${showControls(line)}`);
}
