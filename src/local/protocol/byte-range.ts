import { OssError } from "./oss-error.ts";

/** First and last byte, both included. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/**
 * The part of an object that a `Range` header asks for, or undefined for all of it. The end is cut to the
 * object's size. A range that cannot be served is ignored, unless the client has asked for standard behavior.
 *
 * @throws OssError 416 InvalidRange, with standard behavior only
 */
export function resolveRange(
  header: string | undefined,
  size: number,
  standard: boolean,
): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header ?? "");
  if (match === null || match[0] === "bytes=-") return undefined;
  const [, from = "", to = ""] = match;
  const first = from === "" ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === "" || to === "" ? size - 1 : Math.min(size - 1, Number(to));
  if (first <= last) return { first, last };
  if (!standard) return undefined;
  throw new OssError(416, "InvalidRange", "The requested range cannot be satisfied.", {
    ActualObjectSize: String(size),
    RangeRequested: header ?? "",
  });
}
