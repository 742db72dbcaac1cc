/**
 * Keeps the credentials of each table. One request per table is in flight at a time; they are renewed shortly before
 * they end; when that fails, they are used until they really end.
 */

import { waitFor } from "../../interrupt.ts";
import type { StorageCredentials } from "../operations/credentials.ts";
import { formatTableId, type TableId, tableKey } from "../protocol/identifier.ts";
import { SharedRequests } from "./shared-requests.ts";

/** Longest time before the end at which credentials are renewed, in milliseconds. */
const longestLead = 60_000;
/** After a renewal that failed, the next is tried no earlier than this, in milliseconds. */
const pauseAfterFailure = 5_000;

export interface CredentialCache {
  /**
   * The table's credentials, which are good when they are returned.
   *
   * @param signal ends the waiting only; others may wait for the same request
   */
  get(id: TableId, signal: AbortSignal | undefined): Promise<StorageCredentials>;
  /** Forgets a table's credentials, such as those of a table that is dropped. */
  forget(id: TableId): void;
}

interface Entry {
  readonly credentials: StorageCredentials;
  readonly renewAt: number;
}

export function createCredentialCache(load: (id: TableId) => Promise<StorageCredentials>): CredentialCache {
  const entries = new Map<string, Entry>();
  const renewals = new SharedRequests<Entry>();

  function renew(id: TableId, old: StorageCredentials | undefined): Promise<Entry> {
    return load(id).then(
      (credentials): Entry => ({
        credentials,
        renewAt: chooseRenewal(credentials.expiresAt, Date.now()),
      }),
      (error: unknown): Entry => {
        if (old === undefined || hasEnded(old, Date.now())) throw error;
        return { credentials: old, renewAt: Date.now() + pauseAfterFailure };
      },
    );
  }

  return {
    async get(id, signal) {
      const key = tableKey(id);
      const now = Date.now();
      removeEnded(entries, now);
      const entry = entries.get(key);
      if (entry !== undefined && now < entry.renewAt) return entry.credentials;
      const renewal = renewals.ask(
        key,
        () => renew(id, entry?.credentials),
        (renewed) => entries.set(key, renewed),
      );
      const action = `get storage credentials of table ${formatTableId(id)}`;
      return (await waitFor(renewal, signal, action)).credentials;
    },
    forget(id) {
      const key = tableKey(id);
      entries.delete(key);
      renewals.forget(key);
    },
  };
}

/** Up to a minute, or a quarter of the life, before the end; at a random point, so that tables do not renew at once. */
function chooseRenewal(expiresAt: number | undefined, now: number): number {
  if (expiresAt === undefined) return Number.POSITIVE_INFINITY;
  const lead = Math.min(longestLead, Math.max(0, expiresAt - now) / 4);
  return expiresAt - lead * (1 - Math.random() / 4);
}

function hasEnded(credentials: StorageCredentials, now: number): boolean {
  return credentials.expiresAt !== undefined && credentials.expiresAt <= now;
}

function removeEnded(entries: Map<string, Entry>, now: number): void {
  for (const [key, { credentials }] of entries) {
    if (hasEnded(credentials, now)) entries.delete(key);
  }
}
