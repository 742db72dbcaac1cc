/** How a table is changed: checked before, announced to DLF afterwards, and honest about what it does not know. */
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import { currentInterruptSignal, stopIfAborted, waitFor } from "../../interrupt.ts";
import { withProgress } from "../../progress.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import { inTurn } from "../commit/change-turn.ts";
import { commitOnce, recognizeByRows } from "../commit/commit-once.ts";
import { type EditCounts, EditResult } from "../commit/edit-result.ts";
import { tellOutcome } from "../commit/tell-outcome.ts";
import { makeRenewable } from "../storage/renewable-table.ts";
import type { LakeStorage } from "../storage/storage.ts";

export interface ChangeOptions {
  /**
   * Ends the waiting. A commit under way cannot be stopped any more; the error `Interrupted` then says so. In our
   * kernel, by default, the interruption of the cell.
   */
  readonly signal?: AbortSignal;
}

/** A change of one table, in words for messages: `delete rows of`, `deleted rows of`. */
export interface Change {
  readonly doing: string;
  readonly done: string;
  /** Whether the signal ends the work itself, and nothing is committed then. */
  readonly endsBySignal?: boolean;
  /**
   * Whether it finds rows by what they hold, and so waits for others that do: they would be computed again and again, until
   * none is let through.
   */
  readonly takesTurn?: boolean;
  /** Whether a commit that leaves so many rows more may be it; any may when left out. */
  readonly mayAdd?: (rows: number) => boolean;
  /** Looks for it among the versions from the first to the second, where its answer was lost. */
  recognize?(from: number, to: number): Promise<Committed | "others" | "unsure">;
  /** Whether it may be repeated although a part of it is committed: it changes no row. */
  readonly isRepeatable?: boolean;
  /** Whether the table has other columns afterwards. */
  readonly changesColumns?: boolean;
  /** Whether its data files may be in another version of Lance's file format afterwards. */
  readonly changesFormat?: boolean;
  /** Nothing is written before this has ended; what it throws is thrown. */
  work(handle: LanceTable, signal: AbortSignal | undefined): Promise<Committed>;
  /** Looks at what was committed; what it throws is thrown. */
  check?(handle: LanceTable, committed: Committed, versionBefore: number): Promise<void>;
}

export interface Committed extends EditCounts {
  /** The new version; undefined when the change does not tell, or made none. */
  readonly version?: number;
}

/**
 * Runs a change on the newest version of a table.
 * @throws DlfLanceError CommitUnknown when it cannot be determined whether it was committed; Interrupted
 */
export async function changeTable(
  storage: LakeStorage,
  id: TableId,
  change: Change,
  options: ChangeOptions = {},
): Promise<EditResult> {
  const signal = options.signal ?? currentInterruptSignal();
  const action = `${change.doing} ${formatTableId(id)}`;
  stopIfAborted(signal, action);
  const started: { versionBefore?: number } = {};
  const running = withProgress(action, { parts: 1 }, async (progress) => {
    const run = () => runChange(storage, id, change, signal, started);
    const result = await (change.takesTurn === true ? inTurn(storage, id, run) : run());
    progress.advance({ parts: 1 });
    return result;
  });
  tellOutcome(action, signal, running).catch(() => undefined);
  if (change.endsBySignal === true) return running;
  try {
    return await waitFor(running, signal, action);
  } catch (error) {
    if (!isError(error, "Interrupted") || started.versionBefore === undefined) throw error;
    throw describeInterruption(action, started.versionBefore);
  }
}

async function runChange(
  storage: LakeStorage,
  id: TableId,
  change: Change,
  signal: AbortSignal | undefined,
  started: { versionBefore?: number },
): Promise<EditResult> {
  const table = formatTableId(id);
  const { mayAdd } = change;
  return storage.withTable(id, async (handle) => {
    const versionBefore = await handle.version();
    await storage.refuseVersioning(id, versionBefore);
    stopIfAborted(signal, `${change.doing} ${table}`);
    started.versionBefore = versionBefore;
    const renewable = makeRenewable(storage, id, handle);
    const committed = await commitOnce(
      {
        action: `${change.doing} ${table}`,
        versionBefore,
        // The waiting is ended by the caller.
        signal: undefined,
        findVersion: () => renewable.use((current) => current.refresh()),
        ...(change.recognize === undefined
          ? {}
          : { recognize: async (after) => (await change.recognize?.(versionBefore + 1, after)) ?? "unsure" }),
        ...(mayAdd === undefined
          ? {}
          : { recognize: () => renewable.use((current) => recognizeByRows(current, versionBefore, mayAdd)) }),
        isRepeatable: change.isRepeatable === true,
        renew: renewable.renew,
        onCommitted: () => undefined,
      },
      () => renewable.use((current) => change.work(current, signal)),
    );
    const version = committed.version ?? (await renewable.use((current) => current.refresh()));
    if (change.changesFormat !== true) storage.keepStorageVersion(id, versionBefore, version);
    if (version !== versionBefore) storage.notify(id, { changesColumns: change.changesColumns === true });
    await renewable.use(async (current) => change.check?.(current, committed, versionBefore));
    const now = await renewable.use((current) => current.statistics()).catch(() => undefined);
    return new EditResult({
      ...committed,
      table,
      action: `${change.done} ${table}`,
      versionBefore,
      version,
      rows: now?.rows,
      fragments: now?.fragments,
      bytes: now?.bytes,
    });
  });
}

function describeInterruption(action: string, versionBefore: number): DlfLanceError {
  return new DlfLanceError(
    "Interrupted",
    `Interrupted: ${action}. Lance cannot be stopped within a commit: the change may yet appear as a version above ` +
      `${versionBefore}. Look at versions() before repeating it`,
  );
}
