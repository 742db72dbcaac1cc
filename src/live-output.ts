/** How a shown output finds its way back to the process that made it, to ask for more. */
import { DlfLanceError } from "./errors.ts";
import { shareValue } from "./shared-value.ts";

/** Answers what an output asks, with data that survive JSON. */
export type OutputAnswer = (question: Readonly<Record<string, unknown>>) => Promise<object>;

/** Where an output may ask. */
export interface OutputLink {
  /** As the Jupyter server names it. */
  readonly kernelId: string;
  readonly key: string;
}

interface LinkedOutputs {
  kernelId?: string;
  readonly answers: Map<string, OutputAnswer>;
}

/** Outputs that can still ask; older ones must be made again. */
const mostLinks = 100;

const shared = shareValue<LinkedOutputs>("dlf-lance.linked-outputs");

/** Shared by all copies of this package. */
function linkedOutputs(): LinkedOutputs {
  const known = shared.read();
  if (known !== undefined) return known;
  const created = { answers: new Map() };
  shared.write(created);
  return created;
}

/** Makes known that this process is a kernel whose front end can reach it. */
export function publishLinkedKernel(kernelId: string): void {
  linkedOutputs().kernelId = kernelId;
}

/** Lets an output ask later; undefined where nobody could hear it. */
export function linkOutput(answer: OutputAnswer): OutputLink | undefined {
  const { kernelId, answers } = linkedOutputs();
  if (kernelId === undefined) return undefined;
  // The global one: the module node:crypto cannot be in the kernel's startup snapshot.
  const key = crypto.randomUUID();
  answers.set(key, answer);
  for (const oldest of answers.keys()) {
    if (answers.size <= mostLinks) break;
    answers.delete(oldest);
  }
  return { kernelId, key };
}

/** @throws DlfLanceError InvalidInput for an output that is not linked any more; what the answer throws. */
export function askOutput(key: string, question: Readonly<Record<string, unknown>>): Promise<object> {
  const answer = linkedOutputs().answers.get(key);
  if (answer !== undefined) return answer(question);
  throw new DlfLanceError("InvalidInput", "Cannot answer an output: it is too old; run its cell again");
}
