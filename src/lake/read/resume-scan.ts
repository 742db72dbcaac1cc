/** Reads of one version of a table that outlive what a store says of their credentials. */
import type { RecordBatch } from "../../arrow.ts";
import type { CatalogTable } from "../../catalog/operations/catalog-table.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError, isError } from "../../errors.ts";
import type { LanceTable } from "../../table/native/lance.ts";
import { isTokenExpired, isTurnedAway, lacksFiles } from "../../table/native/native-error.ts";
import type { ScanRequest } from "../../table/native/scan-request.ts";
import { isSameTable } from "../storage/open-tables.ts";
import type { LakeStorage } from "../storage/storage.ts";

/** A version of a table, and the handle on it with which reading begins; whoever opened that closes it. */
export interface TableVersion {
  readonly id: TableId;
  readonly version: number;
  readonly handle: LanceTable;
  /** What the catalog said of the table when the handle was opened. */
  readonly entry: CatalogTable;
}

/** How often credentials are renewed without a row in between. */
const mostRenewals = 2;

/**
 * Scans, and goes on behind the last row delivered when the store turns a request away, or calls the token expired: the
 * native library renews tokens by the end it was given for them, and fails when a store disagrees. Rows come in the
 * table's order, so that none is missing or repeated. What a search has found comes in an order of its making: it is repeated only before its first row.
 */
export async function* resumeScan(
  storage: LakeStorage,
  table: TableVersion,
  request: ScanRequest,
): AsyncGenerator<RecordBatch, void, undefined> {
  const { offset = 0, limit = Number.POSITIVE_INFINITY } = request;
  const { handle } = table;
  let current = handle;
  let delivered = 0;
  let renewals = 0;
  try {
    for (;;) {
      const begun = delivered;
      try {
        for await (const batch of current.scan(behind(request, offset + delivered, limit - delivered))) {
          delivered += batch.numRows;
          renewals = 0;
          yield batch;
        }
        return;
      } catch (error) {
        const isRepeatable = request.search === undefined || delivered === 0;
        // A scan persists until its first row; one that ends behind it begins again there.
        const isBusy = isTurnedAway(error) && delivered > begun;
        const isExpired = isTokenExpired(error) && renewals++ < mostRenewals;
        if (lacksFiles(error)) await refuseOther(storage, table);
        if (!isRepeatable || !(isBusy || isExpired)) throw error;
        if (delivered >= limit) return;
        if (isBusy) continue;
      }
      const renewed = await reopen(storage, table);
      if (current !== handle) current.close();
      current = renewed;
    }
  } finally {
    if (current !== handle) current.close();
  }
}

/** Counts rows, a second time with new credentials when the store calls the token expired. */
export async function countRowsOf(
  storage: LakeStorage,
  table: TableVersion,
  filter: string | undefined,
): Promise<number> {
  try {
    return await table.handle.countRows(filter);
  } catch (error) {
    if (lacksFiles(error)) await refuseOther(storage, table);
    if (!isTokenExpired(error)) throw error;
    const renewed = await reopen(storage, table);
    return renewed.countRows(filter).finally(() => renewed.close());
  }
}

/** @throws DlfLanceError TableNotFound when the table is gone, and when the name is another one's by now */
async function reopen(storage: LakeStorage, { id, version, entry }: TableVersion): Promise<LanceTable> {
  storage.renew(id);
  const refuse = (what: string) =>
    new DlfLanceError(
      "TableNotFound",
      `Cannot read ${formatTableId(id)}: the table was dropped meanwhile${what}`,
    );
  // Of the newest version: another table may lack the one that is read.
  const renewed = await storage.openSnapshot(id).catch((error: unknown) => {
    throw isError(error, "TableNotFound") ? refuse("") : error;
  });
  try {
    if (!isSameTable(renewed.entry, entry))
      throw refuse(", and another was made under its name; run it again to read that one");
    await renewed.handle.versions.checkout(version);
    return renewed.handle;
  } catch (error) {
    renewed.handle.close();
    throw error;
  }
}

/** @throws as {@link reopen}, where files are missing because the table is not the one that was opened. */
async function refuseOther(storage: LakeStorage, table: TableVersion): Promise<void> {
  (await reopen(storage, table)).close();
}

function behind(request: ScanRequest, offset: number, limit: number): ScanRequest {
  return {
    ...request,
    ...(offset === 0 ? {} : { offset }),
    ...(limit === Number.POSITIVE_INFINITY ? {} : { limit }),
  };
}
