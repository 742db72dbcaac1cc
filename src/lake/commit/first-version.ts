/**
 * The first version of a table just declared. Others see the declaration, and may write the table before its creator does:
 * what they have written stays theirs.
 */
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { tableOptions } from "../../catalog/protocol/schemas.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import type { LanceStatistics } from "../../table/native/lance.ts";
import type { LakeStorage } from "../storage/storage.ts";
import { type Commit, commitOnce } from "./commit-once.ts";

interface Versioned {
  readonly version: number;
}

/** Which of the first version's parts only its writer knows. */
type FirstCommit<T> = Pick<Commit<T>, "action" | "signal" | "onCommitted" | "recognize">;

/**
 * Writes version 1. Whatever goes wrong, the declaration is taken back, with what may have been written.
 * @throws DlfLanceError TableAlreadyExists when others have written the table meanwhile; their rows stay
 */
export async function commitFirstVersion<T extends Versioned>(
  storage: LakeStorage,
  declared: CatalogTable,
  commit: FirstCommit<T>,
  work: () => Promise<T>,
): Promise<T> {
  const { id } = declared;
  const { action } = commit;
  const begun = Date.now();
  let written: T;
  try {
    written = await commitOnce<T>(
      {
        ...commit,
        versionBefore: 0,
        findVersion: async () => (await findVersion(storage, id)) ?? 0,
        renew: () => storage.renew(id),
        undo: () => takeBack(storage, declared, 0),
      },
      work,
    );
  } catch (error) {
    throw isError(error, "TableAlreadyExists") ? refuseRace(action) : error;
  }
  if (written.version === 1) {
    if (Date.now() - begun > briefly) await refuseReplaced(storage, declared, action);
    return written;
  }
  // The native library looks whether there is a table when it begins, and puts its rows over those committed since.
  await storage.withSnapshot(id, written.version - 1, ({ versions }) => versions.restore());
  storage.notify(id, { changesColumns: true });
  throw refuseRace(action);
}

/**
 * The milliseconds in which nobody is taken to drop a table that is being made: to ask whether somebody has costs a request.
 */
const briefly = 1_000;

/** @throws DlfLanceError ConcurrentModification when the declared table is not the one that has the name now */
async function refuseReplaced(storage: LakeStorage, declared: CatalogTable, action: string): Promise<void> {
  const now = await storage.catalog.getTable(declared.id).catch((error: unknown) => {
    if (isError(error, "TableNotFound")) return undefined;
    throw error;
  });
  if (now !== undefined && now.uuid === declared.uuid && now.location === declared.location) return;
  storage.renew(declared.id);
  throw new DlfLanceError(
    "ConcurrentModification",
    now === undefined
      ? `Cannot ${action}: another writer dropped it while its rows were written; run this again`
      : `Cannot ${action}: another writer dropped it while its rows were written, and made one of the same name, ` +
          "which stays; append to it, or choose another name",
  );
}

function refuseRace(action: string): DlfLanceError {
  return new DlfLanceError(
    "TableAlreadyExists",
    `Cannot ${action}: another writer wrote its first rows at the same time, and they stay; append to it, or choose another name`,
  );
}

/** The first version of a table, if it has as many rows as were to be written. */
export function findFirstVersion(
  storage: LakeStorage,
  id: TableId,
  rows: number,
): Promise<{ version: number; statistics: LanceStatistics } | "others" | "unsure"> {
  return storage.withTable(id, async (handle) => {
    const first = (await handle.writes.countByVersion()).find(({ version }) => version === 1);
    if (first === undefined) return "unsure";
    return first.rows === rows ? { version: 1, statistics: await handle.statistics() } : "others";
  });
}

/** The newest version of a table; undefined for one that does not exist, or is only declared. */
export async function findVersion(storage: LakeStorage, id: TableId): Promise<number | undefined> {
  try {
    return await storage.withTable(id, (handle) => handle.version());
  } catch (error) {
    if (isError(error, "TableNotFound")) return undefined;
    throw error;
  }
}

/**
 * Drops a table whose creation has failed, unless others have written it since, or made another one of its name.
 * @param version its newest version that its creator has written; 0 when that is none
 * @throws DlfLanceError when the table is left
 */
export async function takeBack(storage: LakeStorage, declared: CatalogTable, version: number): Promise<void> {
  const { catalog } = storage;
  const { id } = declared;
  let now: CatalogTable;
  try {
    now = await catalog.getTable(id);
  } catch (error) {
    if (isError(error, "TableNotFound")) return;
    throw error;
  }
  if (now.uuid !== declared.uuid || now.location !== declared.location) return;
  // Where the store cannot be asked, the catalog still lists the last commit that was announced.
  const isRecorded = version === 0 && now.properties[tableOptions.commitUuid] !== undefined;
  const found = await findVersion(storage, id).catch(() => undefined);
  if (isRecorded || (found !== undefined && found !== version))
    throw refuseRace(`drop table ${formatTableId(id)}`);
  await catalog.dropTable(id);
}

/** Only an object shows whether its bucket keeps versions: the first is the table's, which is then dropped. */
export async function refuseVersioning(
  storage: LakeStorage,
  declared: CatalogTable,
  version: number,
): Promise<void> {
  try {
    await storage.refuseVersioning(declared.id, version);
  } catch (error) {
    await takeBack(storage, declared, version);
    throw error;
  }
}
