/** The catalog's configuration: either form of it, checked, with every secret held as one. */

import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { Secret } from "../../secret.ts";
import { z } from "../../zod.ts";
import type { TemporaryKeys } from "../identity/identity.ts";
import { findDlfRegion, formatAddress, readAddress } from "../protocol/endpoint-address.ts";
import { type Report, type RequestHeaders, readHeaderOptions } from "../protocol/request-headers.ts";
import type { SigningAlgorithm } from "../protocol/sign.ts";
import { type Authentication, type ConfigReader, readAuthentication } from "./authentication.ts";
import { type ConfigEntries, type ConfigKey, nameMissing, readEntries } from "./config-keys.ts";

/** `v4` goes through a gateway in this process: the native library signs with version 1 only. */
export type OssSignature = "auto" | "v1" | "v4";

export type OssVersioning = "refuse" | "allow";

const ossSignatures: readonly OssSignature[] = ["auto", "v1", "v4"];
const ossVersionings: readonly OssVersioning[] = ["refuse", "allow"];

/** Keys and values as a Python client of DLF takes them. Undefined values count as absent. */
export interface CatalogOptions {
  /** The endpoint. https when it names no scheme. */
  readonly uri: string;
  /** The catalog's name. */
  readonly warehouse: string;
  /** By the other keys when absent. */
  readonly "token.provider"?: "dlf" | "bear" | undefined;
  /** The bearer token of provider `bear`. */
  readonly token?: string | undefined;
  /** Needed when the host of `uri` does not name it. */
  readonly "dlf.region"?: string | undefined;
  readonly "dlf.access-key-id"?: string | undefined;
  readonly "dlf.access-key-secret"?: string | undefined;
  /** Goes with temporary keys; empty means none. */
  readonly "dlf.security-token"?: string | undefined;
  /** By the host when absent: `openapi` for public endpoints (`dlfnext.…`), else `default`. */
  readonly "dlf.signing-algorithm"?: SigningAlgorithm | undefined;
  /** Where keys come from: the ECS role of this machine, a token file, or the chain of Alibaba Cloud's own tools. */
  readonly "dlf.token-loader"?: "ecs" | "local_file" | "default_chain" | undefined;
  /** A file with a token, which is read again before the token expires. */
  readonly "dlf.token-path"?: string | undefined;
  /** Asked from the metadata service when absent. */
  readonly "dlf.token-ecs-role-name"?: string | undefined;
  readonly "dlf.token-ecs-metadata-url"?: string | undefined;
  /** Takes the place of the OSS endpoint that DLF names, such as the public one. */
  readonly "dlf.oss-endpoint"?: string | undefined;
  /** How requests to OSS are signed; `auto`, the default, begins with `v1` and changes where a bucket refuses that. */
  readonly "dlf.oss-signature"?: OssSignature | undefined;
  /** Whether to write into a bucket with versioning, which can lose commits: `refuse`, the default, or `allow`. */
  readonly "dlf.oss-versioning"?: OssVersioning | undefined;
  /** A PEM file of further certificate authorities. */
  readonly "dlf.ca-file"?: string | undefined;
  /** Path prefix; the service supplies it when absent. */
  readonly prefix?: string | undefined;
  /** Added to every request. */
  readonly [header: `header.${string}`]: string | undefined;
}

/** A catalog to connect to, in this package's own form. */
export interface CatalogSettings {
  /** https when it names no scheme. */
  readonly endpoint: string;
  /** The catalog's name. */
  readonly warehouse: string;
  readonly credentials: CatalogCredentials;
  /** Needed when the host of `endpoint` does not name it. */
  readonly region?: string | undefined;
  /** By the host when absent: `openapi` for public endpoints (`dlfnext.…`), else `default`. */
  readonly signing?: SigningAlgorithm | undefined;
  /** Takes the place of the OSS endpoint that DLF names, such as the public one. */
  readonly ossEndpoint?: string | undefined;
  /** How requests to OSS are signed; `auto`, the default, begins with `v1` and changes where a bucket refuses that. */
  readonly ossSignature?: OssSignature | undefined;
  /** Whether to write into a bucket with versioning, which can lose commits: `refuse`, the default, or `allow`. */
  readonly ossVersioning?: OssVersioning | undefined;
  /** A PEM file of further certificate authorities. */
  readonly caFile?: string | undefined;
  /** Path prefix; the service supplies it when absent. */
  readonly prefix?: string | undefined;
  /** Added to every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Who sends the requests. Expiring keys are renewed. */
export type CatalogCredentials =
  | {
      readonly accessKeyId: string | Secret;
      readonly accessKeySecret: string | Secret;
      readonly securityToken?: string | Secret | undefined;
    }
  | { readonly bearerToken: string | Secret }
  | { readonly tokenFile: string }
  /** `true` for the role that this machine has, else its name. */
  | { readonly ecsRole: true | string; readonly metadataUrl?: string | undefined }
  | { readonly load: () => Promise<TemporaryKeys> | TemporaryKeys }
  /** `ALIBABA_CLOUD_*` variables, OIDC, the Aliyun CLI's profile, the ECS role; by @alicloud/credentials. */
  | "default-chain";

/** A checked configuration. Made by {@link parseConfig} and {@link parseEntries} only. */
export interface CatalogConfig {
  /** Scheme, host and path, without a slash at the end. */
  readonly uri: string;
  readonly warehouse: string;
  readonly authentication: Authentication;
  readonly prefix?: string;
  readonly ossEndpoint?: string;
  readonly ossSignature: OssSignature;
  readonly ossVersioning: OssVersioning;
  /** Where the catalog is, if its host or the configuration tells. */
  readonly region?: string;
  readonly caFile?: string;
  /** Added to every request. */
  readonly headers: RequestHeaders;
}

/**
 * Checks a configuration of either form.
 *
 * @throws InvalidInput naming every key that is wrong and why, never a value
 */
export function parseConfig(
  options: CatalogOptions | CatalogSettings | Readonly<Record<string, unknown>>,
): CatalogConfig {
  const problems: string[] = [];
  return parseEntries(readOptions(options, problems), problems);
}

/** The entries of a configuration of either form; what is wrong with its names is added to `problems`. */
export function readOptions(options: unknown, problems: string[]): ConfigEntries {
  const parsed = z.record(z.string(), z.unknown()).safeParse(options);
  if (parsed.success)
    return readEntries(parsed.data, (name, problem) => problems.push(`${name}: ${problem}`));
  problems.push("configuration: expected an object of keys and texts");
  throw refuse(problems);
}

/** @throws InvalidInput with the given problems and those found, by the names that the entries' writers know */
export function parseEntries(entries: ConfigEntries, earlierProblems: readonly string[] = []): CatalogConfig {
  const problems = [...earlierProblems];
  const report: Report = (key, problem) =>
    problems.push(`${entries.get(key)?.shown ?? nameMissing(key as ConfigKey, entries)}: ${problem}`);
  const config = buildConfig(entries, report);
  if (config === undefined || problems.length > 0) throw refuse(problems);
  return config;
}

function refuse(problems: readonly string[]): DlfLanceError {
  return new DlfLanceError("InvalidInput", `Cannot use the catalog configuration: ${problems.join("; ")}`);
}

function buildConfig(entries: ConfigEntries, report: Report): CatalogConfig | undefined {
  const values = [...entries].map(([key, { value }]) => [key, value] as const);
  const headers = readHeaderOptions(values, report);
  const reader = createReader(entries, report);
  const uri = readUri(reader);
  const warehouse = reader.require("warehouse");
  const authentication = readAuthentication(reader, uri);
  const ossEndpoint = readOssEndpoint(reader);
  const ossSignature = readChoice(reader, "dlf.oss-signature", ossSignatures, "auto");
  const ossVersioning = readChoice(reader, "dlf.oss-versioning", ossVersionings, "refuse");
  const region = reader.read("dlf.region") ?? (uri && findDlfRegion(uri.hostname));
  const prefix = reader.read("prefix");
  const caFile = reader.read("dlf.ca-file");
  if (uri === undefined || warehouse === undefined || authentication === undefined) return undefined;
  return Object.freeze({
    uri: formatAddress(uri),
    warehouse,
    authentication: Object.freeze(authentication),
    headers: Object.freeze(headers),
    ossSignature,
    ossVersioning,
    ...(region === undefined ? {} : { region }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(ossEndpoint === undefined ? {} : { ossEndpoint }),
    ...(caFile === undefined ? {} : { caFile }),
  });
}

const loadShape = loadWhenUsed(() =>
  z.custom<() => Promise<TemporaryKeys> | TemporaryKeys>((value) => typeof value === "function"),
);

function createReader(entries: ConfigEntries, report: Report): ConfigReader {
  const wrong = new Set<string>();
  const fail = (key: ConfigKey, problem: string): undefined => {
    if (!wrong.has(key)) report(key, problem);
    wrong.add(key);
    return undefined;
  };
  const read = (key: ConfigKey): string | undefined => {
    const value = entries.get(key)?.value;
    const text = value instanceof Secret ? value.reveal() : (value ?? "");
    if (typeof text !== "string") return fail(key, "expected a text");
    const trimmed = text.trim();
    if (trimmed === "") return undefined;
    if (/<[^<>]*>/.test(trimmed)) return fail(key, "it still holds a placeholder in <…>");
    return trimmed;
  };
  const load = loadShape.safeParse(entries.get("load")?.value);
  if (entries.has("load") && !load.success) fail("load", "expected a function");
  return {
    read,
    require: (key) => read(key) ?? fail(key, "missing"),
    load: load.data,
    has: (key) => wrong.has(key) || read(key) !== undefined || wrong.has(key),
    report: fail,
  };
}

function readUri(reader: ConfigReader): URL | undefined {
  const text = reader.require("uri");
  if (text === undefined) return undefined;
  const reading = readAddress(text);
  if ("url" in reading) return reading.url;
  reader.report("uri", reading.problem);
  return undefined;
}

function readOssEndpoint(reader: ConfigReader): string | undefined {
  const text = reader.read("dlf.oss-endpoint");
  if (text === undefined) return undefined;
  const reading = readAddress(text);
  if ("url" in reading) return text;
  reader.report("dlf.oss-endpoint", reading.problem);
  return undefined;
}

function readChoice<T extends string>(
  reader: ConfigReader,
  key: ConfigKey,
  choices: readonly T[],
  usual: T,
): T {
  const text = reader.read(key) ?? usual;
  const known = choices.find((choice) => choice === text);
  if (known === undefined) reader.report(key, `expected one of ${choices.join(", ")}`);
  return known ?? usual;
}
