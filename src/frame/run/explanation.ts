import { inspect } from "node:util";
import { displaySymbol, type MimeBundle } from "../../display/bundle.ts";
import { html } from "../../display/html.ts";
import { showControls } from "../../display/visible-text.ts";
import type { ScanRequest } from "../../table/scan-request.ts";
import type { EngineName } from "../engines/engine.ts";
import { describeName } from "../expression/describe-expression.ts";
import { describePlan, planLines } from "../plan/describe-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { EngineChoice } from "./choose-engine.ts";

/** A scan of one table. */
export interface ExplainedScan {
  readonly table: string;
  /** Of the table, when it was explained. */
  readonly version: number | undefined;
  /** What Lance is asked for. */
  readonly request: ScanRequest;
}

export interface ExplanationParts {
  readonly written: Plan;
  readonly optimized: Plan;
  readonly scans: readonly ExplainedScan[];
  readonly top: Plan;
  readonly choice: EngineChoice;
  /** What the engine does, one line a step; empty when the scans do it all. */
  readonly steps: readonly string[];
}

/** How a frame runs: what the Lance scans do, and which engine does the rest. Prints as text, displays as a tree. */
export class Explanation {
  /** As the frame was built. */
  readonly written: Plan;
  readonly optimized: Plan;
  readonly scans: readonly ExplainedScan[];
  /** What is done with the rows of the scans: `input` steps stand for them. */
  readonly rest: Plan;
  /** What does the rest; `lance` when nothing is left to do. */
  readonly engine: EngineName;
  /** Why the other engines do not. */
  readonly others: EngineChoice["others"];
  readonly #steps: readonly string[];

  /** @internal */
  constructor(parts: ExplanationParts) {
    this.written = parts.written;
    this.optimized = parts.optimized;
    this.scans = parts.scans;
    this.rest = parts.top;
    this.engine = parts.choice.name;
    this.others = parts.choice.others;
    this.#steps = parts.steps;
  }

  toString(): string {
    return this.#sections()
      .flatMap(([title, lines]) => [title, ...lines.map((line) => `  ${showControls(line)}`)])
      .join("\n");
  }

  [displaySymbol](): MimeBundle {
    const sections = this.#sections().map(
      ([title, lines], index) =>
        html`<details ${index > 0 ? html`open` : html``} style="margin:0 0 4px 0"><summary>${title}</summary><pre style="margin:0 0 0 1em">${lines.join("\n")}</pre></details>`,
    );
    return { "text/plain": this.toString(), "text/html": html`<div>${sections}</div>`.markup };
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #sections(): [title: string, lines: readonly string[]][] {
    const others = this.others.map(({ name, why }) => `not ${name}: ${why}`);
    return [
      ["Plan as written", planLines(this.written)],
      ["Optimised", planLines(this.optimized)],
      ...this.scans.map((scan): [string, readonly string[]] => [
        `Reaches the Lance scan of ${scan.table}${scan.version === undefined ? "" : ` (version ${scan.version})`}`,
        requestLines(scan.request),
      ]),
      this.#steps.length === 0
        ? ["Done afterwards", ["nothing"]]
        : [`Done afterwards by the engine ${this.engine}`, [...this.#steps, ...others]],
    ];
  }
}

function requestLines({ columns, filter, limit, offset, search }: ScanRequest): string[] {
  return [
    `columns  ${columns === undefined ? "all" : columns.map(describeName).join(", ")}`,
    `filter   ${filter ?? "none"}`,
    ...(search === undefined
      ? []
      : [
          `search   ${describePlan({ step: "search", input: { step: "input", name: "" }, search }).replace(/^.*→ /, "")}`,
        ]),
    `limit    ${limit ?? "none"}`,
    `offset   ${offset ?? 0}`,
  ];
}
