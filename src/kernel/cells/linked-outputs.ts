/** Answers outputs that ask for more over a comm. */
import { basename } from "node:path";
import { askOutput, publishLinkedKernel } from "../../live-output.ts";
import { registerCommTarget } from "./comms.ts";

/** As `display/card/page-buttons.ts` opens it. */
const target = "dlf-lance.output";

/** @param connectionFile the Jupyter server puts the kernel's id into its name. */
export function answerLinkedOutputs(connectionFile: string): void {
  const [, kernelId] = /^kernel-([\w-]+)\.json$/.exec(basename(connectionFile)) ?? [];
  if (kernelId === undefined) return;
  publishLinkedKernel(kernelId);
  registerCommTarget(target, async (comm, data) => {
    const { key, ...asked } = data;
    if (typeof key !== "string") throw new TypeError("an output asks by its key");
    comm.send({ ...(await askOutput(key, asked)) });
    comm.close();
  });
}
