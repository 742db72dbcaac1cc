import { createHmac, timingSafeEqual } from "node:crypto";
import { accessDenied, notImplemented, OssError } from "../protocol/oss-error.ts";
import type { OssRequest } from "../protocol/oss-request.ts";
import { allowedSkew, type SignatureClaim } from "./signature-claim.ts";
import { readHeaderV1, readPresignedV1 } from "./signature-v1.ts";
import { algorithmV4, readHeaderV4, readPresignedV4 } from "./signature-v4.ts";

/**
 * Reads the signature of a request: OSS V1 or V4, in the header or in the query.
 *
 * @throws OssError 403 AccessDenied without a signature, 400 for a malformed one, 501 for V2
 */
export function readSignature(request: OssRequest): SignatureClaim {
  const authorization = request.headers.authorization;
  const query = new Map(request.query);
  if (authorization === undefined) {
    if (query.get("x-oss-signature-version") === algorithmV4) return readPresignedV4(request, query);
    if (query.has("OSSAccessKeyId")) return readPresignedV1(request, query);
    throw accessDenied("The request is not signed; this store has no anonymous access.");
  }
  if (authorization.startsWith("OSS ")) return readHeaderV1(request, authorization.slice(4));
  if (authorization.startsWith(`${algorithmV4} `)) {
    return readHeaderV4(request, authorization.slice(algorithmV4.length + 1));
  }
  throw notImplemented("this kind of Authorization header; use signature V1 or V4");
}

/**
 * Checks a claim against the secret of its key id and the time.
 *
 * @throws OssError 403 SignatureDoesNotMatch, RequestTimeTooSkewed, or AccessDenied for a URL past its time
 */
export function checkSignature(claim: SignatureClaim, secret: string, now: number): void {
  const matches = claim.stringsToSign.some((text) =>
    equalInConstantTime(sign(claim, secret, text), claim.signature),
  );
  if (!matches) {
    throw new OssError(
      403,
      "SignatureDoesNotMatch",
      "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
      {
        OSSAccessKeyId: claim.accessKeyId,
        SignatureProvided: claim.signature,
        StringToSign: claim.stringsToSign[0] ?? "",
      },
    );
  }
  if (now >= claim.validFrom && now <= claim.validUntil) return;
  if (claim.whenInvalid === "expired" && now > claim.validUntil) throw accessDenied("Request has expired.");
  throw new OssError(
    403,
    "RequestTimeTooSkewed",
    "The difference between the request time and the current time is too large.",
    { ServerTime: new Date(now).toISOString(), MaxAllowedSkewMilliseconds: String(allowedSkew) },
  );
}

/** Compares two texts without telling by the time taken where they differ. */
export function equalInConstantTime(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

function sign(claim: SignatureClaim, secret: string, stringToSign: string): string {
  if (claim.version === "V1") return createHmac("sha1", secret).update(stringToSign).digest("base64");
  let key: string | Buffer = `aliyun_v4${secret}`;
  for (const part of claim.scope) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(stringToSign).digest("hex");
}
