/** Objects of OSS as files of this machine, fetched when they are read. */
import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import type { StorageCredentials } from "../catalog/operations/credentials.ts";
import { DlfLanceError } from "../errors.ts";
import { createSpillFolder } from "../frame/engines/duckdb/spill-folder.ts";
import type { FoundFile } from "../frame/files/find-files.ts";
import { createUpstream, type OssAnswer } from "../gateway/upstream.ts";

/** Gives what opens the bucket, again for each request: keys may expire. */
export type FindCredentials = (signal?: AbortSignal) => Promise<StorageCredentials>;

const patternSigns = /[*?]/;
const longestWait = 30 * 60_000;

/** The objects that one login opens. */
export class OssFiles {
  readonly #findCredentials: FindCredentials;
  readonly #upstream;
  #folder: Promise<string> | undefined;
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
    const keys = patternSigns.test(key) ? await this.#list(bucket, key, action, signal) : [key];
    if (keys.length === 0)
      throw new DlfLanceError("InvalidInput", `Cannot ${action}: no object fits this pattern`);
    const files: FoundFile[] = [];
    for (const each of keys) files.push(await this.#fetch(bucket, each, action, signal));
    return files;
  }

  async #list(bucket: string, pattern: string, action: string, signal?: AbortSignal): Promise<string[]> {
    const prefix = pattern.slice(0, pattern.search(patternSigns));
    const fits = toRegExp(pattern);
    const keys: string[] = [];
    for (let token = ""; ; ) {
      const query: [string, string][] = [
        ["list-type", "2"],
        ["max-keys", "1000"],
        ["prefix", prefix],
        ["encoding-type", "url"],
        ...(token === "" ? [] : [["continuation-token", token] as [string, string]]),
      ];
      const answer = await this.#get(bucket, "", query, {}, action, signal);
      if (answer.status !== 200) throw await refuse(answer, action);
      const page = await text(answer.body);
      for (const [, key = ""] of page.matchAll(/<Key>([^<]*)<\/Key>/g)) keys.push(decodeURIComponent(key));
      token = /<NextContinuationToken>([^<]*)</.exec(page)?.[1] ?? "";
      if (token === "") return keys.filter((key) => fits.test(key)).sort();
    }
  }

  async #fetch(bucket: string, key: string, action: string, signal?: AbortSignal): Promise<FoundFile> {
    const name = `oss://${bucket}/${key}`;
    const known = this.#fetched.get(name);
    const headers: Record<string, string> = known === undefined ? {} : { "if-none-match": known.etag };
    const answer = await this.#get(bucket, key, [], headers, action, signal);
    if (answer.status === 304 && known !== undefined) {
      answer.body.resume();
      return known.file;
    }
    if (answer.status !== 200) throw await refuse(answer, action);
    this.#folder ??= createSpillFolder();
    const path = join(await this.#folder, `object-${this.#fetched.size}-${Date.now()}`);
    await pipeline(answer.body, createWriteStream(path, { mode: 0o600 }));
    const etag = String(answer.headers.etag ?? path);
    const file = { name, path, stamp: `${name} ${etag}` };
    this.#fetched.set(name, { etag, file });
    return file;
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
      const why = error instanceof Error ? error.message : String(error);
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

async function refuse({ status, body }: OssAnswer, action: string): Promise<DlfLanceError> {
  const code = /<Code>([^<]*)</.exec(await text(body).catch(() => ""))?.[1] ?? "";
  if (code === "NoSuchKey")
    return new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: no such object; list the bucket, or pass a pattern`,
    );
  if (status === 403)
    return new DlfLanceError(
      "PermissionDenied",
      `Cannot ${action}: OSS refuses the login (${code}); check its keys and what they may read`,
    );
  return new DlfLanceError(
    "ServiceUnavailable",
    `Cannot ${action}: OSS answers ${status} ${code}; try again`,
  );
}
