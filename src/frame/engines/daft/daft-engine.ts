/** Plans on Daft, in a separate process. The tables they read are read there. */

import { arrow, encodeTable, type RecordBatch } from "../../../arrow.ts";
import type { PackedProgram, ProgramStep, Reach, RowsWritten } from "../../../daft/program.ts";
import { describeRun, type RunReport } from "../../../daft/run-report.ts";
import type { SidecarOptions } from "../../../daft/sidecar.ts";
import { runProgram, writeProgram } from "../../../daft/sidecars.ts";
import { formatCount } from "../../../display/text/number-text.ts";
import { namePlan, type Plan } from "../../plan/plan.ts";
import type {
  Engine,
  EngineInput,
  EngineInputs,
  EngineOptions,
  FindTarget,
  InputShapes,
  ReadyPlan,
  Refusal,
  RemoteEngineName,
  RemoteScan,
} from "../engine.ts";
import { PartRefused, reasonOf } from "../refusal.ts";
import { type CompiledPlan, compilePlan, type InputColumns } from "./compile-plan.ts";
import { refuseLostOrder } from "./ray-order.ts";

/** More is not sent from here: it would be read by this process first, which is what Daft is to save. */
const mostRowsSent = 1_000_000;

/** In one process of this machine. */
export const daftEngine = createEngine("daft");

/** On a Ray cluster, started on this machine where none is named. */
export const rayEngine = createEngine("ray");

function createEngine(name: RemoteEngineName): Engine {
  return { name, prepare: (plan, shapes) => prepare(name, plan, shapes) };
}

function prepare(name: RemoteEngineName, plan: Plan, shapes: InputShapes): ReadyPlan | Refusal {
  try {
    if (name === "ray") refuseLostOrder(plan);
    const columnsOf = (input: string): InputColumns => ({
      fields: shapes.get(input)?.schema.fields ?? [],
      isScanned: isScanned(input, shapes),
    });
    const compiled = compilePlan(plan, columnsOf, name === "daft");
    return {
      cost: Number.POSITIVE_INFINITY,
      run: (inputs, options) => run(name, { compiled, plan, inputs, options }),
      write: (inputs, options, find) => write(name, { compiled, plan, inputs, options }, find),
      pack: (inputs, options, find, identity) => pack({ compiled, plan, inputs, options }, find, identity),
    };
  } catch (error) {
    const reason = reasonOf(error);
    if (reason !== undefined) return { reasons: [reason] };
    throw error;
  }
}

function isScanned(name: string, shapes: InputShapes): boolean {
  const shape = shapes.get(name);
  if (shape?.isRemote === true) return true;
  if ((shape?.rows ?? Number.POSITIVE_INFINITY) <= mostRowsSent) return false;
  throw new PartRefused(
    `the rows of ${name} would have to be sent from this process, and may be more than ${formatCount(mostRowsSent)}`,
    "make a table of them",
  );
}

interface ProgramParts {
  readonly compiled: CompiledPlan;
  readonly plan: Plan;
  readonly inputs: EngineInputs;
  readonly options: EngineOptions;
}

async function* run(
  name: RemoteEngineName,
  parts: ProgramParts,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { sidecar, reach } = placeWork(name, parts.options);
  const { signal, progress, report } = parts.options;
  const action = `read ${namePlan(parts.plan)}`;
  const onDone = (run: RunReport) => report?.(describeRun(run, "returned"));
  yield* runProgram(sidecar, { ...(await buildProgram(parts, reach)), signal, progress, action, onDone });
}

async function write(name: RemoteEngineName, parts: ProgramParts, find: FindTarget): Promise<RowsWritten> {
  const { sidecar, reach } = placeWork(name, parts.options);
  const { signal, progress } = parts.options;
  const action = `write the rows of ${namePlan(parts.plan)}`;
  let ranOn: string | undefined;
  const onDone = (run: RunReport) => {
    ranOn = describeRun(run, "written");
  };
  const packed = await pack(parts, find, reach);
  const written = await writeProgram(sidecar, { ...packed, signal, progress, action, onDone });
  return ranOn === undefined ? written : { ...written, ranOn };
}

async function pack(parts: ProgramParts, find: FindTarget, reach: Reach): Promise<PackedProgram> {
  const [built, found] = await Promise.all([buildProgram(parts, reach), find(reach)]);
  return { ...built, target: found };
}

/** Which process does the work, and from where it reads tables. */
function placeWork(
  name: RemoteEngineName,
  { scaleOut: { python, address } = {} }: EngineOptions,
): { readonly sidecar: SidecarOptions; readonly reach: Reach } {
  if (name === "daft") return { sidecar: { python }, reach: "machine" };
  const reach = address === undefined ? "machine" : "cluster";
  return { sidecar: { python, runner: "ray", address }, reach };
}

async function buildProgram(
  { compiled, inputs }: ProgramParts,
  reach: Reach,
): Promise<Omit<PackedProgram, "target">> {
  const scans = compiled.scans.map((name) => (inputs.get(name) as EngineInput).remote as RemoteScan);
  const places = await Promise.all(scans.map(({ place }) => place(reach)));
  const tables: Uint8Array[] = [];
  for (const name of compiled.sent) tables.push(await encodeRows(inputs.get(name) as EngineInput));
  const { types, result } = compiled;
  const program = { types, result, places, plan: addRequests(compiled.plan, scans) };
  return { program, tables };
}

async function encodeRows(input: EngineInput): Promise<Uint8Array> {
  const batches: RecordBatch[] = [];
  for await (const batch of input.batches()) batches.push(batch);
  const table = batches.length === 0 ? new arrow.Table(input.schema) : new arrow.Table(batches);
  return encodeTable(table, "stream");
}

/** What Lance is asked for is known when the plan is ready to run. */
function addRequests(step: ProgramStep, scans: readonly RemoteScan[]): ProgramStep {
  if (step.step === "rows") return step;
  if (step.step === "scan") {
    const { filter, limit, offset } = (scans[step.place] as RemoteScan).request;
    return {
      ...step,
      ...(filter === undefined ? {} : { filter }),
      ...(limit === undefined ? {} : { limit }),
      ...(offset === undefined ? {} : { offset }),
    };
  }
  const input = addRequests(step.input, scans);
  return "other" in step ? { ...step, input, other: addRequests(step.other, scans) } : { ...step, input };
}
