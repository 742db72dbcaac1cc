/** A configuration as a Python client takes it, to connect elsewhere as the same identity. */

import type { KeySource } from "../identity/identity.ts";
import { chooseAlgorithm } from "./authentication.ts";
import type { CatalogConfig } from "./config.ts";
import { tokenLoaders } from "./config-keys.ts";

/** An identity that the machines of a cluster have themselves: only its kind travels. */
export type ClusterIdentity =
  /** The RAM role of the machines. */
  | { readonly kind: "ecs"; readonly role?: string }
  /** Keys in a file that is mounted on each of them, and kept fresh there. */
  | { readonly kind: "file"; readonly path: string };

/** Keys and values of the Python clients. Some are secrets, in clear text. */
export type ClientProperties = Readonly<Record<string, string>>;

/**
 * Headers stay here: they may name this machine's proxy or user.
 * @param other who connects there, when it is not whoever is connected here
 * @returns undefined where a function of this process hands out the keys, or a chain that only this machine can walk
 */
export function clientProperties(
  config: CatalogConfig,
  other?: ClusterIdentity,
): ClientProperties | undefined {
  const identity = other === undefined ? identityProperties(config) : elsewhereProperties(config, other);
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

function elsewhereProperties(
  { uri, authentication }: CatalogConfig,
  identity: ClusterIdentity,
): ClientProperties {
  const algorithm =
    authentication.kind === "signature" ? authentication.scheme.algorithm : chooseAlgorithm(new URL(uri));
  const source =
    identity.kind === "file"
      ? { "dlf.token-loader": tokenLoaders.file, "dlf.token-path": identity.path }
      : {
          "dlf.token-loader": tokenLoaders.ecs,
          ...(identity.role === undefined ? {} : { "dlf.token-ecs-role-name": identity.role }),
        };
  return { "token.provider": "dlf", "dlf.signing-algorithm": algorithm, ...source };
}

/** Who a connection is: an identity that machines elsewhere may have too, secrets, or what this process alone can be. */
export type IdentityElsewhere = ClusterIdentity | { readonly kind: "secrets" } | { readonly kind: "process" };

export function identityElsewhere({ authentication }: CatalogConfig): IdentityElsewhere {
  if (authentication.kind === "bearer") return { kind: "secrets" };
  const { source } = authentication;
  switch (source.kind) {
    case "file":
      return { kind: "file", path: source.path };
    case "ecs":
      return { kind: "ecs", ...(source.name === undefined ? {} : { role: source.name }) };
    case "keys":
      return { kind: "secrets" };
    case "function":
    case "machine":
      return { kind: "process" };
    default:
      return source satisfies never;
  }
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
      return {
        "dlf.token-loader": tokenLoaders.ecs,
        ...(source.name === undefined ? {} : { "dlf.token-ecs-role-name": source.name }),
      };
    case "function":
    case "machine":
      return undefined;
    default:
      return source satisfies never;
  }
}
