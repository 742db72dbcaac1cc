/** A configuration as a Python client takes it, to connect elsewhere as the same identity. */
import type { CatalogConfig } from "./config.ts";
import { tokenLoaders } from "./config-keys.ts";
import type { KeySource } from "./identity.ts";

/** Keys and values of the Python clients. Some are secrets, in clear text. */
export type ClientProperties = Readonly<Record<string, string>>;

/**
 * Headers stay here: they may name this machine's proxy or user.
 * @returns undefined where a function of this process hands out the keys, or a chain that only this machine can walk
 */
export function clientProperties(config: CatalogConfig): ClientProperties | undefined {
  const identity = identityProperties(config);
  if (identity === undefined) return undefined;
  const { uri, warehouse, region, prefix, ossEndpoint } = config;
  return {
    uri,
    warehouse,
    ...identity,
    ...(region === undefined ? {} : { "dlf.region": region }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(ossEndpoint === undefined ? {} : { "dlf.oss-endpoint": ossEndpoint }),
  };
}

function identityProperties({ authentication }: CatalogConfig): ClientProperties | undefined {
  if (authentication.kind === "bearer")
    return { "token.provider": "bear", token: authentication.token.reveal() };
  const source = sourceProperties(authentication.source);
  if (source === undefined) return undefined;
  const { algorithm } = authentication.scheme;
  return { "token.provider": "dlf", "dlf.signing-algorithm": algorithm, ...source };
}

function sourceProperties(source: KeySource): ClientProperties | undefined {
  switch (source.kind) {
    case "keys": {
      const { accessKeyId, accessKeySecret, securityToken } = source.keys;
      return {
        "dlf.access-key-id": accessKeyId.reveal(),
        "dlf.access-key-secret": accessKeySecret.reveal(),
        ...(securityToken === undefined ? {} : { "dlf.security-token": securityToken.reveal() }),
      };
    }
    case "file":
      return { "dlf.token-loader": tokenLoaders.file, "dlf.token-path": source.path };
    case "ecs":
      return { "dlf.token-loader": tokenLoaders.ecs };
    case "function":
    case "machine":
      return undefined;
    default:
      return source satisfies never;
  }
}
