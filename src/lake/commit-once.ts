/** A commit that is made exactly once: never repeated, and never called a failure when it may have been made. */
import { setTimeout as sleep } from "node:timers/promises";
import { DlfLanceError, isError } from "../errors.ts";
import { stopIfAborted, waitFor } from "../interrupt.ts";
import type { LanceTable } from "../table/lance.ts";

export interface Commit {
  readonly handle: LanceTable;
  /** In words, such as `append to default.orders`. */
  readonly action: string;
  readonly versionBefore: number;
  /** Rows that the new version has more than the one before it; undefined when that is not known. */
  readonly addedRows?: number;
  readonly signal: AbortSignal | undefined;
  /** Called once the commit is made, also when nobody waits for it any more. */
  onCommitted(version: number): void;
}

/** How long an interrupted commit may take to end, in milliseconds, before nobody waits for it any more. */
const patience = 3_000;

/**
 * The version that `work` commits. An interruption before it starts makes that nothing is written.
 * @throws DlfLanceError CommitUnknown when the answer was lost and others' commits hide whether ours landed; or when
 *   it was interrupted and is still under way, for the native library cannot be stopped
 */
export async function commitOnce(commit: Commit, work: () => Promise<number>): Promise<number> {
  const { action, signal } = commit;
  stopIfAborted(signal, action);
  const running = work();
  running.then(commit.onCommitted).catch(() => undefined);
  try {
    return await waitFor(running, signal, action);
  } catch (error) {
    if (signal?.aborted === true && isError(error, "Interrupted"))
      throw await endInterrupted(commit, running);
    throw await settle(commit, error);
  }
}

async function endInterrupted(commit: Commit, running: Promise<number>): Promise<unknown> {
  const { action, versionBefore } = commit;
  const ended = running.then(
    (version) =>
      new DlfLanceError(
        "Interrupted",
        `Interrupted: ${action}. It came too late: the rows are written, as version ${version}.`,
      ),
    async (error) => {
      const settled = await settle(commit, error);
      return isError(settled, "CommitUnknown")
        ? settled
        : new DlfLanceError("Interrupted", `Interrupted: ${action}. Nothing was changed.`);
    },
  );
  const outcome = await Promise.race([ended, sleep(patience, undefined, { ref: false })]);
  return (
    outcome ??
    new DlfLanceError(
      "CommitUnknown",
      `Interrupted in the middle of a commit, which goes on without you: ${action}. ` +
        `It ends as a version above ${versionBefore}, or not at all; look at the table before repeating it.`,
    )
  );
}

/** What to say after an error: the error itself when it is sure that our commit is none of the table's versions. */
async function settle(commit: Commit, error: unknown): Promise<unknown> {
  const { handle, action, versionBefore, addedRows } = commit;
  const reason = isError(error) ? error.message : "Its answer was lost.";
  const unknown = (evidence: string) =>
    new DlfLanceError(
      "CommitUnknown",
      `Cannot tell whether this was committed: ${action}. ${reason} ${evidence} Look for the rows before writing them again.`,
    );
  try {
    const versionAfter = await handle.refresh();
    if (versionAfter === versionBefore) return error;
    if (addedRows === undefined) {
      return unknown(`The table was at version ${versionBefore} before and is at ${versionAfter} now.`);
    }
    const counts = (await handle.writes.countByVersion()).filter(({ version }) => version >= versionBefore);
    const alike = counts.filter(({ rows }, index) => rows - (counts[index - 1]?.rows ?? rows) === addedRows);
    if (alike.length === 0) return error;
    const versions = alike.map(({ version }) => version).join(", ");
    return unknown(`A version with as many rows more was made meanwhile: ${versions}.`);
  } catch {
    return unknown(`The table was at version ${versionBefore} before; which it has now cannot be read.`);
  }
}
