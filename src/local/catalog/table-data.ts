import { tokenKeys } from "../../catalog/protocol/schemas.ts";
import type { Access } from "../identity/access-grants.ts";
import type { LakeIdentity } from "../identity/identity.ts";
import { issueCredentials } from "../identity/sts.ts";
import { logFailure } from "../log.ts";
import { abortUploadsBelow } from "../object-store/multipart.ts";
import { deletePrefix, type ObjectStore } from "../object-store/object-store.ts";
import { splitResource } from "../protocol/oss-request.ts";
import { type CatalogStore, forgetDropped, listDropped } from "./catalog-store.ts";

export interface TableToken {
  readonly token: Readonly<Record<string, string>>;
  readonly expiresAtMillis: number;
}

/**
 * A token to read, or also to write, all objects below a table's location. It is empty for a location that is not in an
 * object store: a client then needs none.
 */
export function issueTableToken(
  identity: LakeIdentity,
  location: string,
  access: Access,
  endpoint: string,
  lifetimeSeconds: number,
): TableToken {
  const expiresAtMillis = Math.round(Date.now() + lifetimeSeconds * 1000);
  const place = parseLocation(location);
  if (place === undefined) return { token: {}, expiresAtMillis };
  const issued = issueCredentials(identity.tokenKey, { ...place, access }, expiresAtMillis);
  const token = {
    [tokenKeys.accessKeyId]: issued.accessKeyId,
    [tokenKeys.accessKeySecret]: issued.accessKeySecret,
    [tokenKeys.securityToken]: issued.securityToken,
    [tokenKeys.endpoint]: endpoint,
  };
  return { token, expiresAtMillis };
}

/**
 * Deletes the data of dropped tables, also those that a crashed process has left; two processes may do so at once.
 * What cannot be deleted now is tried again at the next drop or start: the table is gone in any case.
 */
export async function deleteDroppedData(catalog: CatalogStore, objects: ObjectStore): Promise<void> {
  for (const location of listDropped(catalog)) {
    const place = parseLocation(location);
    try {
      if (place !== undefined) {
        await deletePrefix(objects, place.bucket, place.prefix);
        await abortUploadsBelow(objects, place.bucket, place.prefix);
      }
      forgetDropped(catalog, location);
    } catch (error) {
      logFailure(`deleting the data of a dropped table in ${location}`, error);
    }
  }
}

function parseLocation(location: string): { bucket: string; prefix: string } | undefined {
  if (!location.startsWith("oss://")) return undefined;
  const { bucket, key } = splitResource(location.slice("oss://".length).replace(/\/+$/, ""));
  return key === "" ? undefined : { bucket, prefix: `${key}/` };
}
