import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { ObjectStore } from "../object-store/object-store.ts";
import { OssError } from "../protocol/oss-error.ts";
import type { OssRequest } from "../protocol/oss-request.ts";
import type { Principal } from "./oss-access.ts";

/** An authenticated request, and all that is needed to answer it. */
export interface OssExchange {
  readonly store: ObjectStore;
  readonly principal: Principal;
  readonly request: OssRequest;
  readonly message: IncomingMessage;
  readonly response: ServerResponse;
}

export type OssHandler = (exchange: OssExchange) => Promise<void>;

const longestDocument = 4 << 20;

/** The body, checked against `Content-MD5` if there is one: a wrong one fails at the end of reading. */
export async function* readContent({ request, message }: OssExchange): AsyncGenerator<Uint8Array> {
  const expected = request.headers["content-md5"];
  // What is left of a body after a failure is still read, or the connection's next request would wait for ever.
  const body: AsyncIterable<Uint8Array> = message.iterator({ destroyOnReturn: false });
  if (expected === undefined) return yield* body;
  const hash = createHash("md5");
  for await (const chunk of body) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("base64") !== expected) {
    throw new OssError(400, "InvalidDigest", "The Content-MD5 you specified is not valid.");
  }
}

/** The body of a request whose body is an XML document. */
export async function readDocument(exchange: OssExchange): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of readContent(exchange)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > longestDocument) throw new OssError(400, "EntityTooLarge", "The request body is too large.");
  }
  return Buffer.concat(chunks).toString("utf8");
}

export function forbidsOverwrite({ request }: OssExchange): boolean {
  return request.headers["x-oss-forbid-overwrite"]?.toLowerCase() === "true";
}

const kept = new Set([
  "content-type",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "expires",
]);

/** The headers of a write that come back with the object. */
export function keptHeaders({ request }: OssExchange): Record<string, string> {
  const entries = Object.entries(request.headers);
  return Object.fromEntries(entries.filter(([name]) => kept.has(name) || name.startsWith("x-oss-meta-")));
}
