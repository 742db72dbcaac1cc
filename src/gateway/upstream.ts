/** The object stores behind the gateway: requests signed with version 4 and the credentials of one table. */
import type { Readable } from "node:stream";
import type { StorageCredentials } from "../catalog/operations/credentials.ts";
import { isLoopback, readAddress } from "../catalog/protocol/endpoint-address.ts";
import { createDispatcher, type Dispatcher } from "../catalog/transport/dispatcher.ts";
import { DlfLanceError } from "../errors.ts";
import { encodeKey, encodeQuery, encodeResource, type OssRequest, signOssRequest } from "./sign-oss.ts";
import { signOssRequestV1 } from "./sign-oss-v1.ts";

export interface OssAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Readable;
}

export interface Upstream {
  /**
   * Sends one request, signed with version 4 by default; its body and the answer's are streamed, nothing is repeated.
   * @throws what the connection throws
   */
  send(
    request: OssRequest,
    credentials: StorageCredentials,
    body: Readable | null,
    signal: AbortSignal,
    version?: "v1" | "v4",
  ): Promise<OssAnswer>;
  close(): Promise<void>;
}

export interface UpstreamOptions {
  /** Of endpoints whose host does not name it. */
  readonly region: string | undefined;
  readonly caFile: string | undefined;
}

const timeouts = { connectTimeout: 10_000, answerTimeout: 60_000 };

export function createUpstream({ region, caFile }: UpstreamOptions): Upstream {
  const dispatchers = new Map<string, Dispatcher>();

  function dispatcherTo(origin: URL): Dispatcher {
    const known = dispatchers.get(origin.origin);
    if (known !== undefined) return known;
    const made = createDispatcher(origin, caFile, timeouts, process.env);
    dispatchers.set(origin.origin, made);
    return made;
  }

  return {
    async send(request, credentials, body, signal, version = "v4") {
      const { origin, path } = locate(request, credentials.endpoint);
      const keys = {
        accessKeyId: credentials.accessKeyId.reveal(),
        accessKeySecret: credentials.accessKeySecret.reveal(),
        securityToken: credentials.securityToken?.reveal(),
        region: version === "v1" ? "" : findRegion(credentials, origin, region),
      };
      const sign = version === "v1" ? signOssRequestV1 : signOssRequest;
      const headers = sign(request, keys, new Date());
      const search = encodeQuery(request.query);
      const answer = await dispatcherTo(origin).request({
        origin: origin.origin,
        path: search === "" ? path : `${path}?${search}`,
        method: request.method as Dispatcher.HttpMethod,
        headers,
        body,
        signal,
      });
      return { status: answer.statusCode, headers: answer.headers, body: answer.body };
    },
    async close() {
      await Promise.all([...dispatchers.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** Real OSS takes the bucket from the host only; on the loopback such hosts do not resolve. */
function locate(
  { bucket, key }: OssRequest,
  endpoint: string,
): { readonly origin: URL; readonly path: string } {
  const reading = readAddress(endpoint);
  if ("problem" in reading) {
    throw new DlfLanceError("InvalidInput", `Cannot reach the OSS endpoint: ${reading.problem}`);
  }
  const { url } = reading;
  if (isLoopback(url.hostname)) return { origin: url, path: encodeResource(bucket, key) };
  return { origin: new URL(`${url.protocol}//${bucket}.${url.host}`), path: `/${encodeKey(key)}` };
}

function findRegion(credentials: StorageCredentials, origin: URL, configured: string | undefined): string {
  const region = credentials.region ?? configured ?? (isLoopback(origin.hostname) ? "local" : undefined);
  if (region !== undefined) return region;
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot sign OSS requests with signature V4: the endpoint does not tell its region; set dlf.region",
  );
}
