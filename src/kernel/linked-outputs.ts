/** Answers outputs that ask for more over a comm. */
import { basename } from "node:path";
import { z } from "zod";
import { askOutput, publishLinkedKernel } from "../live-output.ts";
import { registerCommTarget } from "./comms.ts";

/** As `display/page-buttons.ts` opens it. */
const target = "dlf-lance.output";
const question = z.looseObject({ key: z.string() });

/** @param connectionFile the Jupyter server puts the kernel's id into its name. */
export function answerLinkedOutputs(connectionFile: string): void {
  const [, kernelId] = /^kernel-([\w-]+)\.json$/.exec(basename(connectionFile)) ?? [];
  if (kernelId === undefined) return;
  publishLinkedKernel(kernelId);
  registerCommTarget(target, async (comm, data) => {
    const { key, ...asked } = question.parse(data);
    comm.send({ ...(await askOutput(key, asked)) });
    comm.close();
  });
}
