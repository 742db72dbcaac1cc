/** Access keys as identities hand them out: checked, with every part held as a secret. */

import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";
import type { SigningKeys } from "../protocol/sign.ts";

/** Keys that an identity was asked for. */
export interface LoadedKeys {
  readonly keys: SigningKeys;
  /** In epoch milliseconds; without it the keys do not end. */
  readonly expiresAt?: number;
  /** When to ask again when the source names no expiry, in epoch milliseconds. */
  readonly askAgainAt?: number;
}

const keyText = loadWhenUsed(() =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/),
);
const optionalKeyText = loadWhenUsed(() =>
  z
    .string()
    .nullish()
    .transform((text) => text?.trim() || undefined)
    .pipe(keyText.optional()),
);

/** Any ISO 8601 time, or epoch milliseconds. */
const instant = loadWhenUsed(() =>
  z
    .union([z.date(), z.string().trim(), z.number()])
    .nullish()
    .transform((value) =>
      value === null || value === undefined || value === "" ? undefined : +new Date(value),
    )
    .pipe(z.number().int().positive().optional()),
);

const tokenShape = loadWhenUsed(() =>
  z.object({
    AccessKeyId: keyText,
    AccessKeySecret: keyText,
    SecurityToken: optionalKeyText,
    Expiration: instant,
  }),
);

/**
 * Reads the JSON that a token file holds and the metadata service of a machine answers.
 *
 * @param place where the text comes from, for the error, which never quotes it
 * @throws Unauthenticated
 */
export function readTokenText(text: string, place: string): LoadedKeys {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unusable(place, "its content is not JSON");
  }
  return readToken(json, place);
}

/**
 * Reads keys under the names that Alibaba Cloud gives them: `AccessKeyId`, `AccessKeySecret`, `SecurityToken`,
 * `Expiration`.
 *
 * @throws Unauthenticated
 */
export function readToken(token: unknown, place: string): LoadedKeys {
  const parsed = tokenShape.safeParse(token);
  if (!parsed.success) {
    const parts = new Set(parsed.error.issues.map((issue) => issue.path.join(".") || "the whole"));
    throw unusable(place, `missing or not valid: ${[...parts].join(", ")}`);
  }
  const { AccessKeyId, AccessKeySecret, SecurityToken, Expiration } = parsed.data;
  return Object.freeze({
    keys: holdKeys(AccessKeyId, AccessKeySecret, SecurityToken),
    ...(Expiration === undefined ? {} : { expiresAt: Expiration }),
  });
}

export function holdKeys(id: string, secret: string, securityToken: string | undefined): SigningKeys {
  return Object.freeze({
    accessKeyId: new Secret(id),
    accessKeySecret: new Secret(secret),
    ...(securityToken === undefined ? {} : { securityToken: new Secret(securityToken) }),
  });
}

/** The error of an identity that gives no keys. `problem` must not quote what an outside system said. */
export function unusable(place: string, problem: string): DlfLanceError {
  return new DlfLanceError("Unauthenticated", `Cannot get access keys from ${place}: ${problem}`);
}
