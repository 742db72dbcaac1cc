/** Objects of OSS as files of this machine, fetched when they are read. */
import { createWriteStream } from "node:fs";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { StorageCredentials } from "../../catalog/operations/credentials.ts";
import { DlfLanceError, messageOf } from "../../errors.ts";
import { createSpillFolder } from "../../frame/engines/duckdb/spill-folder.ts";
import type { FoundFile } from "../../frame/files/find-files.ts";
import { createUpstream, type OssAnswer } from "../../gateway/upstream.ts";
import { findNearest } from "../../nearest.ts";

/** Gives what opens the bucket, again for each request: keys may expire. */
export type FindCredentials = (signal?: AbortSignal) => Promise<StorageCredentials>;

const patternSigns = /[*?]/;
const longestWait = 30 * 60_000;
/** Objects that are fetched at a time. */
const fetchedAtOnce = 8;
/** Names that a missing object may have been mistyped from. */
const searchedNames = 1_000;

interface ListedObject {
  readonly key: string;
  readonly etag: string;
}

/** The objects that one login opens. */
export class OssFiles {
  readonly #findCredentials: FindCredentials;
  readonly #upstream;
  #folder: string | undefined;
  #files = 0;
  readonly #fetched = new Map<string, { readonly etag: string; readonly file: FoundFile }>();

  constructor(findCredentials: FindCredentials, caFile?: string) {
    this.#findCredentials = findCredentials;
    this.#upstream = createUpstream({ region: undefined, caFile });
  }

  /** @throws DlfLanceError InvalidInput where no object fits; PermissionDenied; ServiceUnavailable. */
  async find(
    bucket: string,
    key: string,
    action: string,
    signal?: AbortSignal,
  ): Promise<readonly FoundFile[]> {
    if (!patternSigns.test(key)) return [await this.#fetch(bucket, key, action, signal)];
    const listed = await this.#list(bucket, key, action, signal);
    if (listed.length === 0)
      throw new DlfLanceError("InvalidInput", `Cannot ${action}: no object fits this pattern`);
    const files = new Array<FoundFile>(listed.length);
    const next = listed.entries();
    const failed = new AbortController();
    const stop = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
    const fetchNext = async () => {
      for (const [index, { key, etag }] of next) {
        files[index] = this.#known(bucket, key, etag) ?? (await this.#fetch(bucket, key, action, stop));
      }
    };
    const fetching = Array.from({ length: fetchedAtOnce }, fetchNext);
    await Promise.all(fetching).catch(async (error: unknown) => {
      failed.abort();
      await Promise.allSettled(fetching);
      throw error;
    });
    return files;
  }

  /** The file of an object that has not changed since it was fetched. */
  #known(bucket: string, key: string, etag: string): FoundFile | undefined {
    const known = this.#fetched.get(nameOf(bucket, key));
    return known !== undefined && known.etag === etag ? known.file : undefined;
  }

  async #list(
    bucket: string,
    pattern: string,
    action: string,
    signal?: AbortSignal,
  ): Promise<ListedObject[]> {
    const prefix = pattern.slice(0, pattern.search(patternSigns));
    const fits = toRegExp(pattern);
    const objects: ListedObject[] = [];
    for (let token: string | undefined = ""; token !== undefined; ) {
      const page = await this.#listPage(bucket, prefix, token, action, signal);
      objects.push(...page.objects.filter(({ key }) => fits.test(key)));
      token = page.next;
    }
    return objects.sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  async #listPage(bucket: string, prefix: string, token: string, action: string, signal?: AbortSignal) {
    const query: [string, string][] = [
      ["list-type", "2"],
      ["max-keys", String(searchedNames)],
      ["prefix", prefix],
      ["encoding-type", "url"],
      ...(token === "" ? [] : [["continuation-token", token] as [string, string]]),
    ];
    const answer = await this.#get(bucket, "", query, {}, action, signal);
    if (answer.status !== 200) throw await refuse(answer, bucket, action);
    const page = await text(answer.body);
    const objects = Array.from(page.matchAll(/<Contents>(.*?)<\/Contents>/gs), ([, content = ""]) => ({
      key: decodeURIComponent(/<Key>([^<]*)</.exec(content)?.[1] ?? ""),
      etag: plainEtag(/<ETag>([^<]*)</.exec(content)?.[1] ?? ""),
    }));
    return { objects, next: /<NextContinuationToken>([^<]+)</.exec(page)?.[1] };
  }

  async #fetch(bucket: string, key: string, action: string, signal?: AbortSignal): Promise<FoundFile> {
    const name = nameOf(bucket, key);
    const known = this.#fetched.get(name);
    const headers: Record<string, string> = known === undefined ? {} : { "if-none-match": `"${known.etag}"` };
    const answer = await this.#get(bucket, key, [], headers, action, signal);
    if (answer.status === 304 && known !== undefined) {
      answer.body.resume();
      return known.file;
    }
    if (answer.status !== 200) {
      const refusal = await refuse(answer, bucket, action);
      throw answer.status === 404 ? await this.#addNearest(refusal, bucket, key, action, signal) : refusal;
    }
    this.#folder ??= createSpillFolder();
    const path = join(this.#folder, `object-${this.#files++}`);
    await pipeline(answer.body, createWriteStream(path, { mode: 0o600 }));
    const etag = plainEtag(String(answer.headers.etag ?? path));
    const { size: bytes } = await stat(path);
    const file = { name, path, stamp: `${name} ${etag}`, bytes };
    this.#fetched.set(name, { etag, file });
    return file;
  }

  /** Names the object next to a missing one that was likely meant, where the login may list the bucket. */
  async #addNearest(
    refusal: DlfLanceError,
    bucket: string,
    key: string,
    action: string,
    signal?: AbortSignal,
  ): Promise<DlfLanceError> {
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    const page = await this.#listPage(bucket, folder, "", action, signal).catch(() => undefined);
    const near = findNearest(
      key,
      (page?.objects ?? []).map((object) => object.key),
    );
    return near === undefined
      ? refusal
      : new DlfLanceError(
          refusal.code,
          `Cannot ${action}: no such object; did you mean ${nameOf(bucket, near)}?`,
        );
  }

  async #get(
    bucket: string,
    key: string,
    query: readonly (readonly [string, string])[],
    headers: Readonly<Record<string, string>>,
    action: string,
    signal: AbortSignal | undefined,
  ): Promise<OssAnswer> {
    const wait = AbortSignal.timeout(longestWait);
    const either = signal === undefined ? wait : AbortSignal.any([signal, wait]);
    try {
      return await this.#upstream.send(
        { method: "GET", bucket, key, query, headers },
        await this.#findCredentials(signal),
        null,
        either,
      );
    } catch (error) {
      if (signal?.aborted || error instanceof DlfLanceError) throw error;
      const why = messageOf(error);
      throw new DlfLanceError(
        "ServiceUnavailable",
        `Cannot ${action}: OSS cannot be reached (${why}); check the endpoint and the network`,
      );
    }
  }
}

/** `*` is anything but a slash, `**` anything, `?` one character. */
function toRegExp(pattern: string): RegExp {
  const parts = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").split(/(\*\*|\*|\?)/);
  const source = parts.map((part) => ({ "**": ".*", "*": "[^/]*", "?": "[^/]" })[part] ?? part).join("");
  return new RegExp(`^${source}$`, "s");
}

function nameOf(bucket: string, key: string): string {
  return `oss://${bucket}/${key}`;
}

/** Without the quotes, which a list may write as XML does. */
function plainEtag(etag: string): string {
  return etag.replaceAll(/&quot;|"/g, "");
}

async function refuse({ status, body }: OssAnswer, bucket: string, action: string): Promise<DlfLanceError> {
  const code = /<Code>([^<]*)</.exec(await text(body).catch(() => ""))?.[1] ?? "";
  if (code === "NoSuchKey")
    return new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no such object; list the bucket, or pass a pattern`,
    );
  if (code === "NoSuchBucket")
    return new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no bucket named ${bucket} at this endpoint; check its name and region`,
    );
  if (status === 403)
    return new DlfLanceError(
      "PermissionDenied",
      `Cannot ${action}: OSS refuses the login (${code}); check its keys and what they may read`,
    );
  if (status >= 400 && status < 429)
    return new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: OSS refuses the request (${status} ${code}); check the address`,
    );
  return new DlfLanceError(
    "ServiceUnavailable",
    `Cannot ${action}: OSS returns ${status} ${code}; try again`,
  );
}
