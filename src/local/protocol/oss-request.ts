import type { IncomingMessage } from "node:http";
import { invalidArgument, OssError } from "./oss-error.ts";

export type QueryPair = readonly [name: string, value: string];

/** A request to the object store, decoded once, so that what is signed is also what is done. */
export interface OssRequest {
  readonly method: string;
  /** The bucket's name, or "" for the service itself. */
  readonly bucket: string;
  /** The object's decoded key, or "" for the bucket itself. */
  readonly key: string;
  /** The path that the client has signed: `/bucket/key`, decoded. */
  readonly resource: string;
  readonly addressing: "path" | "virtual host";
  readonly query: readonly QueryPair[];
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
}

const loopbackHosts = new Set(["127.0.0.1", "localhost", "[::1]"]);

/**
 * Reads bucket, key and query from a request in path style (`Host: 127.0.0.1`), virtual-host style
 * (`Host: bucket.any.domain`) or with an absolute target, as sent to a proxy.
 *
 * @throws OssError 400 for a target that cannot be decoded or that names a query parameter twice
 */
export function parseOssRequest(message: IncomingMessage): OssRequest {
  const headers = readHeaders(message);
  const { host, path, search } = splitTarget(message.url ?? "/", headers.host ?? "");
  const decodedPath = decode(path);
  const common = { method: message.method ?? "", query: parseQuery(search), headers };
  const hostName = host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
  if (!loopbackHosts.has(hostName)) {
    const bucket = hostName.split(".", 1)[0] ?? "";
    const resource = `/${bucket}${decodedPath}`;
    return { ...common, bucket, key: decodedPath.slice(1), resource, addressing: "virtual host" };
  }
  const { bucket, key } = splitResource(decodedPath);
  return { ...common, bucket, key, resource: decodedPath, addressing: "path" };
}

/** Splits `/bucket/key` or `bucket/key`. */
export function splitResource(resource: string): { bucket: string; key: string } {
  const path = resource.startsWith("/") ? resource.slice(1) : resource;
  const slash = path.indexOf("/");
  return slash < 0 ? { bucket: path, key: "" } : { bucket: path.slice(0, slash), key: path.slice(slash + 1) };
}

/** Percent-decodes; `+` stays a plus, since security tokens and keys contain it. */
export function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new OssError(400, "InvalidURI", "Couldn't parse the specified URI.");
  }
}

export function queryValue(request: OssRequest, name: string): string | undefined {
  return request.query.find(([key]) => key === name)?.[1];
}

function readHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return headers;
}

function splitTarget(target: string, hostHeader: string): { host: string; path: string; search: string } {
  const absolute = /^https?:\/\/([^/?]*)(.*)$/i.exec(target);
  const host = absolute?.[1] ?? hostHeader;
  const rest = absolute?.[2] ?? target;
  const mark = rest.indexOf("?");
  const path = mark < 0 ? rest : rest.slice(0, mark);
  return { host, path: path === "" ? "/" : path, search: mark < 0 ? "" : rest.slice(mark + 1) };
}

function parseQuery(search: string): readonly QueryPair[] {
  const pairs = new Map<string, string>();
  for (const part of search.split("&")) {
    if (part === "") continue;
    const equals = part.indexOf("=");
    const name = decode(equals < 0 ? part : part.slice(0, equals));
    if (pairs.has(name)) throw invalidArgument(name, "", "given once");
    pairs.set(name, equals < 0 ? "" : decode(part.slice(equals + 1)));
  }
  return [...pairs];
}
