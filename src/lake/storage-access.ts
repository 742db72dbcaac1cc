import { buffer } from "node:stream/consumers";
import type { CatalogClient } from "../catalog/client.ts";
import type { StorageCredentials } from "../catalog/credentials.ts";
import { formatTableId, type TableId } from "../catalog/identifier.ts";
import { DlfLanceError } from "../errors.ts";
import { type Gateway, startGateway } from "../gateway/gateway.ts";
import { createUpstream, type Upstream } from "../gateway/upstream.ts";
import { addressStorage } from "../table/address-storage.ts";

/** How the native library reaches the buckets: straight, or through the gateway where they want signature V4. */
export interface StorageAccess {
  /** The storage options for a table at a location. */
  address(id: TableId, location: string, credentials: StorageCredentials): Promise<Record<string, string>>;
  /**
   * Refuses to change a table in a bucket with versioning, which lets two writers commit the same version.
   * @param version one that the table has
   * @throws Unsupported
   */
  refuseVersioning(id: TableId, version: number): Promise<void>;
  /** The file of a version's manifest; undefined where it cannot be read. */
  readManifest(id: TableId, version: number): Promise<ManifestFile | undefined>;
  close(): Promise<void>;
}

/** A manifest file, whole or its end. */
export interface ManifestFile {
  readonly bytes: Buffer;
  readonly fileLength: number;
}

/** How long an object store may take to answer a question of ours, in milliseconds. */
const patience = 10_000;
/** How much of a manifest's end is read, in bytes: all of it, but for tables of thousands of fragments. */
const manifestEnd = 1 << 20;

type Way = "straight" | "gateway";

export function createStorageAccess(catalog: CatalogClient): StorageAccess {
  const { signature, versioning, region } = catalog.oss;
  const locations = new Map<string, OssLocation>();
  const unversioned = new Set<string>();
  const ways = new Map<string, Promise<Way>>();
  let started: Promise<Gateway> | undefined;
  let upstream: Upstream | undefined;

  function openUpstream(): Upstream {
    upstream ??= createUpstream({ region, caFile: catalog.caFile });
    return upstream;
  }

  function findWay(location: OssLocation, credentials: StorageCredentials): Promise<Way> {
    if (signature !== "auto") return Promise.resolve(signature === "v4" ? "gateway" : "straight");
    const known = ways.get(location.bucket);
    if (known !== undefined) return known;
    const way = askForWay(openUpstream(), location, credentials);
    ways.set(location.bucket, way);
    way.catch(() => ways.delete(location.bucket));
    return way;
  }

  return {
    async address(id, location, credentials) {
      const oss = parseOssLocation(location);
      if (oss === undefined) return addressStorage(credentials);
      locations.set(formatTableId(id), oss);
      const way = await findWay(oss, credentials).catch((): Way => "straight");
      if (way === "straight") return addressStorage(credentials);
      started ??= startGateway({ region, caFile: catalog.caFile });
      return (await started).admit(formatTableId(id), () => catalog.vendCredentials(id));
    },
    async refuseVersioning(id, version) {
      const location = locations.get(formatTableId(id));
      if (versioning === "allow" || location === undefined || unversioned.has(location.bucket)) return;
      const credentials = await catalog.vendCredentials(id);
      if (await hasVersions(openUpstream(), location, version, credentials)) {
        throw new DlfLanceError(
          "Unsupported",
          `Cannot change table ${formatTableId(id)}: its bucket keeps versions of objects, and then two writers can ` +
            "commit the same version and lose rows. Turn versioning off, or set dlf.oss-versioning to allow when " +
            "nobody else writes.",
        );
      }
      unversioned.add(location.bucket);
    },
    async readManifest(id, version) {
      const location = locations.get(formatTableId(id));
      if (location === undefined) return undefined;
      const credentials = await catalog.vendCredentials(id);
      return readManifest(openUpstream(), location, version, credentials);
    },
    async close() {
      await (await started?.catch(() => undefined))?.close();
      await upstream?.close();
    },
  };
}

interface OssLocation {
  readonly bucket: string;
  /** Of all the table's objects, without a slash at the end. */
  readonly prefix: string;
}

function parseOssLocation(location: string): OssLocation | undefined {
  const [, bucket, prefix] = /^oss:\/\/([^/]+)\/(.*?)\/*$/.exec(location) ?? [];
  return bucket === undefined || prefix === undefined ? undefined : { bucket, prefix };
}

/** Lists a table's versions, signed as the native library would; when that is refused, with version 4. */
async function askForWay(
  upstream: Upstream,
  { bucket, prefix }: OssLocation,
  credentials: StorageCredentials,
): Promise<Way> {
  const query = [
    ["max-keys", "1"],
    ["prefix", `${prefix}/_versions/`],
  ] as const;
  const accepts = async (version: "v1" | "v4"): Promise<boolean> => {
    const request = { method: "GET", bucket, key: "", query, headers: {} };
    const answer = await upstream.send(request, credentials, null, AbortSignal.timeout(patience), version);
    answer.body.resume();
    return answer.status < 400 || answer.status === 404;
  };
  // When both are refused, the native library's own error says why.
  return (await accepts("v1")) || !(await accepts("v4")) ? "straight" : "gateway";
}

/** Newer tables name manifests so that a listing begins with the newest. */
function manifestKeys({ prefix }: OssLocation, version: number): string[] {
  const newest = (2n ** 64n - 1n - BigInt(version)).toString().padStart(20, "0");
  return [newest, String(version)].map((name) => `${prefix}/_versions/${name}.manifest`);
}

async function readManifest(
  upstream: Upstream,
  location: OssLocation,
  version: number,
  credentials: StorageCredentials,
): Promise<ManifestFile | undefined> {
  for (const key of manifestKeys(location, version)) {
    const answer = await upstream.send(
      {
        method: "GET",
        bucket: location.bucket,
        key,
        query: [],
        headers: { range: `bytes=-${manifestEnd}` },
      },
      credentials,
      null,
      AbortSignal.timeout(patience),
    );
    if (answer.status === 200 || answer.status === 206) {
      const bytes = await buffer(answer.body);
      const length = /\/(\d+)$/.exec(String(answer.headers["content-range"] ?? ""))?.[1];
      return { bytes, fileLength: length === undefined ? bytes.length : Number(length) };
    }
    answer.body.resume();
  }
  return undefined;
}

/** Whether the manifest of a version is an object with a version of its own. What cannot be asked is taken for not. */
async function hasVersions(
  upstream: Upstream,
  location: OssLocation,
  version: number,
  credentials: StorageCredentials,
): Promise<boolean> {
  const { bucket } = location;
  for (const key of manifestKeys(location, version)) {
    try {
      const answer = await upstream.send(
        { method: "HEAD", bucket, key, query: [], headers: {} },
        credentials,
        null,
        AbortSignal.timeout(patience),
      );
      answer.body.resume();
      if (answer.status === 200) return (answer.headers["x-oss-version-id"] ?? "null") !== "null";
    } catch {
      return false;
    }
  }
  return false;
}
