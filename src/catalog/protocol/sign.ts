/**
 * The two request signatures of DLF, pure: the same input gives the same headers. A server verifies a request by
 * signing what it received, with the time and nonce it received, and comparing `Authorization`.
 */
import { createHash, createHmac, randomUUID } from "node:crypto";
import type { Secret } from "../../secret.ts";

/** `default` is DLF4-HMAC-SHA256 (VPC endpoints), `openapi` is Alibaba Cloud ROA HMAC-SHA1 (public endpoints). */
export type SigningAlgorithm = "default" | "openapi";

export interface SigningKeys {
  readonly accessKeyId: Secret;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret;
}

/** How a request is signed, whoever signs it. The region is a part of the default signature's scope. */
export type SigningScheme =
  | { readonly algorithm: "default"; readonly region: string }
  | { readonly algorithm: "openapi" };

export type Signer = SigningScheme & SigningKeys;

/** What a signature covers. */
export interface SigningRequest {
  readonly method: string;
  /** As on the request line, percent-encoded, without the path part of the base address. */
  readonly path: string;
  /** Decoded names and values. */
  readonly query: Readonly<Record<string, string>>;
  /** Exactly the text sent; empty for none. */
  readonly body: string;
  /** With the port, if it has one. */
  readonly host: string;
}

export type SigningHeaders = Readonly<Record<string, string>>;

const jsonContentType = "application/json";
const unsignedPayload = "UNSIGNED-PAYLOAD";
const defaultScheme = "DLF4-HMAC-SHA256";
const product = "DlfNext";
const scopeEnd = "aliyun_v4_request";

/** Every header that signing adds to `request` at `time`. A nonce may be used once: sign again for each try. */
export function signRequest(
  request: SigningRequest,
  signer: Signer,
  time: Date,
  nonce: string = randomUUID(),
): SigningHeaders {
  switch (signer.algorithm) {
    case "default":
      return signDefault(request, signer, signer.region, time);
    case "openapi":
      return signOpenapi(request, signer, time, nonce);
    default:
      return signer satisfies never;
  }
}

function signDefault(request: SigningRequest, keys: SigningKeys, region: string, time: Date): SigningHeaders {
  const dateTime = formatSigningTime(time);
  const headers: Record<string, string> = {
    "x-dlf-date": dateTime,
    "x-dlf-content-sha256": unsignedPayload,
    "x-dlf-version": "v1",
    ...bodyHeaders(request.body),
  };
  if (keys.securityToken !== undefined) headers["x-dlf-security-token"] = keys.securityToken.reveal();
  const date = dateTime.slice(0, 8);
  const scope = `${date}/${region}/${product}/${scopeEnd}`;
  const canonical = canonicalDefaultRequest(request, headers);
  const toSign = [defaultScheme, dateTime, scope, sha256(canonical)].join("\n");
  const key = [date, region, product, scopeEnd].reduce<string | Buffer>(
    (from, part) => createHmac("sha256", from).update(part).digest(),
    `aliyun_v4${keys.accessKeySecret.reveal()}`,
  );
  const signature = createHmac("sha256", key).update(toSign).digest("hex");
  const credential = `${keys.accessKeyId.reveal()}/${scope}`;
  return { ...headers, Authorization: `${defaultScheme} Credential=${credential},Signature=${signature}` };
}

/**
 * The text whose hash the default signature covers; `headers` are the signed ones. For a blank, `*` or `~` in a query
 * value, clients in Python and Java compute different texts; this is Python's.
 */
export function canonicalDefaultRequest(request: SigningRequest, headers: SigningHeaders): string {
  return [
    request.method,
    request.path,
    joinQuery(request.query, percentEncode),
    ...sortedHeaders(headers).map(([name, value]) => `${name}:${value}`),
    unsignedPayload,
  ].join("\n");
}

function signOpenapi(request: SigningRequest, keys: SigningKeys, time: Date, nonce: string): SigningHeaders {
  const content = bodyHeaders(request.body);
  const signed: Record<string, string> = {
    "x-acs-signature-method": "HMAC-SHA1",
    "x-acs-signature-nonce": nonce,
    "x-acs-signature-version": "1.0",
    "x-acs-version": "2026-01-18",
  };
  if (keys.securityToken !== undefined) signed["x-acs-security-token"] = keys.securityToken.reveal();
  const date = time.toUTCString();
  const query = joinQuery(request.query, (value) => value);
  const toSign = [
    request.method,
    jsonContentType,
    content["Content-MD5"] ?? "",
    content["Content-Type"] ?? "",
    date,
    ...sortedHeaders(signed).map(([name, value]) => `${name}:${value}`),
    decodePath(request.path) + (query === "" ? "" : `?${query}`),
  ].join("\n");
  const signature = createHmac("sha1", keys.accessKeySecret.reveal()).update(toSign).digest("base64");
  return {
    Date: date,
    Accept: jsonContentType,
    ...content,
    Host: request.host,
    ...signed,
    Authorization: `acs ${keys.accessKeyId.reveal()}:${signature}`,
  };
}

/** What an `Authorization` header of either signature claims; `undefined` for anything else. */
export type ClaimedAuthorization =
  | {
      readonly algorithm: "default";
      readonly accessKeyId: string;
      readonly date: string;
      readonly region: string;
    }
  | { readonly algorithm: "openapi"; readonly accessKeyId: string };

export function parseAuthorization(header: string): ClaimedAuthorization | undefined {
  const ofDefault =
    /^DLF4-HMAC-SHA256 Credential=([^/,\s]+)\/(\d{8})\/([^/,\s]+)\/DlfNext\/aliyun_v4_request,\s*Signature=[0-9a-f]{64}$/.exec(
      header,
    );
  if (ofDefault !== null) {
    const [, accessKeyId = "", date = "", region = ""] = ofDefault;
    return { algorithm: "default", accessKeyId, date, region };
  }
  const ofOpenapi = /^acs ([^:\s]+):[A-Za-z0-9+/]+=*$/.exec(header);
  return ofOpenapi === null ? undefined : { algorithm: "openapi", accessKeyId: ofOpenapi[1] ?? "" };
}

/** `20260118T080910Z`, the form of `x-dlf-date`. */
export function formatSigningTime(time: Date): string {
  return time
    .toISOString()
    .replace(/\.\d+Z$/, "Z")
    .replaceAll(/[-:]/g, "");
}

/** Reads the form of `x-dlf-date`; `undefined` when it is not a time. */
export function parseSigningTime(text: string): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const time = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(time.getTime()) ? undefined : time;
}

/** `Content-MD5` of a body. */
export function contentMd5(body: string): string {
  return createHash("md5").update(body).digest("base64");
}

/** Percent-encoding of RFC 3986: only letters, digits and `-._~` stay. Half a surrogate pair becomes U+FFFD. */
export function percentEncode(text: string): string {
  return encodeURIComponent(text.replaceAll(/\p{Cs}/gu, "\ufffd")).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function bodyHeaders(body: string): Record<string, string> {
  return body === "" ? {} : { "Content-Type": jsonContentType, "Content-MD5": contentMd5(body) };
}

function joinQuery(query: Readonly<Record<string, string>>, encode: (value: string) => string): string {
  return Object.entries(query)
    .sort(byName)
    .map(([name, value]) => (value === "" ? name : `${name}=${encode(value)}`))
    .join("&");
}

function sortedHeaders(headers: SigningHeaders): (readonly [string, string])[] {
  return Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(byName);
}

function byName(left: readonly [string, string], right: readonly [string, string]): number {
  return left[0] < right[0] ? -1 : left[0] > right[0] ? 1 : 0;
}

function decodePath(path: string): string {
  return decodeURIComponent(path.replaceAll("+", " "));
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
