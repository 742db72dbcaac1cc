import { arrow } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import type { WriteResult } from "../../table/description/write-result.ts";
import { z } from "../../zod.ts";
import { parse } from "../builder/arguments.ts";
import type { Plan } from "../plan/plan.ts";
import type { FrameContext, WriteMode } from "./frame-context.ts";
import { preparePlan } from "./prepare.ts";
import { type RunOptions, withRun } from "./run.ts";
import { describeWhere } from "./run-frame.ts";
import { runPlan } from "./run-plan.ts";
import { distantWriter } from "./run-stages.ts";

/** Options of a frame's `write`. */
export interface FrameWriteOptions extends RunOptions {
  /** `create` by default, which fails when the table exists. */
  readonly mode?: WriteMode;
}

const modes = loadWhenUsed(() => z.enum(["create", "append", "overwrite"]));

/** @throws DlfLanceError Unsupported for a frame on no connection. */
export async function writeFrame(
  plan: Plan,
  context: FrameContext,
  table: string | readonly [string, string],
  mode: WriteMode,
  options: RunOptions,
): Promise<WriteResult> {
  const checked = parse(modes, mode, "write rows");
  const { write, writeDistant } = context.tables;
  if (write === undefined) {
    throw new DlfLanceError(
      "Unsupported",
      "Cannot write rows: this frame is on no connection; begin with lake.readFile() or lake.read(), or pass the frame to lake.createTable()",
    );
  }
  return withRun(context, options, async (run) => {
    const prepared = await preparePlan(plan, run);
    const schema = new arrow.Schema([...prepared.fields]);
    const writeThere = distantWriter(prepared.root, { run, functions: context.functions });
    if (writeDistant !== undefined && writeThere !== undefined)
      return writeDistant(table, { schema, write: writeThere }, checked, run.signal);
    const rows = {
      schema: async () => schema,
      batches: () => runPlan(prepared, run),
    };
    const written = await write(table, rows, checked, options.signal);
    const ranOn = describeWhere(run, prepared);
    return ranOn === undefined ? written : written.withPlace(ranOn);
  });
}
