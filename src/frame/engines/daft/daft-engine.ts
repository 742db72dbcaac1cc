/** Plans on Daft, in a separate process. The tables they read are read there. */
import { arrow, type RecordBatch } from "../../../arrow.ts";
import type { ProgramStep, TablePlace } from "../../../daft/program.ts";
import { runProgram } from "../../../daft/sidecars.ts";
import { DlfLanceError, isError } from "../../../errors.ts";
import { namePlan, type Plan } from "../../plan/plan.ts";
import type { Engine, EngineInput, EngineInputs, EngineOptions, InputShapes, RemoteScan } from "../engine.ts";
import { type CompiledPlan, compilePlan } from "./compile-plan.ts";

/** More is not sent from here: it would be read by this process first, which is what Daft is to save. */
const mostRowsSent = 1_000_000;

export const daftEngine: Engine = {
  name: "daft",
  prepare(plan, shapes) {
    try {
      const compiled = compilePlan(plan, (input) => ({
        fields: shapes.get(input)?.schema.fields ?? [],
        isScanned: isScanned(input, shapes),
      }));
      return {
        cost: Number.POSITIVE_INFINITY,
        run: (inputs, options) => run(compiled, plan, inputs, options),
      };
    } catch (error) {
      if (isError(error, "Unsupported")) return { reasons: [error.message] };
      throw error;
    }
  },
};

function isScanned(name: string, shapes: InputShapes): boolean {
  const shape = shapes.get(name);
  if (shape?.isRemote === true) return true;
  if ((shape?.rows ?? Number.POSITIVE_INFINITY) <= mostRowsSent) return false;
  throw new DlfLanceError(
    "Unsupported",
    `the rows of ${name} would have to be sent from this process, and may be more than ${mostRowsSent.toLocaleString("en")}; ` +
      "collect() them and go on with fromRows(), or make a table of them",
  );
}

async function* run(
  compiled: CompiledPlan,
  plan: Plan,
  inputs: EngineInputs,
  { signal, progress, scaleOut = {} }: EngineOptions,
): AsyncGenerator<RecordBatch, void, undefined> {
  const scans = compiled.scans.map((name) => (inputs.get(name) as EngineInput).remote as RemoteScan);
  const places = await Promise.all(scans.map(({ place }) => place()));
  const tables: Uint8Array[] = [];
  for (const name of compiled.sent) tables.push(await encodeRows(inputs.get(name) as EngineInput));
  const { types, result } = compiled;
  const program = { types, result, places: places as TablePlace[], plan: addRequests(compiled.plan, scans) };
  yield* runProgram(scaleOut, { program, tables, action: `read ${namePlan(plan)}`, signal, progress });
}

async function encodeRows(input: EngineInput): Promise<Uint8Array> {
  const batches: RecordBatch[] = [];
  for await (const batch of input.batches()) batches.push(batch);
  const table = batches.length === 0 ? new arrow.Table(input.schema) : new arrow.Table(batches);
  return arrow.tableToIPC(table, "stream");
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
