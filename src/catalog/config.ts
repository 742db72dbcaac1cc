/** The catalog's configuration: the keys of the Python clients as they are, checked, with every secret held as one. */
import { z } from "zod";
import { DlfLanceError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import { Secret } from "../secret.ts";
import { findDlfRegion, formatAddress, readAddress } from "./endpoint-address.ts";
import { type Report, type RequestHeaders, readHeaderOptions } from "./request-headers.ts";
import { serverConfigKeys } from "./schemas.ts";
import type { Signer, SigningAlgorithm } from "./sign.ts";

/** Keys and values as a Python client of DLF takes them. Undefined values count as absent. */
export interface CatalogOptions {
  /** The endpoint. https when it names no scheme. */
  readonly uri: string;
  /** The catalog's name. */
  readonly warehouse: string;
  readonly "token.provider": "dlf" | "bear";
  /** The bearer token of provider `bear`. */
  readonly token?: string | undefined;
  /** Needed when the host of `uri` does not tell it. */
  readonly "dlf.region"?: string | undefined;
  readonly "dlf.access-key-id"?: string | undefined;
  readonly "dlf.access-key-secret"?: string | undefined;
  /** Goes with temporary keys; empty means none. */
  readonly "dlf.security-token"?: string | undefined;
  /** By the host when absent: `openapi` for public endpoints (`dlfnext.…`), else `default`. */
  readonly "dlf.signing-algorithm"?: SigningAlgorithm | undefined;
  /** Takes the place of the OSS endpoint that DLF names, such as the public one. */
  readonly "dlf.oss-endpoint"?: string | undefined;
  /** Path prefix; the service tells it when absent. */
  readonly prefix?: string | undefined;
  /** Added to every request. */
  readonly [header: `header.${string}`]: string | undefined;
}

/** How requests prove who sends them. */
export type Authentication =
  | { readonly kind: "signature"; readonly signer: Signer }
  | { readonly kind: "bearer"; readonly token: Secret };

/** A checked configuration. Made by {@link parseConfig} only. */
export interface CatalogConfig {
  /** Scheme, host and path, without a slash at the end. */
  readonly uri: string;
  readonly warehouse: string;
  readonly authentication: Authentication;
  readonly prefix?: string;
  readonly ossEndpoint?: string;
  /** Added to every request. */
  readonly headers: RequestHeaders;
}

const blankAsAbsent = z
  .string("expected a text")
  .trim()
  .transform((text) => (text === "" ? undefined : text))
  .optional();

const known = {
  uri: blankAsAbsent,
  warehouse: blankAsAbsent,
  "token.provider": blankAsAbsent,
  token: blankAsAbsent,
  "dlf.region": blankAsAbsent,
  "dlf.access-key-id": blankAsAbsent,
  "dlf.access-key-secret": blankAsAbsent,
  "dlf.security-token": blankAsAbsent,
  "dlf.signing-algorithm": blankAsAbsent,
  "dlf.oss-endpoint": blankAsAbsent,
  prefix: blankAsAbsent,
  "dlf.token-loader": blankAsAbsent,
  "dlf.token-path": blankAsAbsent,
  "dlf.token-ecs-role-name": blankAsAbsent,
  "dlf.token-ecs-metadata-url": blankAsAbsent,
  "data-token.enabled": z.unknown().optional(),
};
const knownShape = z.object(known);
type KnownOptions = z.output<typeof knownShape>;
type Key = keyof typeof known;

/** Keys of Paimon that mean nothing for Lance tables. */
const ignoredStarts = ["io-cache.", "table-default."];
const loaderKeys = [
  "dlf.token-loader",
  "dlf.token-path",
  "dlf.token-ecs-role-name",
  "dlf.token-ecs-metadata-url",
] as const;

/**
 * Checks a configuration.
 *
 * @throws InvalidInput naming every key that is wrong and why, never a value
 * @throws Unsupported when it asks for keys from a token loader
 */
export function parseConfig(options: CatalogOptions | Readonly<Record<string, unknown>>): CatalogConfig {
  const problems: string[] = [];
  const report: Report = (key, problem) => problems.push(`${key}: ${problem}`);
  const config = readConfig(options, report);
  if (config === undefined || problems.length > 0) {
    throw new DlfLanceError("InvalidInput", `Cannot use the catalog configuration: ${problems.join("; ")}`);
  }
  return config;
}

function readConfig(options: unknown, report: Report): CatalogConfig | undefined {
  const parsedMap = z.record(z.string(), z.unknown()).safeParse(options);
  if (!parsedMap.success) {
    report("configuration", "expected an object of keys and texts");
    return undefined;
  }
  const entries = Object.entries(parsedMap.data).filter(([, value]) => value !== undefined);
  const headers = readHeaderOptions(entries, report);
  reportUnknownKeys(entries, report);
  const parsed = knownShape.safeParse(Object.fromEntries(entries));
  if (!parsed.success) {
    for (const issue of parsed.error.issues) report(issue.path.join("."), issue.message);
    return undefined;
  }
  refuseLoaders(parsed.data);
  return buildConfig(parsed.data, headers, report);
}

function buildConfig(
  options: KnownOptions,
  headers: RequestHeaders,
  report: Report,
): CatalogConfig | undefined {
  const uri = readUri(options, report);
  const warehouse = requireText(options, "warehouse", report);
  const authentication = readAuthentication(options, uri, report);
  const ossEndpoint = readOssEndpoint(options, report);
  if (uri === undefined || warehouse === undefined || authentication === undefined) return undefined;
  return Object.freeze({
    uri: formatAddress(uri),
    warehouse,
    authentication: Object.freeze(authentication),
    headers: Object.freeze(headers),
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    ...(ossEndpoint === undefined ? {} : { ossEndpoint }),
  });
}

function readAuthentication(
  options: KnownOptions,
  uri: URL | undefined,
  report: Report,
): Authentication | undefined {
  const provider = requireText(options, "token.provider", report);
  if (provider === "bear") {
    const token = readSecret(options, "token", report);
    return token === undefined ? undefined : { kind: "bearer", token };
  }
  if (provider !== "dlf") {
    if (provider !== undefined) report("token.provider", 'expected "dlf" or "bear"');
    return undefined;
  }
  const accessKeyId = readSecret(options, "dlf.access-key-id", report);
  const accessKeySecret = readSecret(options, "dlf.access-key-secret", report);
  const securityToken =
    options["dlf.security-token"] === undefined
      ? undefined
      : readSecret(options, "dlf.security-token", report);
  const scheme = uri === undefined ? undefined : readScheme(options, uri, report);
  if (accessKeyId === undefined || accessKeySecret === undefined || scheme === undefined) return undefined;
  const keys = { accessKeyId, accessKeySecret, ...(securityToken === undefined ? {} : { securityToken }) };
  return { kind: "signature", signer: Object.freeze({ ...scheme, ...keys }) };
}

type SigningScheme =
  | Pick<Extract<Signer, { algorithm: "default" }>, "algorithm" | "region">
  | { algorithm: "openapi" };

function readScheme(options: KnownOptions, uri: URL, report: Report): SigningScheme | undefined {
  const algorithm =
    options["dlf.signing-algorithm"] ?? (uri.hostname.includes("dlfnext") ? "openapi" : "default");
  if (algorithm === "openapi") return { algorithm };
  if (algorithm !== "default") {
    report("dlf.signing-algorithm", 'expected "default" or "openapi"');
    return undefined;
  }
  const region = options["dlf.region"] ?? findDlfRegion(uri.hostname);
  if (region === undefined) {
    report("dlf.region", "missing, and the host of uri does not tell it");
    return undefined;
  }
  if (!/^[a-z0-9-]+$/.test(region)) {
    report("dlf.region", 'expected a region id, such as "cn-hangzhou"');
    return undefined;
  }
  return { algorithm, region };
}

function readSecret(options: KnownOptions, key: Key, report: Report): Secret | undefined {
  const text = requireText(options, key, report);
  if (text === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text)) {
    report(key, "it has a blank or another character in it that no key has");
    return undefined;
  }
  return new Secret(text);
}

function readUri(options: KnownOptions, report: Report): URL | undefined {
  const text = requireText(options, "uri", report);
  if (text === undefined) return undefined;
  const reading = readAddress(text);
  if ("url" in reading) return reading.url;
  report("uri", reading.problem);
  return undefined;
}

function readOssEndpoint(options: KnownOptions, report: Report): string | undefined {
  if (options["dlf.oss-endpoint"] === undefined) return undefined;
  const text = requireText(options, "dlf.oss-endpoint", report);
  if (text === undefined) return undefined;
  const reading = readAddress(text);
  if ("url" in reading) return text;
  report("dlf.oss-endpoint", reading.problem);
  return undefined;
}

function requireText(options: KnownOptions, key: Key, report: Report): string | undefined {
  const text = options[key];
  if (typeof text !== "string") {
    report(key, "missing");
    return undefined;
  }
  if (/<[^<>]*>/.test(text)) {
    report(key, "it still holds a placeholder in <…>");
    return undefined;
  }
  return text;
}

function refuseLoaders(options: KnownOptions): void {
  const key = loaderKeys.find((name) => options[name] !== undefined);
  if (key === undefined) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot use the catalog configuration: ${key}: loading keys from elsewhere is not supported yet; give dlf.access-key-id and dlf.access-key-secret, with dlf.security-token for temporary keys`,
  );
}

function reportUnknownKeys(entries: readonly (readonly [string, unknown])[], report: Report): void {
  const names = Object.keys(known);
  for (const [key] of entries) {
    if (Object.hasOwn(known, key) || key.startsWith(serverConfigKeys.headerStart)) continue;
    if (ignoredStarts.some((start) => key.startsWith(start))) continue;
    const nearest = findNearest(key, names);
    const shown = key.length > 60 ? `${key.slice(0, 60)}…` : key;
    report(shown, nearest === undefined ? "unknown key" : `unknown key; did you mean ${nearest}?`);
  }
}
