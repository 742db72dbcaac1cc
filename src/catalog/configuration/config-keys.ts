/** The names that a configuration may use: the Python clients' keys, the typed form's, and variables of the environment. */
import { findNearest } from "../../nearest.ts";
import { Secret } from "../../secret.ts";
import type { Report } from "../protocol/request-headers.ts";
import { serverConfigKeys } from "../protocol/schemas.ts";

/** Every key of the Python clients, by the name that the typed form has for it. */
const typedNames = {
  endpoint: "uri",
  warehouse: "warehouse",
  region: "dlf.region",
  signing: "dlf.signing-algorithm",
  ossEndpoint: "dlf.oss-endpoint",
  ossSignature: "dlf.oss-signature",
  ossVersioning: "dlf.oss-versioning",
  prefix: "prefix",
  caFile: "dlf.ca-file",
  "credentials.accessKeyId": "dlf.access-key-id",
  "credentials.accessKeySecret": "dlf.access-key-secret",
  "credentials.securityToken": "dlf.security-token",
  "credentials.bearerToken": "token",
  "credentials.tokenFile": "dlf.token-path",
  "credentials.ecsRole": "dlf.token-ecs-role-name",
  "credentials.metadataUrl": "dlf.token-ecs-metadata-url",
  "credentials.load": "load",
} as const;

export type ConfigKey =
  | (typeof typedNames)[keyof typeof typedNames]
  | "token.provider"
  | "dlf.token-loader"
  | "data-token.enabled";

const otherKeys = ["token.provider", "dlf.token-loader", "data-token.enabled"] as const;
const configKeys = new Set<string>([...Object.values(typedNames), ...otherKeys]);
configKeys.delete("load");

/** Keys that say who sends the requests. Those of two sources never mix: they would not fit each other. */
export const identityKeys: ReadonlySet<string> = new Set<ConfigKey>([
  "token.provider",
  "token",
  "load",
  "dlf.token-loader",
  "dlf.token-path",
  "dlf.token-ecs-role-name",
  "dlf.token-ecs-metadata-url",
  "dlf.access-key-id",
  "dlf.access-key-secret",
  "dlf.security-token",
]);

/** Keys of Paimon that mean nothing for Lance tables. */
const ignoredStarts = ["io-cache.", "table-default."];

/** The role of the machine, by whatever name; and the chain of Alibaba Cloud's own tools. */
export const tokenLoaders = { ecs: "ecs", file: "local_file", machine: "default_chain" } as const;

/** A value of a configuration, and the name under which its writer knows it. */
export interface ConfigEntry {
  readonly value: unknown;
  readonly shown: string;
}

/** By key of the Python clients, or `header.X`. */
export type ConfigEntries = ReadonlyMap<string, ConfigEntry>;

/** What a key is called in problems when nothing was given for it. */
export function nameMissing(key: ConfigKey, entries: ConfigEntries): string {
  const isTyped = [...entries].some(([known, { shown }]) => known !== shown && shown in typedNames);
  if (!isTyped) return key;
  return Object.entries(typedNames).find(([, python]) => python === key)?.[0] ?? key;
}

/** Reads either form of a configuration, or a mixture; reports names that neither has. */
export function readEntries(options: Readonly<Record<string, unknown>>, report: Report): ConfigEntries {
  const entries = new Map<string, ConfigEntry>();
  const put = (key: string, shown: string, value: unknown): void => {
    const earlier = entries.get(key);
    if (earlier !== undefined) report(shown, `given twice, as ${earlier.shown} too`);
    entries.set(key, { value, shown });
  };
  for (const [shown, value] of flatten(options, report)) {
    if (value === undefined) continue;
    if (shown.startsWith(serverConfigKeys.headerStart)) put(shown, shown, value);
    else if (shown.startsWith("headers.")) put(`header.${shown.slice("headers.".length)}`, shown, value);
    else if (Object.hasOwn(typedNames, shown))
      put(typedNames[shown as keyof typeof typedNames], shown, value);
    else if (configKeys.has(shown)) put(shown, shown, value);
    else if (!ignoredStarts.some((start) => shown.startsWith(start))) {
      keepSecret(shown, value);
      reportUnknown(shown, report);
    }
  }
  expandLoader(entries);
  return entries;
}

/** The typed form's two groups, `credentials` and `headers`, become dotted names. */
function* flatten(
  options: Readonly<Record<string, unknown>>,
  report: Report,
): Generator<readonly [string, unknown]> {
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || (name !== "credentials" && name !== "headers")) yield [name, value];
    else if (name === "credentials" && value === "default-chain") {
      yield ["dlf.token-loader", tokenLoaders.machine];
    } else if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      for (const [inner, each] of Object.entries(value)) yield [`${name}.${inner}`, each];
    } else {
      report(name, name === "headers" ? "expected an object" : 'expected an object, or "default-chain"');
    }
  }
}

/** `ecsRole: true` is the role that the machine has, whatever its name. */
function expandLoader(entries: Map<string, ConfigEntry>): void {
  const role = entries.get("dlf.token-ecs-role-name");
  if (role?.shown !== "credentials.ecsRole") return;
  entries.set("dlf.token-loader", { value: tokenLoaders.ecs, shown: role.shown });
  if (role.value === true) entries.delete("dlf.token-ecs-role-name");
}

/** Makes known what is a secret by its name, though misspelt or in the wrong place: it would be shown later as anything else. */
function keepSecret(name: string, value: unknown): void {
  if (/secret|token|password/i.test(name) && typeof value === "string") new Secret(value);
}

/** What `connect()` takes next to the configuration. */
const sessionKeys = ["profile", "engine", "namespace"];

function reportUnknown(name: string, report: Report): void {
  const nearest = findNearest(name, [
    ...configKeys,
    ...Object.keys(typedNames),
    ...sessionKeys,
    "credentials",
    "headers",
  ]);
  const shown = name.length > 60 ? `${name.slice(0, 60)}…` : name;
  report(shown, nearest === undefined ? "unknown key" : `unknown key; did you mean ${nearest}?`);
}

/** The `DLF_*` variables: `DLF_ENDPOINT`, and each other key in capitals, such as `DLF_ACCESS_KEY_ID`. */
export function readVariables(environment: Readonly<Record<string, string | undefined>>): ConfigEntries {
  const entries = new Map<string, ConfigEntry>();
  for (const key of configKeys) {
    const shown = variableOf(key);
    const value = environment[shown];
    if (value === undefined || value.trim() === "") continue;
    entries.set(key, { value, shown });
  }
  return entries;
}

export const endpointVariable = "DLF_ENDPOINT";

function variableOf(key: string): string {
  if (key === "uri") return endpointVariable;
  const words = key.startsWith("dlf.") ? key : `dlf.${key}`;
  return words.replaceAll(/[.-]/g, "_").toUpperCase();
}
