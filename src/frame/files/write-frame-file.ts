/** Frames as files of this machine. */
import { z } from "zod";
import { arrow } from "../../arrow.ts";
import { parse } from "../builder/arguments.ts";
import type { FileFormat } from "../engines/duckdb/files.ts";
import type { Plan } from "../plan/plan.ts";
import type { FrameContext } from "../run/frame-context.ts";
import { preparePlan } from "../run/prepare.ts";
import { type RunOptions, withRun } from "../run/run.ts";
import { runPlan } from "../run/run-plan.ts";

export interface FrameFileOptions extends RunOptions {
  /** Puts the new file in the place of one that is there, which is refused otherwise. */
  readonly overwrite?: boolean;
}

const filePath = z.string("a file's path is text").min(1, "a file's path is not empty");
const overwriting = z.boolean("overwrite is true or false").default(false);

/** @returns the number of rows */
export async function writeFrameFile(
  plan: Plan,
  context: FrameContext,
  path: string,
  format: FileFormat,
  { overwrite, ...options }: FrameFileOptions,
): Promise<number> {
  const file = {
    format,
    overwrite: parse(overwriting, overwrite, "write a file"),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const checkedPath = parse(filePath, path, "write a file");
  const { writeFile } = await import("../engines/duckdb/files.ts");
  return withRun(context, options, async (run) => {
    const prepared = await preparePlan(plan, run);
    const schema = new arrow.Schema([...prepared.fields]);
    return writeFile(checkedPath, schema, runPlan(prepared, run), file);
  });
}
