import { buffer } from "node:stream/consumers";
import type { CatalogClient } from "../../catalog/client.ts";
import type { StorageCredentials } from "../../catalog/operations/credentials.ts";
import { formatTableId, type TableId } from "../../catalog/protocol/identifier.ts";
import { DlfLanceError } from "../../errors.ts";
import { type Gateway, startGateway } from "../../gateway/gateway.ts";
import { createUpstream, type OssAnswer, type Upstream } from "../../gateway/upstream.ts";
import { addressStorage } from "../../table/native/address-storage.ts";

/** How the native library reaches the buckets: straight, or through the gateway where they want signature V4. */
export interface StorageAccess {
  /**
   * The storage options for a table at a location. A bucket is taken to accept signature V1, which is what the library
   * signs with, until it turns the library away: asking first would cost every connection a request.
   */
  address(id: TableId, location: string, credentials: StorageCredentials): Promise<Record<string, string>>;
  /**
   * Whether work that has failed may succeed when the table is addressed again: the bucket, asked now, wants signature
   * V4. The failed work has changed nothing then, as the bucket refuses every request of the library.
   */
  findOtherWay(id: TableId): Promise<boolean>;
  /**
   * Refuses to change a table in a bucket with versioning, which lets two writers commit the same version.
   * @param version one that the table has
   * @throws Unsupported
   */
  refuseVersioning(id: TableId, version: number): Promise<void>;
  /** The file of a version's manifest; undefined where it cannot be read. */
  readManifest(id: TableId, version: number): Promise<ManifestFile | undefined>;
  /** @returns whether the manifest of a version is gone; false where it cannot be reached */
  removeManifest(id: TableId, version: number): Promise<boolean>;
  /** @returns whether a file of the folder `data` is gone; false where it cannot be reached */
  removeDataFile(id: TableId, path: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A manifest file, whole or its end. */
export interface ManifestFile {
  readonly bytes: Buffer;
  readonly fileLength: number;
  /** Whether the bucket keeps versions of it. */
  readonly isVersioned: boolean;
}

/** How long an object store may take to answer a question of ours, in milliseconds. */
const patience = 10_000;
/** How much of a manifest's end is read, in bytes: all of it, but for tables of thousands of fragments. */
const manifestEnd = 1 << 20;

type Way = "straight" | "gateway";

export function createStorageAccess(catalog: CatalogClient): StorageAccess {
  const { signature, versioning, region } = catalog.oss;
  const locations = new Map<string, OssLocation>();
  /** By bucket: whether it keeps versions, as soon as that is known. */
  const versioned = new Map<string, Promise<boolean | undefined>>();
  /** By bucket. */
  const ways = new Map<string, Promise<Way>>();
  /** The way by which each table was addressed last. */
  const taken = new Map<string, Way>();
  let started: Promise<Gateway> | undefined;
  let upstream: Upstream | undefined;

  function openUpstream(): Upstream {
    upstream ??= createUpstream({ region, caFile: catalog.caFile });
    return upstream;
  }

  function askOnceForWay(location: OssLocation, credentials: StorageCredentials): Promise<Way> {
    const known = ways.get(location.bucket);
    if (known !== undefined) return known;
    const way = askForWay(openUpstream(), location, credentials);
    ways.set(location.bucket, way);
    way.catch(() => ways.delete(location.bucket));
    return way;
  }

  async function chooseWay({ bucket }: OssLocation): Promise<Way> {
    if (signature !== "auto") return signature === "v4" ? "gateway" : "straight";
    return (await ways.get(bucket)?.catch(() => undefined)) ?? "straight";
  }

  /** Asks again when the answer was lost, or the object that was asked for is gone. */
  function askOnceForVersions(
    location: OssLocation,
    version: number,
    credentials: StorageCredentials,
  ): Promise<boolean | undefined> {
    const { bucket } = location;
    const known = versioned.get(bucket);
    if (known !== undefined) return known;
    const asked = hasVersions(openUpstream(), location, version, credentials).then((answer) => {
      if (answer === undefined) versioned.delete(bucket);
      return answer;
    });
    versioned.set(bucket, asked);
    return asked;
  }

  /** Whether an object is gone: an object store calls the removal of nothing a success. */
  async function remove(id: TableId, { bucket }: OssLocation, key: string): Promise<boolean> {
    try {
      const request = { method: "DELETE", bucket, key, query: [], headers: {} };
      const credentials = await catalog.vendCredentials(id);
      const signal = AbortSignal.timeout(patience);
      const answer = await openUpstream().send(request, credentials, null, signal);
      answer.body.resume();
      return answer.status < 300 || answer.status === 404;
    } catch {
      return false;
    }
  }

  return {
    async address(id, location, credentials) {
      const oss = parseOssLocation(location);
      if (oss === undefined) return addressStorage(credentials);
      const name = formatTableId(id);
      locations.set(name, oss);
      const way = await chooseWay(oss);
      taken.set(name, way);
      if (way === "straight") return addressStorage(credentials);
      started ??= startGateway({ region, caFile: catalog.caFile });
      return (await started).admit(name, () => catalog.vendCredentials(id));
    },
    async findOtherWay(id) {
      const location = locations.get(formatTableId(id));
      if (signature !== "auto" || location === undefined || taken.get(formatTableId(id)) !== "straight") {
        return false;
      }
      try {
        return (await askOnceForWay(location, await catalog.vendCredentials(id))) === "gateway";
      } catch {
        return false;
      }
    },
    async refuseVersioning(id, version) {
      const location = locations.get(formatTableId(id));
      if (versioning === "allow" || location === undefined) return;
      const credentials = await catalog.vendCredentials(id);
      if ((await askOnceForVersions(location, version, credentials)) !== true) return;
      throw new DlfLanceError(
        "Unsupported",
        `Cannot change table ${formatTableId(id)}: its bucket keeps versions of objects, and then two writers can ` +
          "commit the same version and lose rows; turn versioning off, or set dlf.oss-versioning to allow when " +
          "nobody else writes",
      );
    },
    async readManifest(id, version) {
      const location = locations.get(formatTableId(id));
      if (location === undefined) return undefined;
      const credentials = await catalog.vendCredentials(id);
      const manifest = await readManifest(openUpstream(), location, version, credentials);
      if (manifest !== undefined && !versioned.has(location.bucket)) {
        versioned.set(location.bucket, Promise.resolve(manifest.isVersioned));
      }
      return manifest;
    },
    async removeManifest(id, version) {
      const location = locations.get(formatTableId(id));
      if (location === undefined) return false;
      for (const key of manifestKeys(location, version)) if (!(await remove(id, location, key))) return false;
      return true;
    },
    async removeDataFile(id, path) {
      const location = locations.get(formatTableId(id));
      return location !== undefined && remove(id, location, `${location.prefix}/data/${path}`);
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
      const fileLength = length === undefined ? bytes.length : Number(length);
      return { bytes, fileLength, isVersioned: isVersioned(answer.headers) };
    }
    answer.body.resume();
  }
  return undefined;
}

/** Whether the manifest of a version is an object with a version itself; undefined when that cannot be asked. */
async function hasVersions(
  upstream: Upstream,
  location: OssLocation,
  version: number,
  credentials: StorageCredentials,
): Promise<boolean | undefined> {
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
      if (answer.status === 200) return isVersioned(answer.headers);
    } catch {
      return undefined;
    }
  }
  return undefined;
}

function isVersioned(headers: OssAnswer["headers"]): boolean {
  return (headers["x-oss-version-id"] ?? "null") !== "null";
}
