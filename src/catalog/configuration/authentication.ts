/** Reads from a configuration who sends the requests, and how they are signed. */
import { homedir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../secret.ts";
import { holdKeys } from "../identity/access-keys.ts";
import { defaultMetadataUrl } from "../identity/ecs-role.ts";
import type { KeySource, TemporaryKeys } from "../identity/identity.ts";
import { findDlfRegion } from "../protocol/endpoint-address.ts";
import type { SigningScheme } from "../protocol/sign.ts";
import { type ConfigKey, tokenLoaders } from "./config-keys.ts";

/** How requests prove who sends them. */
export type Authentication =
  | { readonly kind: "signature"; readonly scheme: SigningScheme; readonly source: KeySource }
  | { readonly kind: "bearer"; readonly token: Secret };

/** Values of a configuration, each a checked text or absent, and where to report what is wrong with them. */
export interface ConfigReader {
  /** The text of a key; absent when it was not given, or is wrong, which is then reported. */
  read(key: ConfigKey): string | undefined;
  /** The text of a key that must be there. */
  require(key: ConfigKey): string | undefined;
  /** The function under `load`. */
  readonly load: (() => Promise<TemporaryKeys> | TemporaryKeys) | undefined;
  has(key: ConfigKey): boolean;
  report(key: ConfigKey, problem: string): void;
}

export function readAuthentication(reader: ConfigReader, uri: URL | undefined): Authentication | undefined {
  const isBearerOnly = reader.has("token") && !reader.has("dlf.access-key-id");
  const provider = reader.read("token.provider") ?? (isBearerOnly ? "bear" : "dlf");
  if (provider === "bear") {
    const token = readSecret(reader, "token");
    return token === undefined ? undefined : { kind: "bearer", token };
  }
  if (provider !== "dlf") {
    reader.report("token.provider", 'expected "dlf" or "bear"');
    return undefined;
  }
  const source = readKeySource(reader);
  const scheme = uri === undefined ? undefined : readScheme(reader, uri);
  return source === undefined || scheme === undefined ? undefined : { kind: "signature", scheme, source };
}

/** In Paimon's order: a loader, then a token file, then keys. */
function readKeySource(reader: ConfigReader): KeySource | undefined {
  if (reader.load !== undefined) return { kind: "function", load: reader.load };
  if (!reader.has("dlf.token-loader"))
    return reader.has("dlf.token-path") ? readFile(reader) : readKeys(reader);
  switch (reader.require("dlf.token-loader")) {
    case tokenLoaders.ecs:
      return readEcsRole(reader);
    case tokenLoaders.file:
      return readFile(reader);
    case tokenLoaders.machine:
      return { kind: "machine" };
    default:
      reader.report("dlf.token-loader", `expected one of ${Object.values(tokenLoaders).join(", ")}`);
      return undefined;
  }
}

function readFile(reader: ConfigReader): KeySource | undefined {
  const path = reader.require("dlf.token-path");
  if (path === undefined) return undefined;
  return { kind: "file", path: path.startsWith("~/") ? join(homedir(), path.slice(2)) : path };
}

function readEcsRole(reader: ConfigReader): KeySource | undefined {
  const name = reader.read("dlf.token-ecs-role-name");
  if (name !== undefined && !/^[\w.-]{1,64}$/.test(name)) {
    reader.report("dlf.token-ecs-role-name", "expected the name of a RAM role");
  }
  const metadataUrl = reader.read("dlf.token-ecs-metadata-url") ?? defaultMetadataUrl;
  if (URL.parse(metadataUrl)?.protocol !== "http:") {
    reader.report("dlf.token-ecs-metadata-url", "expected an address that begins with http://");
  }
  return { kind: "ecs", name, metadataUrl };
}

function readKeys(reader: ConfigReader): KeySource | undefined {
  const id = readSecret(reader, "dlf.access-key-id");
  const secret = readSecret(reader, "dlf.access-key-secret");
  const hasToken = reader.read("dlf.security-token") !== undefined;
  const token = hasToken ? readSecret(reader, "dlf.security-token") : undefined;
  if (id === undefined || secret === undefined) return undefined;
  return { kind: "keys", keys: holdKeys(id.reveal(), secret.reveal(), token?.reveal()) };
}

/** What a service signs by, judging by its address. */
export function chooseAlgorithm(uri: URL): SigningScheme["algorithm"] {
  return uri.hostname.includes("dlfnext") ? "openapi" : "default";
}

function readScheme(reader: ConfigReader, uri: URL): SigningScheme | undefined {
  const algorithm = reader.read("dlf.signing-algorithm") ?? chooseAlgorithm(uri);
  if (algorithm === "openapi") return { algorithm };
  if (algorithm !== "default") {
    reader.report("dlf.signing-algorithm", 'expected "default" or "openapi"');
    return undefined;
  }
  const region = reader.read("dlf.region") ?? findDlfRegion(uri.hostname);
  if (region === undefined) {
    reader.report("dlf.region", "missing, and the host of uri does not name it");
    return undefined;
  }
  if (!/^[a-z0-9-]+$/.test(region)) {
    reader.report("dlf.region", 'expected a region id, such as "cn-hangzhou"');
    return undefined;
  }
  return { algorithm, region };
}

function readSecret(reader: ConfigReader, key: ConfigKey): Secret | undefined {
  const text = reader.require(key);
  if (text === undefined) return undefined;
  if (!/^[\x21-\x7e]+$/.test(text)) {
    reader.report(key, "it has a blank or another character in it that no key has");
    return undefined;
  }
  return new Secret(text);
}
