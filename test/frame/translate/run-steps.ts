/** Runs the steps that a statement becomes for Daft with the engines of this process. */
import { Frame } from "../../../src/frame/frame.ts";
import { readStatements } from "../../../src/frame/run/prepare.ts";
import { withRun } from "../../../src/frame/run/run.ts";

export interface TranslatedFrame {
  /** Why it is not translated. */
  readonly reason: string | undefined;
  readonly frame: Frame;
}

/** @throws what the check of the statement throws */
export async function translateFrame(statement: Pick<Frame, "plan" | "context">): Promise<TranslatedFrame> {
  const { plan, context } = statement;
  return withRun(context, { engine: "daft" }, async (run) => {
    const { plan: steps, reasons } = await readStatements(plan, run);
    const [reason] = [...reasons.values()];
    const told = reason === undefined ? undefined : [reason.why, reason.wayOut ?? []].flat().join("; ");
    return { reason: told, frame: new Frame({ ...context, engine: "here" }, steps) };
  });
}
