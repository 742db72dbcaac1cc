/** Creating and dropping when an answer can be lost: look whether it happened, instead of repeating blindly. */
import { DlfLanceError, isError } from "../../errors.ts";
import type { Answer, Failure } from "../transport/transport.ts";

const rounds = 3;

/** What stands under a name: made by this very request, by another, or nothing. */
export type Standing = "own" | "other" | "nothing";

/**
 * Creates once.
 *
 * @param look asks what stands under the name after an answer was lost
 * @throws CommitUnknown when the answer was lost and `look` fails
 */
export async function createOnce(
  attempt: () => Promise<Answer | Failure>,
  look: () => Promise<Standing>,
): Promise<void> {
  for (let round = 1; ; round++) {
    const outcome = await attempt();
    if (outcome.kind === "answer") return;
    const isConflict = outcome.error.status === 409;
    const mayBeOwn = outcome.unclear || (isConflict && (round > 1 || outcome.tries > 1));
    if (!mayBeOwn) throw outcome.error;
    const standing = await settle(look, outcome.error);
    if (standing === "own") return;
    // Still nothing there: the lost request may only be late, so it is sent again under the same mark. Something of
    // others: the next try is refused by the service, in its words.
    if (isConflict || round >= rounds) throw outcome.error;
  }
}

/**
 * Drops once.
 *
 * @param isGone asks, after an answer was lost, whether what was to be dropped is gone
 * @throws CommitUnknown when the answer was lost and `isGone` fails
 */
export async function dropOnce(
  attempt: () => Promise<Answer | Failure>,
  isGone: () => Promise<boolean>,
): Promise<void> {
  for (let round = 1; ; round++) {
    const outcome = await attempt();
    if (outcome.kind === "answer") return;
    const isMissing = outcome.error.status === 404;
    if (isMissing && (round > 1 || outcome.tries > 1)) return;
    if (!outcome.unclear) throw outcome.error;
    if (await settle(isGone, outcome.error)) return;
    if (round >= rounds) throw outcome.error;
  }
}

/** @throws CommitUnknown when `look` fails, for work whose answer was lost */
export async function settle<T>(look: () => Promise<T>, lost: DlfLanceError): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (isError(error, "Interrupted")) throw error;
    throw new DlfLanceError(
      "CommitUnknown",
      `${lost.message}; it may have been done all the same, and asking for it failed too: look before trying again`,
    );
  }
}
