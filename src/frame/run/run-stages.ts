/** Runs stages: the rows of each are what the one above it reads. */
import type { RecordBatch } from "../../arrow.ts";
import { stopIfAborted } from "../../interrupt.ts";
import type { Progress } from "../../progress.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";
import {
  type EngineInput,
  type EngineInputs,
  type EngineOptions,
  isRemoteEngine,
  type Spill,
} from "../engines/engine.ts";
import { FirstKey } from "../engines/lance/first-key.ts";
import type { BatchFunction } from "../rows/apply-function.ts";
import type { Data } from "../rows/number-words.ts";
import { pickColumns } from "../rows/pass-rows.ts";
import { chooseEngine } from "./choose-engine.ts";
import { shapesOf } from "./cut-stages.ts";
import type { DistantRows, PackableRows } from "./frame-context.ts";
import type { Run } from "./run.ts";
import {
  type EngineStage,
  inputInPlace,
  inputSchema,
  isRemote,
  type ScanStage,
  type StageInput,
} from "./stage.ts";

type Batches = AsyncIterable<RecordBatch>;

export interface StageRun {
  readonly run: Run;
  readonly progress: Progress;
  readonly functions: ReadonlyMap<string, BatchFunction>;
}

/** Of a scan with a bound, so many rows are sorted by the engine that was chosen for few. */
const fewRows = 20_000;

/** The rows of a stage as an engine takes them. */
export function stageInput(input: StageInput, stageRun: StageRun): EngineInput {
  const { stage, columns } = input;
  const { rows } = stage;
  const taken = (asked: readonly string[] | undefined) => {
    const wanted = asked ?? columns;
    const all = stage.fields.map(({ name }) => name);
    return wanted === undefined || wanted.join("\0") === all.join("\0") ? undefined : readable(wanted, all);
  };
  const inPlace = inputInPlace(input, stageRun.run.signal);
  return {
    schema: inputSchema(input),
    ...(rows === undefined ? {} : { rows }),
    ...(inPlace === undefined ? {} : { inPlace }),
    ...remoteScan(stage),
    batches(asked, isPassing = false) {
      const wanted = taken(asked);
      switch (stage.stage) {
        case "scan":
          return tellProgress(readScan(stage, wanted, isPassing, stageRun), stageRun.progress);
        case "rows":
          return tellProgress(stage.source.batches(wanted, stageRun.run.signal), stageRun.progress);
        case "engine":
          return picked(runEngine(stage, stageRun), wanted);
        default:
          return stage satisfies never;
      }
    },
  };
}

function remoteScan(stage: StageInput["stage"]): Pick<EngineInput, "isRemote" | "remote"> {
  if (!isRemote(stage)) return {};
  const { table, request } = stage;
  return {
    isRemote: true,
    remote: { place: (reach) => (table.place as NonNullable<typeof table.place>)(reach), request },
  };
}

/** Rows without columns cannot be distinguished from no rows. */
function readable(columns: readonly string[], [first]: readonly string[]): readonly string[] {
  return columns.length === 0 && first !== undefined ? [first] : columns;
}

async function* picked(
  batches: Batches,
  columns: readonly string[] | undefined,
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) yield columns === undefined ? batch : pickColumns(batch, columns);
}

async function* tellProgress(batches: Batches, progress: Progress) {
  for await (const batch of batches) {
    progress.advance({ rows: batch.numRows, bytes: batch.data.byteLength });
    yield batch;
  }
}

async function* readScan(
  stage: ScanStage,
  columns: readonly string[] | undefined,
  isPassing: boolean,
  { run: { signal }, progress }: StageRun,
): AsyncGenerator<RecordBatch, void, undefined> {
  const request: ScanRequest = {
    ...stage.request,
    ...(signal === undefined ? {} : { signal }),
  };
  const condition = stage.bound === undefined ? undefined : await findBound(stage, request, progress);
  yield* stage.table.scan({
    ...request,
    ...(isPassing ? { isPassing } : {}),
    ...(columns === undefined ? {} : { columns }),
    ...(condition === undefined ? {} : { filter: addCondition(request.filter, condition) }),
  });
}

function addCondition(filter: string | undefined, condition: string): string {
  return filter === undefined ? `(${condition})` : `(${filter}) AND (${condition})`;
}

/** A condition that keeps the first rows of a sort, found by reading its first key alone. */
async function findBound(
  { table, bound }: ScanStage,
  request: ScanRequest,
  progress: Progress,
): Promise<string | undefined> {
  if (bound === undefined) return undefined;
  const { column } = bound.order;
  const key = new FirstKey(bound.order, bound.rows);
  for await (const batch of table.scan({ ...request, columns: [column], isPassing: true })) {
    stopIfAborted(request.signal, `sort by ${column}`);
    key.add(batch.data.children[0] as Data);
    progress.advance({ rows: batch.numRows, bytes: batch.data.byteLength });
  }
  return key.condition();
}

/** How the rows of a stage are written from where they are; undefined where they have to come here first. */
export function distantWriter(
  { stage, columns }: StageInput,
  stageRun: Omit<StageRun, "progress">,
): DistantRows["write"] | undefined {
  if (stage.stage !== "engine" || columns !== undefined) return undefined;
  const { write } = stage.ready;
  if (write === undefined) return undefined;
  return (find, progress) => {
    const writing = { ...stageRun, progress };
    return write(engineInputs(stage, writing), engineOptions(writing), find);
  };
}

/** How what writes the rows of a stage elsewhere is packed; undefined where they have to come here first. */
export function stagePacker(
  { stage, columns }: StageInput,
  stageRun: StageRun,
): PackableRows["pack"] | undefined {
  if (stage.stage !== "engine" || columns !== undefined) return undefined;
  const { pack } = stage.ready;
  if (pack === undefined) return undefined;
  return (find, identity) => pack(engineInputs(stage, stageRun), engineOptions(stageRun), find, identity);
}

function engineInputs(stage: EngineStage, stageRun: StageRun): EngineInputs {
  return new Map([...stage.inputs].map(([name, input]) => [name, stageInput(input, stageRun)] as const));
}

function engineOptions({ run, progress, functions }: StageRun): EngineOptions {
  const { signal, memoryLimit, isOwnLimit, context, elsewhere } = run;
  return {
    report: (ranOn) => elsewhere.push(ranOn),
    functions,
    progress,
    memoryLimit,
    isOwnLimit,
    ...(context.scaleOut === undefined ? {} : { scaleOut: context.scaleOut }),
    ...(signal === undefined ? {} : { signal }),
  };
}

async function* runEngine(
  stage: EngineStage,
  stageRun: StageRun,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { run } = stageRun;
  const options = engineOptions(stageRun);
  const inputs = engineInputs(stage, stageRun);
  const [[name, input] = []] = inputs;
  const isBounded = [...stage.inputs.values()].some((one) => one.stage.stage === "scan" && one.stage.bound);
  if (!isBounded || name === undefined || input === undefined) {
    yield* runOrSpill(stage, inputs, options, run);
    return;
  }
  // How many rows have the value of the bound is known only once they are read.
  const { few, batches } = await readAhead(input.batches());
  const { rows: _, ...unknown } = { ...input, batches: () => batches };
  const ready = few
    ? stage.ready
    : (await chooseEngine(stage.plan, shapesOf(withoutRows(stage.inputs)), { forced: run.engine })).ready;
  yield* ready.run(new Map([[name, unknown]]), options);
}

/** Groups in memory, and what that is not enough for on disk, if DuckDB does what is asked. No row is read twice. */
function runOrSpill(
  { ready, plan, engine }: EngineStage,
  inputs: EngineInputs,
  options: EngineOptions,
  run: Run,
): Batches {
  const [name] = inputs.keys();
  const isChosen = run.engine === undefined || isRemoteEngine(run.engine);
  if (engine !== "aggregate" || !isChosen || name === undefined) return ready.run(inputs, options);
  // Both hold rows at the same time.
  const half = { ...options, memoryLimit: run.memoryLimit / 2 };
  const spill: Spill = async (schema) => {
    const chosen = await chooseEngine(plan, new Map([[name, { schema }]]), { forced: "duckdb" }).catch(
      () => undefined,
    );
    if (chosen === undefined) return undefined;
    return (rows) => chosen.ready.run(new Map([[name, { schema, batches: () => rows }]]), half);
  };
  return ready.run(inputs, { ...half, spill });
}

function withoutRows(inputs: EngineStage["inputs"]): EngineStage["inputs"] {
  return new Map(
    [...inputs].map(([name, { stage }]) => {
      const { rows: _, ...unknown } = stage as ScanStage;
      return [name, { stage: unknown }];
    }),
  );
}

async function readAhead(batches: Batches): Promise<{ readonly few: boolean; readonly batches: Batches }> {
  const kept: RecordBatch[] = [];
  let rows = 0;
  const iterator = batches[Symbol.asyncIterator]();
  let isDone = false;
  while (rows <= fewRows && !isDone) {
    const next = await iterator.next();
    if (next.done === true) isDone = true;
    else {
      kept.push(next.value);
      rows += next.value.numRows;
    }
  }
  async function* all() {
    try {
      yield* kept;
      for (let next = await iterator.next(); next.done !== true; next = await iterator.next())
        yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return { few: isDone, batches: all() };
}
