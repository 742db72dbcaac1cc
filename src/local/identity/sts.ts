import { createHmac } from "node:crypto";
import type { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";

/** What a temporary key may do: everything below one prefix of one bucket, for reading or also for writing. */
export interface StsScope {
  readonly bucket: string;
  /** Ends with `/`. */
  readonly prefix: string;
  readonly access: "read" | "write";
}

/**
 * A temporary key. Plain texts and not `Secret`s: they are derived again for each request, also from ids that
 * strangers make up, and this process would remember every one of them.
 */
export interface StsCredentials {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly scope: StsScope;
}

const idSchema = z.object({
  bucket: z.string(),
  prefix: z.string(),
  access: z.enum(["read", "write"]),
  expiresAt: z.number().int(),
});

const idPrefix = "STS.";

/**
 * Makes a temporary key. Nothing is stored: the id carries expiry and scope, and secret and token are derived
 * from it with the folder's key, so that any server over the same folder can check them.
 */
export function issueCredentials(folderKey: Secret, scope: StsScope, expiresAt: number): StsCredentials {
  const { bucket, prefix, access } = scope;
  const content = JSON.stringify({ bucket, prefix, access, expiresAt });
  return deriveCredentials(
    folderKey,
    idPrefix + Buffer.from(content).toString("base64url"),
    scope,
    expiresAt,
  );
}

/** The credentials that belong to a temporary key id, or undefined if it is not one. Expiry is not checked. */
export function recallCredentials(folderKey: Secret, accessKeyId: string): StsCredentials | undefined {
  if (!accessKeyId.startsWith(idPrefix)) return undefined;
  const parsed = idSchema.safeParse(parseJson(accessKeyId.slice(idPrefix.length)));
  if (!parsed.success) return undefined;
  const { expiresAt, ...scope } = parsed.data;
  return deriveCredentials(folderKey, accessKeyId, scope, expiresAt);
}

function deriveCredentials(
  folderKey: Secret,
  accessKeyId: string,
  scope: StsScope,
  expiresAt: number,
): StsCredentials {
  const derive = (purpose: string) =>
    createHmac("sha256", folderKey.reveal()).update(`${purpose}\n${accessKeyId}`).digest("base64");
  return {
    accessKeyId,
    accessKeySecret: derive("secret"),
    securityToken: derive("token"),
    expiresAt,
    scope,
  };
}

function parseJson(base64: string): unknown {
  try {
    return JSON.parse(Buffer.from(base64, "base64url").toString());
  } catch {
    return undefined;
  }
}
