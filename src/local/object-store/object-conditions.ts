import { OssError } from "../protocol/oss-error.ts";
import type { ObjectInfo } from "./object-read.ts";

/** What `If-Match` and its like hold, of a request for an object or of the source of a copy. */
export interface ObjectConditions {
  readonly match: string | undefined;
  readonly noneMatch: string | undefined;
  readonly modifiedSince: string | undefined;
  readonly unmodifiedSince: string | undefined;
}

/** Reads the conditions that stand behind a prefix: `if-match` and so on, or `x-oss-copy-source-if-match`. */
export function readConditions(
  headers: Readonly<Record<string, string>>,
  prefix: "if-" | "x-oss-copy-source-if-",
): ObjectConditions {
  return {
    match: headers[`${prefix}match`],
    noneMatch: headers[`${prefix}none-match`],
    modifiedSince: headers[`${prefix}modified-since`],
    unmodifiedSince: headers[`${prefix}unmodified-since`],
  };
}

/**
 * True if the client's copy is still good.
 *
 * @throws OssError 412 PreconditionFailed
 */
export function isUnchanged(conditions: ObjectConditions, info: ObjectInfo): boolean {
  const { match, noneMatch, modifiedSince, unmodifiedSince } = conditions;
  const failed =
    match === undefined
      ? unmodifiedSince !== undefined && changedAfter(info, unmodifiedSince) === true
      : !matches(info, match);
  if (failed) {
    throw new OssError(
      412,
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold.",
    );
  }
  if (noneMatch !== undefined) return matches(info, noneMatch);
  return modifiedSince !== undefined && changedAfter(info, modifiedSince) === false;
}

/** Some clients leave out the quotes. */
function matches({ etag }: ObjectInfo, text: string): boolean {
  const unquoted = (one: string) => one.trim().replaceAll('"', "");
  return text.trim() === "*" || text.split(",").some((one) => unquoted(one) === unquoted(etag));
}

/** Undefined for a date that cannot be read, which HTTP has no condition in. */
function changedAfter({ modified }: ObjectInfo, text: string): boolean | undefined {
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.floor(modified.getTime() / 1000) * 1000 > time;
}
