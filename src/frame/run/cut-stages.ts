/** Cuts an optimized plan into stages: at every scan, search, SQL statement and JavaScript function. */
import { type DataType, type Field, Types } from "../../arrow.ts";
import { isError } from "../../errors.ts";
import { waitFor } from "../../interrupt.ts";
import {
  type EngineName,
  type InputShape,
  type InputShapes,
  isRemoteEngine,
  type RemoteEngineName,
} from "../engines/engine.ts";
import { loadSqlReader } from "../engines/engines.ts";
import type { FindTableField } from "../engines/lance/place.ts";
import { lowerConditions, type ScanPart, scanRequest, splitScan } from "../engines/lance/split-scan.ts";
import type { Reason } from "../engines/refusal.ts";
import { optimize } from "../optimize/optimize.ts";
import { pruneColumns } from "../optimize/prune-columns.ts";
import { takeName } from "../plan/columns.ts";
import { countedColumns } from "../plan/counted-columns.ts";
import {
  createPlan,
  inputsOf,
  mapInputs,
  namePlan,
  type Plan,
  plainColumn,
  type ScanPlan,
  type SqlPlan,
} from "../plan/plan.ts";
import type { LeafPlan } from "../plan/plan-columns.ts";
import { planFields, planSchema } from "../plan/step-fields.ts";
import { streams } from "../plan/streams.ts";
import { boundScan } from "./bound-scan.ts";
import { chooseEngine, type EngineChoice, refuse } from "./choose-engine.ts";
import { partAtFewRows } from "./part-at-few-rows.ts";
import type { Run } from "./run.ts";
import {
  type EngineStage,
  inputInPlace,
  inputSchema,
  isRemote,
  type ScanStage,
  type Stage,
  type StageInput,
} from "./stage.ts";
import { takeFields } from "./take-fields.ts";
import { wordRefusal } from "./word-refusal.ts";

export type LeafFields = (leaf: LeafPlan) => readonly Field[];

export interface Cutting {
  readonly run: Run;
  /** The columns of the plan's tables, rows and statements. */
  readonly leafFields: LeafFields;
  /** How many rows a table has, where that is known. */
  readonly countRows: (scan: ScanPlan) => number | undefined;
  /** Whether all engines are asked about each stage, to tell why they do not do it. */
  readonly isTold: boolean;
  /** Why a statement did not become steps. */
  readonly whyStatement: (plan: SqlPlan) => Reason | undefined;
}

/** What a stage stands on, until it is known which columns it takes of it. */
interface Leaf {
  readonly fields: readonly Field[];
  /** The same with further columns; missing where it has no others. */
  readonly withColumns?: (added: readonly Field[]) => Leaf;
  /** @param isCounted whether the number of rows has to be known. */
  finish(columns: readonly string[] | undefined, isCounted: boolean): Promise<StageInput>;
}

type Leaves = Map<string, Leaf>;

const fewRows = 1_024;

/** Steps that no SQL engine does: they are separate stages. */
const passingSteps: readonly Plan["step"][] = ["tail", "sample", "mapBatches", "apply"];

/**
 * @param plan checked.
 * @throws DlfLanceError Unsupported for what no engine does.
 */
export function cutStages(plan: Plan, cutting: Cutting): Promise<StageInput> {
  return new StageCutter(cutting).cut(plan);
}

class StageCutter {
  readonly #cutting: Cutting;
  /** DuckDB, where it is asked for, is given whole tables, so that it does even what Lance could do. */
  readonly #isPushing: boolean;
  /** Daft reads the tables itself, so that nothing is cut but what it does not do. */
  readonly #isElsewhere: boolean;
  /** Stages that are cut already, by the names of the `input` steps in their place. */
  readonly #done: ReadonlyMap<string, StageInput>;

  constructor(cutting: Cutting, done: ReadonlyMap<string, StageInput> = new Map()) {
    this.#cutting = cutting;
    this.#done = done;
    const { engine } = cutting.run;
    this.#isPushing = engine !== "duckdb";
    this.#isElsewhere = isRemoteEngine(engine);
  }

  /** The engine of the stages below the last one. */
  get #within(): EngineName | undefined {
    const { engine } = this.#cutting.run;
    return this.#isPushing && !this.#isElsewhere ? undefined : engine;
  }

  /** The stage of a plan whose rows somebody takes. */
  async cut(plan: Plan): Promise<StageInput> {
    const { engine } = this.#cutting.run;
    if (engine !== "lance") return this.#cutStage(plan, engine);
    const input = await this.#cutStage(plan, undefined);
    if (input.stage.stage === "scan") return input;
    const reasons = [{ why: "the scan takes filters, columns, limits and searches alone" }];
    throw refuse(plan, [{ name: engine, reasons }], { forced: engine });
  }

  /** @param isCounted whether the reader has to know how many rows there are. */
  async #cutStage(plan: Plan, forced: EngineName | undefined, isCounted = false): Promise<StageInput> {
    try {
      return await this.#cutWhole(plan, forced, isCounted);
    } catch (error) {
      const isParted = this.#isElsewhere && this.#cutting.run.isWhole !== true;
      if (!isParted || !isError(error, "Unsupported")) throw error;
      const parted = await this.#cutAboveFewRows(plan, forced);
      if (parted === undefined) throw error;
      return parted;
    }
  }

  /** What Daft does not do is done here where it stands on few rows, which Daft computes. */
  async #cutAboveFewRows(plan: Plan, forced: EngineName | undefined): Promise<StageInput | undefined> {
    const { run, leafFields } = this.#cutting;
    const parted = await partAtFewRows(plan, {
      cut: (part) => this.#cutWhole(part, forced),
      countColumns: (part) => planFields(part, leafFields).length,
      countRows: (name) => run.tables.rows(name).rows ?? Number.POSITIVE_INFINITY,
    });
    if (parted === undefined) return undefined;
    const { rest, done } = parted;
    const { engine: _, ...here } = run;
    const fieldsOf: LeafFields = (leaf) => {
      const input = leaf.step === "input" ? done.get(leaf.name) : undefined;
      return input === undefined ? leafFields(leaf) : inputSchema(input).fields;
    };
    try {
      return await new StageCutter({ ...this.#cutting, run: here, leafFields: fieldsOf }, done).cut(rest);
    } catch (error) {
      // The first refusal names the step of the frame.
      if (isError(error, "Unsupported")) return undefined;
      throw error;
    }
  }

  async #cutWhole(plan: Plan, forced: EngineName | undefined, isCounted = false): Promise<StageInput> {
    const leaves: Leaves = new Map();
    const whole = this.#takeFields(await this.#cutLeaves(plan, leaves, { forced }), leaves);
    const fieldsOf: LeafFields = (leaf) =>
      leaf.step === "input" ? (leaves.get(leaf.name)?.fields ?? []) : this.#cutting.leafFields(leaf);
    const { top, columns } = takeColumns(whole, fieldsOf);
    const finish = (name: string) =>
      (leaves.get(name) as Leaf).finish(columns.get(name), isCounted || !streams(top));
    const isForcedElsewhere = this.#isElsewhere && forced !== undefined;
    if (top.step === "input") {
      const only = await finish(top.name);
      if (!isForcedElsewhere || only.stage.stage === "engine") return only;
    }
    const inputs = new Map<string, StageInput>();
    for (const name of inputNames(top)) if (!inputs.has(name)) inputs.set(name, await finish(name));
    const bounded = this.#isPushing && !isForcedElsewhere ? boundScan(top, inputs) : inputs;
    const choice = await chooseEngine(top, shapesOf(bounded), {
      forced,
      isTold: this.#cutting.isTold,
      isWhole: this.#cutting.run.isWhole,
    });
    const fields = planFields(top, (leaf) => {
      const input = leaf.step === "input" ? bounded.get(leaf.name) : undefined;
      return input === undefined ? fieldsOf(leaf) : inputSchema(input).fields;
    });
    const { address } = this.#cutting.run.context.scaleOut ?? {};
    const where = choice.name === "ray" && address !== undefined ? { address } : {};
    return { stage: { ...createEngineStage(top, bounded, fields, choice), ...where } };
  }

  /** The plan with columns in place of fields that its scans can read alone. */
  #takeFields(plan: Plan, leaves: Leaves): Plan {
    if (!this.#isPushing || this.#isElsewhere) return plan;
    const taken = takeFields(plan, (name) => {
      const leaf = leaves.get(name);
      return leaf?.withColumns === undefined ? undefined : leaf.fields;
    });
    for (const [name, added] of taken.added) {
      const { withColumns } = leaves.get(name) as Leaf;
      if (withColumns !== undefined) leaves.set(name, withColumns(added));
    }
    return taken.plan;
  }

  /** The plan with `input` steps in place of what other stages do. @param top where nothing of this stage is above. */
  async #cutLeaves(written: Plan, leaves: Leaves, top?: { forced: EngineName | undefined }): Promise<Plan> {
    const plan = this.#isPushing ? lowerConditions(written, (scan) => this.#findLarge(scan)) : written;
    const add = (name: string, leaf: Leaf): Plan => {
      const taken = takeName(name, new Set(leaves.keys()));
      leaves.set(taken, leaf);
      return { step: "input", name: taken };
    };
    const addStage = (input: StageInput): Plan =>
      add(namePlan(plan), {
        fields: inputSchema(input).fields,
        finish: async (columns) => (columns === undefined ? input : { stage: input.stage, columns }),
      });
    if (plan.step === "input") {
      const done = this.#done.get(plan.name);
      return done === undefined ? add(plan.name, this.#rowsLeaf(plan.name)) : addStage(done);
    }
    if (this.#isElsewhere) this.#refuseHere(plan, top !== undefined);
    if (plan.step === "sql") return addStage(await this.#cutStatement(plan));
    const isScanned = this.#isPushing || plan.step === "scan" || plan.step === "search";
    const found = isScanned ? splitScan(plan, (scan) => this.#findField(scan)) : undefined;
    if (found !== undefined) return found.rest(add(found.part.scan.table, this.#scanLeaf(found.part)));
    if (passingSteps.includes(plan.step))
      return addStage(await this.#cutPassing(plan, top === undefined ? this.#within : top.forced));
    // What is sorted for its first rows alone may be scanned in two parts.
    if (plan.step === "top" && top === undefined && !this.#isElsewhere)
      return addStage(await this.#cutStage(plan, this.#within));
    const inputs = new Map<Plan, Plan>();
    for (const input of inputsOf(plan)) inputs.set(input, await this.#cutLeaves(input, leaves));
    return mapInputs(plan, (input) => inputs.get(input) ?? input);
  }

  /** Over many rows, what is done in this process alone is the last step at most. */
  #refuseHere(plan: Plan, isLast: boolean): void {
    const { run, whyStatement } = this.#cutting;
    const engine = run.engine as RemoteEngineName;
    const { isWhole } = run;
    if (plan.step === "sql") {
      const reason = whyStatement(plan) ?? { why: "the statement does not become steps of a plan" };
      throw wordRefusal([reason], { engine, isWhole, what: "SQL", isStatement: true });
    }
    if (!passingSteps.includes(plan.step) || isLast) return;
    const why = `${nameHere(plan)} is done in this process, and can be the last step alone`;
    throw refuse(plan, [{ name: engine, reasons: [{ why, wayOut: "move it there" }] }], {
      forced: engine,
      isWhole,
    });
  }

  /** For so little data, a condition in the scan costs more than the rows that it leaves out. */
  #findLarge(scan: ScanPlan): FindTableField | undefined {
    const isNarrow = this.#cutting.leafFields(scan).every(({ type }) => !holdsMuch(type));
    const rows = this.#cutting.countRows(scan) ?? Number.POSITIVE_INFINITY;
    return isNarrow && rows <= fewRows ? undefined : this.#findField(scan);
  }

  #findField(scan: ScanPlan): FindTableField {
    const byName = new Map(this.#cutting.leafFields(scan).map((field) => [field.name, field]));
    return (column: string) => byName.get(column);
  }

  #rowsLeaf(name: string): Leaf {
    const fields = this.#cutting.leafFields({ step: "input", name });
    const source = this.#cutting.run.tables.rows(name);
    const rows = source.rows === undefined ? {} : { rows: source.rows };
    const stage: Stage = { stage: "rows", name, source, fields, ...rows };
    return { fields, finish: async (columns) => (columns === undefined ? { stage } : { stage, columns }) };
  }

  /** @param added fields of structs, as columns. */
  #scanLeaf(part: ScanPart, added: readonly Field[] = []): Leaf {
    const { run, leafFields } = this.#cutting;
    const all = [...planFields(part.plan, leafFields), ...added];
    return {
      fields: all,
      ...(part.search === null ? { withColumns: (fields) => this.#scanLeaf(part, fields) } : {}),
      finish: async (columns, isCounted) => {
        const table = await run.tables.resolve(part.scan);
        const request = scanRequest(part, columns, leafFields(part.scan));
        const fields = columns?.map((column) => all.find(({ name }) => name === column) as Field) ?? all;
        const count = table.rows ?? (isCounted ? await this.#count(part, table) : undefined);
        const limits = [count, request.limit, request.search?.count].filter((one) => one !== undefined);
        const rows = limits.length === 0 ? {} : { rows: Math.min(...limits) };
        return { stage: { stage: "scan", scan: part.scan, table, request, fields, ...rows } };
      },
    };
  }

  #count(part: ScanPart, table: ScanStage["table"]): Promise<number> {
    return waitFor(table.countRows(), this.#cutting.run.signal, `read ${part.scan.table}`);
  }

  /** Only the columns that the statement reads are asked of what is below it. */
  async #cutStatement(plan: SqlPlan): Promise<StageInput> {
    const { leafFields } = this.#cutting;
    const shapes = new Map(
      plan.inputs.map(({ name, plan: input }): readonly [string, InputShape] => [
        name,
        { schema: planSchema(input, leafFields), readsFields: this.#isPushing && isScanned(input) },
      ]),
    );
    const ready = await (await loadSqlReader()).prepare(plan, shapes);
    const inputs = new Map<string, StageInput>();
    for (const { name, plan: input } of plan.inputs) {
      const columns = ready.columns?.get(name) ?? namesOf(planFields(input, leafFields)).map(plainColumn);
      const narrowed = optimize({ step: "project", input, columns }, (leaf) => namesOf(leafFields(leaf)));
      inputs.set(name, await this.#cutStage(this.#isPushing ? narrowed : input, this.#within, true));
    }
    const tables = plan.inputs.map(({ name }) => ({ name, plan: { step: "input", name } as const }));
    const choice = { name: "duckdb", ready, others: [] } as const;
    return { stage: createEngineStage({ ...plan, inputs: tables }, inputs, leafFields(plan), choice) };
  }

  /** Steps that pass rows on, one after the other, over a stage of what is below them. */
  async #cutPassing(plan: Plan, forced: EngineName | undefined): Promise<StageInput> {
    let below = plan;
    const replace = (step: Plan): Plan => {
      if (passingSteps.includes(step.step)) return mapInputs(step, replace);
      below = step;
      return { step: "input", name: namePlan(plan) };
    };
    const top = replace(plan);
    const input = await this.#cutStage(below, forced);
    const inputs = new Map([[namePlan(plan), input]]);
    const choice = await chooseEngine(top, shapesOf(inputs), { forced: "stream" });
    const fields = planFields(top, () => inputSchema(input).fields);
    // What could be done by another engine is below.
    const others = input.stage.stage === "engine" ? input.stage.others : [];
    return { stage: createEngineStage(top, inputs, fields, { ...choice, others }) };
  }
}

/** What a step is called that is done in this process alone. */
export function nameHere({ step }: Plan): string {
  return step === "apply" ? "a JavaScript function" : `${step}()`;
}

/** Values of bytes, and of several values: images, vectors and the like. */
function holdsMuch(type: DataType): boolean {
  return (type.children ?? []).length > 0 || Types.isBinary(type) || Types.isLargeBinary(type);
}

/** Whether what stands on a scan alone passes its columns. */
function isScanned(plan: Plan): boolean {
  return plan.step === "filter" || plan.step === "limit" ? isScanned(plan.input) : plan.step === "scan";
}

function createEngineStage(
  plan: Plan,
  inputs: EngineStage["inputs"],
  fields: readonly Field[],
  { name, ready, others }: EngineChoice,
): EngineStage {
  return { stage: "engine", engine: name, plan: createPlan(plan), inputs, fields, ready, others };
}

export function shapesOf(inputs: ReadonlyMap<string, StageInput>): InputShapes {
  return new Map(
    [...inputs].map(([name, input]): readonly [string, InputShape] => {
      const { rows } = input.stage;
      const remote = isRemote(input.stage) ? { isRemote: true } : {};
      const inPlace = inputInPlace(input, undefined);
      const shape = { schema: inputSchema(input), ...(rows === undefined ? {} : { rows }), ...remote };
      return [name, inPlace === undefined ? shape : { ...shape, inPlace }];
    }),
  );
}

function namesOf(fields: readonly Field[]): readonly string[] {
  return fields.map(({ name }) => name);
}

function inputNames(plan: Plan): readonly string[] {
  return plan.step === "input" ? [plan.name] : inputsOf(plan).flatMap(inputNames);
}

/** The plan of a stage, and which columns it takes of what it stands on, where these are not all. */
function takeColumns(
  whole: Plan,
  fieldsOf: LeafFields,
): { readonly top: Plan; readonly columns: ReadonlyMap<string, readonly string[]> } {
  const columns = new Map<string, readonly string[]>();
  const absorb = (written: Plan): Plan => {
    const plan = mapInputs(written, absorb);
    if (plan.step !== "project" || plan.input.step !== "input") return plan;
    const isPlain = plan.columns.every(
      ({ name, expression }) => expression.node === "column" && expression.name === name,
    );
    if (isPlain)
      columns.set(
        plan.input.name,
        plan.columns.map(({ name }) => name),
      );
    return isPlain ? plan.input : plan;
  };
  return {
    top: absorb(
      pruneColumns(
        whole,
        (leaf) => namesOf(fieldsOf(leaf)),
        (leaf) => countedColumns(fieldsOf(leaf)),
      ),
    ),
    columns,
  };
}
