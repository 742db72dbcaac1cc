/** What of a request and of its answer goes through the gateway. */
import type { IncomingMessage, OutgoingHttpHeaders } from "node:http";
import type { OssRequest } from "./sign-oss.ts";

/** Of one connection only, or made again on the other side. */
const ownHeaders = new Set([
  "authorization",
  "connection",
  "date",
  "expect",
  "host",
  "keep-alive",
  "transfer-encoding",
  "x-oss-date",
  "x-oss-security-token",
]);

/** Bucket, key and query of a request in path style; undefined for a target that cannot be decoded. */
export function readRequest(message: IncomingMessage): Omit<OssRequest, "headers"> | undefined {
  const [path = "", search = ""] = splitOnce(message.url ?? "/", "?");
  try {
    const [bucket, key = ""] = splitOnce(decodeURIComponent(path).slice(1), "/");
    const query = search
      .split("&")
      .filter((part) => part !== "")
      .map((part): readonly [string, string] => {
        const [name, value = ""] = splitOnce(part, "=");
        return [decodeURIComponent(name), decodeURIComponent(value)];
      });
    return bucket === "" ? undefined : { method: message.method ?? "", bucket, key, query };
  } catch {
    return undefined;
  }
}

export function forwardedHeaders(message: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(message.headers)) {
    if (value === undefined || ownHeaders.has(name)) continue;
    headers[name] = Array.isArray(value) ? value.join(",") : value;
  }
  return headers;
}

export function returnedHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): OutgoingHttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).filter(
      ([name]) => !["connection", "keep-alive", "transfer-encoding"].includes(name),
    ),
  );
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
