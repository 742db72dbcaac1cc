import { inspect } from "node:util";
import { describePlace } from "../../daft/run-report.ts";
import { displaySymbol, type MimeBundle } from "../../display/bundle.ts";
import { showControls } from "../../display/text/visible-text.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";
import { renderStageTree } from "../display/stage-tree.ts";
import type { EngineName } from "../engines/engine.ts";
import { describeName } from "../expression/describe-expression.ts";
import { describeSearch, describeStep, planLines } from "../plan/describe-plan.ts";
import type { Plan } from "../plan/plan.ts";
import type { EngineChoice } from "./choose-engine.ts";
import { type EngineStage, inputInPlace, type ScanStage, type StageInput, scansOf } from "./stage.ts";

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
  readonly root: StageInput;
}

/** Where the steps of a stage are done. */
const places: Readonly<Record<Exclude<EngineName, "lance" | "ray">, string>> = {
  aggregate: "While the rows are read",
  stream: "Batch by batch",
  duckdb: "In DuckDB",
  daft: "On Daft, in a separate process on this machine",
};

type Section = readonly [title: string, lines: readonly string[]];

/** How a frame runs: its stages, and what the Lance scans are asked for. Prints as text, displays as a tree. */
export class Explanation {
  /** As the frame was built. */
  readonly written: Plan;
  readonly optimized: Plan;
  readonly scans: readonly ExplainedScan[];
  /** The engine of the last stage; `lance` if the frame is only a scan. */
  readonly engine: EngineName;
  /** Why the other engines do not run it. */
  readonly others: EngineChoice["others"];
  readonly #root: StageInput;

  /** @internal */
  constructor({ written, optimized, root }: ExplanationParts) {
    const { stage } = root;
    this.written = written;
    this.optimized = optimized;
    this.scans = scansOf(root).map(({ scan, table, request }) => ({
      table: scan.table,
      version: table.version,
      request,
    }));
    this.engine = stage.stage === "scan" ? "lance" : stage.stage === "rows" ? "stream" : stage.engine;
    this.others = stage.stage === "engine" ? stage.others : [];
    this.#root = root;
  }

  toString(): string {
    return this.#sections()
      .flatMap(([title, lines]) => [title, ...lines.map((line) => `  ${showControls(line)}`)])
      .join("\n");
  }

  [displaySymbol](): MimeBundle {
    const [written, optimized, [title, lines]] = this.#sections();
    return renderStageTree({ title, lines, folded: [written, optimized], text: this.toString() });
  }

  [inspect.custom](): string {
    return this.toString();
  }

  #sections(): readonly [written: Section, optimized: Section, stages: Section] {
    return [
      ["Plan as written", planLines(this.written)],
      ["Optimized", planLines(this.optimized)],
      ["Stages, each on the rows of those indented below it", stageLines(this.#root)],
    ];
  }
}

function stageLines({ stage, columns }: StageInput): string[] {
  const picked = columns === undefined ? [] : [`columns ${listColumns(columns)} of:`];
  switch (stage.stage) {
    case "scan":
      return scanLines(stage);
    case "rows":
      return [
        ...picked,
        `${stage.source.isFile === true ? "Rows of" : "Rows of the program:"} ${stage.name}`,
      ];
    case "engine":
      return [...picked, ...engineLines(stage)];
    default:
      return stage satisfies never;
  }
}

function engineLines({ engine, plan, inputs, address }: EngineStage): string[] {
  const isNamed = inputs.size > 1;
  const steps = plan.step === "sql" ? [describeStep(plan)] : stepLines(plan);
  const below = [...inputs].flatMap(([name, input]) => {
    const isInPlace = engine === "duckdb" && inputInPlace(input, undefined) !== undefined;
    const lines = stageLines(input).map((line) => (isInPlace ? `${line}, which DuckDB reads itself` : line));
    return isNamed ? [`${describeName(name)}:`, ...indent(lines)] : lines;
  });
  const place =
    engine === "ray"
      ? `On Daft, ${describePlace({ runner: engine, address })}`
      : places[engine as keyof typeof places];
  return [`${place}:`, ...indent(steps), ...indent(below)];
}

/** Rows that a stage alone stands on need no name. */
function stepLines(plan: Plan): string[] {
  const lines = planLines(plan);
  const inputs = lines.filter((line) => line.trimStart().startsWith("rows of "));
  return inputs.length > 1 ? lines : lines.filter((line) => !inputs.includes(line));
}

function scanLines({ scan, table, request, bound }: ScanStage): string[] {
  const { columns, filter, limit, offset, search } = request;
  const version = table.version === undefined ? "" : `, version ${table.version}`;
  const begin = bound?.order.descending === true ? "highest" : "lowest";
  return [
    `Lance ${search === undefined ? "scan" : "search"} of ${scan.table}${version}:`,
    ...indent([
      `columns  ${columns === undefined ? "all" : listColumns(columns)}`,
      `filter   ${filter ?? "none"}`,
      ...(search === undefined ? [] : [`search   ${describeSearch(search)}`]),
      ...(bound === undefined
        ? []
        : [
            `rows     those that can be among the ${bound.rows} ${begin} ${describeName(bound.order.column)}, found by scanning ${describeName(bound.order.column)} alone first`,
          ]),
      `limit    ${limit ?? "none"}`,
      `offset   ${offset ?? 0}`,
    ]),
  ];
}

function listColumns(columns: readonly string[]): string {
  return columns.map(describeName).join(", ");
}

function indent(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
