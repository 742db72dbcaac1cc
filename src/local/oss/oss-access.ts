import type { LakeIdentity } from "../identity/identity.ts";
import { checkSignature, equalInConstantTime, readSignature } from "../identity/signature.ts";
import { recallCredentials, type StsScope } from "../identity/sts.ts";
import { accessDenied, OssError } from "../protocol/oss-error.ts";
import type { OssRequest } from "../protocol/oss-request.ts";

/** Who sent a request, proven by its signature: the owner of the lake, or the holder of a temporary key. */
export type Principal = { readonly kind: "owner" } | { readonly kind: "token"; readonly scope: StsScope };

export interface AccessOptions {
  /** Refuse signature V1, as OSS does for newer accounts and buckets. */
  readonly refuseSignatureV1: boolean;
  /** Answer as a bucket with versioning does, which heeds no `x-oss-forbid-overwrite`. */
  readonly versioned: boolean;
  /** Epoch milliseconds: tokens that expire at or before this are refused. */
  tokensEndedUntil(): number;
}

/** @throws OssError 403 in all the ways a signature or token can be wrong */
export function authenticate(
  request: OssRequest,
  identity: LakeIdentity,
  now: number,
  { refuseSignatureV1, tokensEndedUntil }: Pick<AccessOptions, "refuseSignatureV1" | "tokensEndedUntil">,
): Principal {
  const claim = readSignature(request);
  if (refuseSignatureV1 && claim.version === "V1") {
    throw new OssError(
      400,
      "InvalidArgument",
      "Signature V1 is not supported by this bucket; use signature V4.",
    );
  }
  if (equalInConstantTime(claim.accessKeyId, identity.accessKeyId)) {
    checkSignature(claim, identity.accessKeySecret.reveal(), now);
    if (claim.securityToken !== undefined) throw invalidToken();
    return { kind: "owner" };
  }
  const credentials = recallCredentials(identity.tokenKey, claim.accessKeyId);
  if (credentials === undefined) throw unknownKey(claim.accessKeyId);
  checkSignature(claim, credentials.accessKeySecret, now);
  if (claim.securityToken === undefined) throw unknownKey(claim.accessKeyId);
  if (!equalInConstantTime(claim.securityToken, credentials.securityToken)) throw invalidToken();
  if (credentials.expiresAt <= Math.max(now, tokensEndedUntil())) {
    throw new OssError(403, "SecurityTokenExpired", "The security token you provided has expired.");
  }
  return { kind: "token", scope: credentials.scope };
}

/**
 * Lets the owner do everything, and the holder of a temporary key what its scope says. `name` is an object's key,
 * or the prefix of a listing.
 *
 * @throws OssError 403 AccessDenied
 */
export function assertMayAccess(
  principal: Principal,
  access: StsScope["access"],
  bucket: string,
  name: string,
): void {
  if (principal.kind === "owner") return;
  const { scope } = principal;
  const mayDo = access === "read" || scope.access === "write";
  if (mayDo && bucket === scope.bucket && name.startsWith(scope.prefix)) return;
  throw accessDenied(`This token does not allow to ${access} here.`);
}

/** @throws OssError 403 AccessDenied for everybody else */
export function assertIsOwner(principal: Principal): void {
  if (principal.kind !== "owner") throw accessDenied("Only the owner of the lake may do this.");
}

function unknownKey(accessKeyId: string): OssError {
  return new OssError(
    403,
    "InvalidAccessKeyId",
    "The OSS Access Key Id you provided does not exist in our records.",
    { OSSAccessKeyId: accessKeyId },
  );
}

function invalidToken(): OssError {
  return new OssError(403, "InvalidSecurityToken", "The security token you provided is invalid.");
}
