import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { DlfLanceError } from "../errors.ts";
import { type AccessGrants, parseGrants } from "./identity/access-grants.ts";
import { closeIdentityStore, openIdentityStore, putIdentity } from "./identity/identity-store.ts";
import { prepareFolder } from "./lake/lake-folder.ts";

/** The keys of an identity, as a client's configuration has them. */
export interface IdentityKeys extends Record<string, string> {
  readonly "dlf.access-key-id": string;
  readonly "dlf.access-key-secret": string;
}

/**
 * Says all that an identity may do in the lake of a data folder, and answers its keys. It takes the place of what
 * was said before; servers that run on the folder follow at once, but tokens they have vended live on.
 *
 * @throws DlfLanceError InvalidInput for a missing folder, a wrong name or pattern
 */
export async function grantAccess(data: string, name: string, grants: AccessGrants): Promise<IdentityKeys> {
  const folder = resolve(data);
  if (!/^[\w-]{1,64}$/.test(name)) throw refuse(name, "a name has 1 to 64 letters, digits, - and _");
  const checked = parseGrants(name, grants);
  const isFolder = await stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  if (!isFolder) throw refuse(name, `no folder ${folder}; start a lake on it first`);
  const { writable } = await prepareFolder(folder);
  if (!writable) throw refuse(name, `the folder ${folder} is read-only; make it writable first`);
  const store = openIdentityStore(folder);
  try {
    const { accessKeyId, accessKeySecret } = putIdentity(store, name, checked);
    return { "dlf.access-key-id": accessKeyId, "dlf.access-key-secret": accessKeySecret.reveal() };
  } finally {
    closeIdentityStore(store);
  }
}

function refuse(name: string, reason: string): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot grant access to ${name}: ${reason}`);
}
