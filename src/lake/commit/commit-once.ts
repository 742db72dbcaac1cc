/**
 * A commit that is made exactly once: repeated only when it is sure that it was not made, and never called a failure when
 * it may have been. The one place that decides whether a commit was made.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DlfLanceError, type ErrorCode, isError } from "../../errors.ts";
import { stopIfAborted, waitFor } from "../../interrupt.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import { isLostRace, isTokenExpired, isTurnedAway, whereCutOff } from "../../table/native/native-error.ts";
import { createPersistence } from "../../table/native/persistence.ts";

export interface Commit<T> {
  /** In words, such as `append to default.orders`. */
  readonly action: string;
  /** The newest version before it; 0 for a table that is not written yet. */
  readonly versionBefore: number;
  readonly signal: AbortSignal | undefined;
  /** The newest version of the table now. */
  findVersion(): Promise<number>;
  /**
   * Looks at a version above {@link versionBefore}: what the commit came to if it is the one that made it, `others` if
   * it is none of the new ones; when left out, and with `unsure`, nobody can tell.
   */
  recognize?(versionAfter: number): Promise<T | "others" | "unsure">;
  /** Whether it may be repeated although a part of it is there: it changes no row, and then only finds less to do. */
  readonly isRepeatable?: boolean;
  /** Takes up new credentials in place of those that a store has called expired. */
  renew(): void;
  /** Takes back whatever there is of work that failed, or may have, where nobody else can have built on it. */
  undo?(): Promise<void>;
  /** Called once the commit is made, also when nobody waits for it any more. */
  onCommitted(result: T): void;
}

/** How long an interrupted commit may take to end, in milliseconds, before nobody waits for it any more. */
const patience = 3_000;
/** How often work is repeated whose connections break: a store that cannot be reached is not waited for. */
const mostCuts = 2;

/**
 * What stands for a refusal that comes before any commit. Rights are those of one token from the first write to the commit:
 * who may not write has committed nothing.
 */
const certainCodes: readonly ErrorCode[] = [
  "CommitUnknown",
  "Interrupted",
  "InvalidInput",
  "PermissionDenied",
  "TableColumnNotFound",
  "TableIndexAlreadyExists",
  "TableIndexNotFound",
  "TableSchemaValidationError",
  "TableTagAlreadyExists",
  "TableTagNotFound",
  "TableVersionNotFound",
  "Unsupported",
];

/**
 * What `work` commits. An interruption before it starts makes that nothing is written.
 * @throws DlfLanceError ConcurrentModification when another commit came first, so that this one was not made;
 *   CommitUnknown when the answer was lost and others' commits hide whether ours landed; or when
 *   it was interrupted and is still under way, for the native library cannot be stopped
 */
export async function commitOnce<T>(commit: Commit<T>, work: () => Promise<T>): Promise<T> {
  const { action, signal } = commit;
  if (signal?.aborted === true) await undo(commit);
  stopIfAborted(signal, action);
  const running = persist(commit, work);
  running.then(commit.onCommitted).catch(() => undefined);
  try {
    return await waitFor(running, signal, action);
  } catch (error) {
    if (signal?.aborted === true && isError(error, "Interrupted"))
      throw await endInterrupted(commit, running);
    throw error;
  }
}

/** Makes the commit, again and again while the store turns it away before anything of it is stored. */
async function persist<T>(commit: Commit<T>, work: () => Promise<T>): Promise<T> {
  const persistence = createPersistence();
  let cuts = 0;
  for (;;) {
    let settled: Settled<T>;
    try {
      return await work();
    } catch (error) {
      settled = await settle(commit, error);
    }
    if ("result" in settled) return settled.result;
    const { error, doubt } = settled;
    const isCutOff = whereCutOff(error) === "before a commit" || (commit.isRepeatable && whereCutOff(error));
    const isRepeated = doubt === undefined && (isNotTakenUp(error) || (isCutOff && cuts++ < mostCuts));
    if (!isRepeated || !(await persistence.wait(commit.signal))) {
      throw (await undo(commit)) ? error : (doubt ?? error);
    }
  }
}

async function undo(commit: Commit<unknown>): Promise<boolean> {
  try {
    await commit.undo?.();
    return commit.undo !== undefined;
  } catch {
    return false;
  }
}

/** Whether the store has refused a request in a way that says to send it again. */
function isNotTakenUp(error: unknown): boolean {
  return isTurnedAway(error) || isTokenExpired(error);
}

async function endInterrupted<T>(commit: Commit<T>, running: Promise<T>): Promise<unknown> {
  const { action, versionBefore } = commit;
  const ended = running.then(
    (result) => {
      const made =
        typeof result === "number" ? `the rows are written, as version ${result}` : "the change is made";
      return new DlfLanceError("Interrupted", `Interrupted: ${action}. It came too late: ${made}`);
    },
    (error: unknown) =>
      isError(error, "CommitUnknown")
        ? error
        : new DlfLanceError("Interrupted", `Interrupted: ${action}. Nothing was changed`),
  );
  const outcome = await Promise.race([ended, sleep(patience, undefined, { ref: false })]);
  return (
    outcome ??
    new DlfLanceError(
      "CommitUnknown",
      `Interrupted in the middle of a commit, which goes on without you: ${action}. ` +
        `It ends as a version above ${versionBefore}, or not at all; look at the table before repeating it`,
    )
  );
}

/** What an error comes to: that the commit was made all the same, or that it failed, where there is doubt about that. */
type Settled<T> = { readonly result: T } | { readonly error: unknown; readonly doubt?: DlfLanceError };

/** Without doubt when it is sure that our commit is none of the table's versions. */
async function settle<T>(commit: Commit<T>, error: unknown): Promise<Settled<T>> {
  if (isError(error) && certainCodes.includes(error.code)) return { error };
  if (isLostRace(error)) return { error };
  const { action, versionBefore } = commit;
  const before = versionBefore === 0 ? "did not exist before" : `was at version ${versionBefore} before`;
  const unknown = (now: string) => ({
    error,
    doubt: new DlfLanceError(
      "CommitUnknown",
      `Cannot tell whether this was committed: ${action}. ${describeReason(error, action)}. ` +
        `The table ${before}${now}; look at it before repeating this`,
    ),
  });
  try {
    if (isTokenExpired(error)) commit.renew();
    if (commit.isRepeatable === true) return { error };
    const versionAfter = await commit.findVersion();
    if (versionAfter === versionBefore) return { error };
    const found = (await commit.recognize?.(versionAfter)) ?? "unsure";
    if (found === "others") return { error };
    if (found !== "unsure") return { result: found as T };
    return unknown(`, and is at version ${versionAfter} now`);
  } catch {
    return unknown(", and its version cannot be read now");
  }
}

/** What an error found, without the action and the next step, of which another is in place. */
function describeReason(error: unknown, action: string): string {
  if (!isError(error)) return "Its answer was lost";
  const found = error.message.replace(`Cannot ${action}: `, "").replace(/; (?!.*; ).*$/s, "");
  return found.charAt(0).toUpperCase() + found.slice(1);
}

/**
 * Whether one of the versions since `versionBefore` may be ours, by how many rows it has more than the one before it;
 * others' commits that look alike hide whether ours is among them.
 */
export async function recognizeByRows(
  handle: LanceTable,
  versionBefore: number,
  isOurs: (addedRows: number) => boolean,
): Promise<"others" | "unsure"> {
  const counts = (await handle.writes.countByVersion()).filter(({ version }) => version >= versionBefore);
  if (counts[0]?.version !== versionBefore) return "unsure";
  const isAlike = counts.slice(1).some(({ rows }, index) => isOurs(rows - (counts[index]?.rows ?? 0)));
  return isAlike ? "unsure" : "others";
}
