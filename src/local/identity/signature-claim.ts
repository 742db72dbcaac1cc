import { accessDenied } from "../protocol/oss-error.ts";
import type { QueryPair } from "../protocol/oss-request.ts";

/** What a request says about its signer; nothing of it is checked yet. */
export interface SignatureClaim {
  readonly version: "V1" | "V4";
  readonly accessKeyId: string;
  readonly securityToken: string | undefined;
  readonly signature: string;
  /** The strings that may have been signed; more than one where clients are known to differ. */
  readonly stringsToSign: readonly string[];
  readonly validFrom: number;
  readonly validUntil: number;
  readonly whenInvalid: "skewed" | "expired";
  /** V4 only: `date/region/oss/aliyun_v4_request`. */
  readonly scope: readonly string[];
}

export const allowedSkew = 15 * 60_000;

/** Reads an HTTP date or `yyyyMMddTHHmmssZ`. */
export function parseTime(text: string): number {
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  const time = Date.parse(
    basic === null ? text : `${basic[1]}-${basic[2]}-${basic[3]}T${basic[4]}:${basic[5]}:${basic[6]}Z`,
  );
  if (Number.isNaN(time)) throw accessDenied("OSS authentication requires a valid Date.");
  return time;
}

/** Good for a while before and after a time. */
export function around(time: number) {
  return {
    validFrom: time - allowedSkew,
    validUntil: time + allowedSkew,
    whenInvalid: "skewed",
  } as const;
}

export function byName([a]: QueryPair, [b]: QueryPair): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
