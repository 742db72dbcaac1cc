import { invalidArgument, notImplemented } from "./oss-error.ts";
import type { OssRequest } from "./oss-request.ts";

/** What a write may say in `x-oss-` headers, besides metadata. */
const honored = new Set([
  "x-oss-additional-headers",
  "x-oss-content-sha256",
  "x-oss-copy-source",
  "x-oss-copy-source-if-match",
  "x-oss-copy-source-if-modified-since",
  "x-oss-copy-source-if-none-match",
  "x-oss-copy-source-if-unmodified-since",
  "x-oss-copy-source-range",
  "x-oss-date",
  "x-oss-forbid-overwrite",
  "x-oss-metadata-directive",
  "x-oss-range-behavior",
  "x-oss-request-payer",
  "x-oss-security-token",
  "x-oss-traffic-limit",
  "x-oss-user-agent",
]);

/** Conditions of HTTP that OSS has for reads alone: a write that dropped them would replace what it should not. */
const conditionsOfReads = new Set([
  "if-match",
  "if-none-match",
  "if-modified-since",
  "if-unmodified-since",
  "if-range",
  "content-range",
]);

/**
 * Refuses by name a header of a write that asks for what is not done here, such as an access list, encryption or tags:
 * dropped without a word, it would be taken for done.
 *
 * @throws OssError 501 NotImplemented
 */
export function assertHonored({ method, headers }: OssRequest): void {
  if (method === "GET" || method === "HEAD") return;
  for (const [name, value] of Object.entries(headers)) {
    if (conditionsOfReads.has(name)) throw notImplemented(`the header ${name} in a write`);
    if (!name.startsWith("x-oss-") || honored.has(name) || name.startsWith("x-oss-meta-")) continue;
    // It is what everything here is stored as.
    if (name === "x-oss-storage-class" && value === "Standard") continue;
    throw notImplemented(`the header ${name}`);
  }
}

/**
 * A value from the query as a header of the answer: its UTF-8 bytes, as Node writes them.
 *
 * @throws OssError 400 InvalidArgument for control characters, which could begin another header
 */
export function toHeaderValue(name: string, value: string): string {
  if (/[^\t\P{Cc}]/u.test(value)) throw invalidArgument(name, value, "a text without control characters");
  return Buffer.from(value).toString("latin1");
}
