import {
  type ClaimedAuthorization,
  contentMd5,
  parseAuthorization,
  parseSigningTime,
  type Signer,
  type SigningRequest,
  signRequest,
} from "../../catalog/protocol/sign.ts";
import { Secret } from "../../secret.ts";
import type { CatalogPrincipal } from "./access-grants.ts";
import { equalInConstantTime } from "./signature.ts";

const allowedSkew = 15 * 60_000;

/** Remembers nonces for as long as a request with them could be accepted once more. */
export interface NonceMemory {
  /** False if the nonce was there already. */
  add(nonce: string, now: number): boolean;
}

export function createNonceMemory(): NonceMemory {
  const seen = new Map<string, number>();
  return {
    add(nonce, now) {
      for (const [old, time] of seen) {
        if (now - time <= 2 * allowedSkew) break;
        seen.delete(old);
      }
      if (seen.has(nonce)) return false;
      seen.set(nonce, now);
      return true;
    },
  };
}

/** A key that may sign, and who holds it. */
export interface CatalogKey {
  readonly accessKeySecret: Secret;
  readonly principal: CatalogPrincipal;
}

/** What the signatures of a catalog are checked with. */
export interface SignatureChecks {
  readonly region: string;
  readonly nonces: NonceMemory;
  findKey(accessKeyId: string): CatalogKey | undefined;
}

/**
 * Checks the signature of a catalog request, of either kind, by signing what was received once more.
 *
 * @returns who has signed it, or in words why the request is refused
 */
export function checkCatalogSignature(
  request: SigningRequest,
  headers: Readonly<Record<string, string | undefined>>,
  checks: SignatureChecks,
  now: number,
): CatalogPrincipal | string {
  const authorization = headers.authorization;
  if (authorization === undefined) return "there is no Authorization header";
  const claim = parseAuthorization(authorization);
  if (claim === undefined) return "the Authorization header is of no known kind";
  const key = checks.findKey(claim.accessKeyId);
  if (key === undefined) return "the access key id is unknown";
  return (
    findProblem(request, headers, authorization, claim, key.accessKeySecret, checks, now) ?? key.principal
  );
}

function findProblem(
  request: SigningRequest,
  headers: Readonly<Record<string, string | undefined>>,
  authorization: string,
  claim: ClaimedAuthorization,
  accessKeySecret: Secret,
  { region, nonces }: SignatureChecks,
  now: number,
): string | undefined {
  const keys = { accessKeyId: new Secret(claim.accessKeyId), accessKeySecret };
  if (request.body !== "") {
    if (headers["content-md5"] !== contentMd5(request.body)) return "Content-MD5 does not match the body";
    if (headers["content-type"] !== "application/json") return "Content-Type is not application/json";
  }
  switch (claim.algorithm) {
    case "default": {
      if (claim.region !== region) return `the request is signed for region ${claim.region}, not ${region}`;
      if (headers["x-dlf-version"] !== "v1") return "x-dlf-version is not v1";
      if (headers["x-dlf-security-token"] !== undefined) return "the key goes with no security token";
      const time = parseSigningTime(headers["x-dlf-date"] ?? "");
      return compare(request, { ...keys, algorithm: "default", region }, time, authorization, now);
    }
    case "openapi": {
      if (headers["x-acs-security-token"] !== undefined) return "the key goes with no security token";
      const nonce = headers["x-acs-signature-nonce"];
      if (nonce === undefined) return "there is no x-acs-signature-nonce header";
      const time = new Date(headers.date ?? "");
      const problem = compare(request, { ...keys, algorithm: "openapi" }, time, authorization, now, nonce);
      if (problem !== undefined) return problem;
      return nonces.add(nonce, now) ? undefined : "the signature nonce was used already";
    }
    default:
      return claim satisfies never;
  }
}

function compare(
  request: SigningRequest,
  signer: Signer,
  time: Date | undefined,
  authorization: string,
  now: number,
  nonce?: string,
): string | undefined {
  if (time === undefined || Number.isNaN(time.getTime())) return "its date cannot be read";
  if (Math.abs(time.getTime() - now) > allowedSkew) return "its date is too far from the server's time";
  const expected = signRequest(request, signer, time, nonce).Authorization ?? "";
  if (equalInConstantTime(authorization.replace(/,\s+/, ","), expected)) return undefined;
  return "the signature does not match; check the access key secret";
}
