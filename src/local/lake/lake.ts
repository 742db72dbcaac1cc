import type { RequestListener } from "node:http";
import { resolve } from "node:path";
import { DlfLanceError, isError } from "../../errors.ts";
import { createCatalogListener } from "../catalog/catalog-server.ts";
import { closeCatalogStore, openCatalogStore } from "../catalog/catalog-store.ts";
import { deleteDroppedData, issueTableToken } from "../catalog/table-data.ts";
import type { CatalogKey } from "../identity/catalog-signature.ts";
import { type LakeIdentity, loadIdentity } from "../identity/identity.ts";
import {
  closeIdentityStore,
  findIdentity,
  type IdentityStore,
  openIdentityStore,
} from "../identity/identity-store.ts";
import { equalInConstantTime } from "../identity/signature.ts";
import { closeObjectStore, createBucket, openObjectStore } from "../object-store/object-store.ts";
import { createOssListener } from "../oss/oss-server.ts";
import { announceLake, withdrawLake } from "./announcement.ts";
import { bucket, describeLake, region } from "./lake-description.ts";
import { createLakeFaults } from "./lake-faults.ts";
import { copyDatabases, prepareFolder } from "./lake-folder.ts";
import { type LocalLake, type LocalLakeOptions, parseLakeOptions } from "./lake-options.ts";
import { withProof } from "./lake-proof.ts";
import { serveLoopback } from "./loopback-server.ts";

/**
 * Opens a local lake in this thread: both servers accept requests when it resolves.
 *
 * @throws DlfLanceError InvalidInput for a folder, a port or another option that cannot be used
 */
export async function openLake(options: LocalLakeOptions): Promise<LocalLake> {
  const {
    data,
    port,
    ossPort,
    tokenLifetime,
    warehouse,
    refuseSignatureV1,
    versioned,
    faults: faulty,
  } = parseLakeOptions(options);
  const folder = resolve(data);
  const opened: (() => void | Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const { writable } = await prepareFolder(folder);
    const identity = await loadIdentity(folder);
    const databases = writable ? undefined : await copyDatabases(folder);
    if (databases !== undefined) opened.push(databases.remove);
    const databaseFolder = databases?.folder ?? folder;
    const objects = await openObjectStore(folder, databaseFolder, writable);
    opened.push(() => closeObjectStore(objects));
    if (writable) await createBucket(objects, bucket);
    const catalog = openCatalogStore(databaseFolder, bucket, warehouse);
    opened.push(() => closeCatalogStore(catalog));
    if (writable) await deleteDroppedData(catalog, objects);
    const others = openIdentityStore(databaseFolder);
    opened.push(() => closeIdentityStore(others));

    const faults = faulty ? createLakeFaults(identity, tokenLifetime) : undefined;
    const spoilOss = faults?.spoilOss ?? unspoilt;
    const spoilCatalog = faults?.spoilCatalog ?? unspoilt;
    const tokensEndedUntil = faults?.tokensEndedUntil ?? (() => 0);
    const ossListener = createOssListener(objects, identity, {
      refuseSignatureV1,
      versioned,
      tokensEndedUntil,
    });
    const oss = await serveLoopback(spoilOss(ossListener), ossPort, "object store");
    opened.push(oss.close);
    const endpoint = `http://127.0.0.1:${oss.port}`;
    const catalogListener = createCatalogListener(
      {
        store: catalog,
        ossEndpoint: endpoint,
        issueToken: (location, access) =>
          issueTableToken(identity, location, access, endpoint, tokenLifetime),
        deleteDroppedData: () => deleteDroppedData(catalog, objects),
      },
      { region, writable, findKey: (accessKeyId) => findCatalogKey(identity, others, accessKeyId) },
    );
    const claimed = { warehouse, ossPort: oss.port };
    const provenListener = withProof(identity.tokenKey, claimed, spoilCatalog(catalogListener));
    const server = await serveLoopback(provenListener, port, "catalog");
    opened.push(server.close);
    const ports = { port: server.port, ossPort: oss.port };
    const announcement = { pid: process.pid, ...ports };
    if (writable) {
      await announceLake(folder, warehouse, announcement);
      opened.push(() => withdrawLake(folder, warehouse, announcement));
    }
    const description = describeLake(identity, warehouse, ports);
    if (faults === undefined) return { ...description, close };
    const { path, token } = faults.control;
    return { ...description, faults: { uri: `${description.config.uri}${path}`, token }, close };
  } catch (error) {
    await close();
    throw isError(error) ? error : describeFailure(folder, error);
  }
}

function unspoilt(listener: RequestListener): RequestListener {
  return listener;
}

function findCatalogKey(
  owner: LakeIdentity,
  others: IdentityStore,
  accessKeyId: string,
): CatalogKey | undefined {
  if (equalInConstantTime(accessKeyId, owner.accessKeyId)) {
    return { accessKeySecret: owner.accessKeySecret, principal: { kind: "owner" } };
  }
  const found = findIdentity(others, accessKeyId);
  if (found === undefined) return undefined;
  const { accessKeySecret, name, grants } = found;
  return { accessKeySecret, principal: { kind: "identity", name, grants } };
}

function describeFailure(folder: string, error: unknown): DlfLanceError {
  const reason = error instanceof Error ? error.message : "unknown error";
  const message = `Cannot open a local lake in ${folder}: ${reason}; give a folder that can be written to`;
  return new DlfLanceError("InvalidInput", message);
}
