/** Temporary credentials for the storage of one table. */
import { DlfLanceError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import { findOssRegion } from "../protocol/endpoint-address.ts";
import { type TokenAnswer, tokenKeys } from "../protocol/schemas.ts";

export interface StorageCredentials {
  /** Host of the object store, with or without a scheme; https without. */
  readonly endpoint: string;
  readonly accessKeyId: Secret;
  readonly accessKeySecret: Secret;
  readonly securityToken?: Secret;
  readonly region?: string;
  /** In epoch milliseconds; without it they do not end. */
  readonly expiresAt?: number;
}

/** The credentials as Lance's storage options, in clear text. */
export function toStorageOptions(credentials: StorageCredentials): Record<string, string> {
  const { endpoint, accessKeyId, accessKeySecret, securityToken, region, expiresAt } = credentials;
  return {
    oss_endpoint: endpoint,
    oss_access_key_id: accessKeyId.reveal(),
    oss_secret_access_key: accessKeySecret.reveal(),
    ...(securityToken === undefined ? {} : { oss_security_token: securityToken.reveal() }),
    ...(region === undefined ? {} : { oss_region: region }),
    ...(expiresAt === undefined ? {} : { expires_at_millis: String(expiresAt) }),
  };
}

/**
 * Reads a table token.
 *
 * @param ossEndpoint takes the place of the token's endpoint
 * @throws Internal when the token lacks a key that storage needs; Unsupported when it holds none at all
 */
export function readCredentials(
  answer: TokenAnswer,
  tableName: string,
  ossEndpoint: string | undefined,
): StorageCredentials {
  if (Object.keys(answer.token).length === 0) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot get storage credentials of table ${tableName}: the service lends none for where it lies`,
    );
  }
  const optional = (key: string): string | undefined => answer.token[key]?.trim() || undefined;
  const needed = (key: string, found: string | undefined): string => {
    if (found !== undefined) return found;
    throw new DlfLanceError(
      "Internal",
      `Cannot get storage credentials of table ${tableName}: the service's answer has no ${key}`,
    );
  };
  const accessKeyId = new Secret(needed(tokenKeys.accessKeyId, optional(tokenKeys.accessKeyId)));
  const accessKeySecret = new Secret(needed(tokenKeys.accessKeySecret, optional(tokenKeys.accessKeySecret)));
  const endpoint = needed(tokenKeys.endpoint, ossEndpoint ?? optional(tokenKeys.endpoint));
  const securityToken = optional(tokenKeys.securityToken);
  const region = optional(tokenKeys.region) ?? findOssRegion(endpoint);
  return Object.freeze({
    endpoint,
    accessKeyId,
    accessKeySecret,
    ...(securityToken === undefined ? {} : { securityToken: new Secret(securityToken) }),
    ...(region === undefined ? {} : { region }),
    ...(answer.expiresAtMillis === undefined ? {} : { expiresAt: answer.expiresAtMillis }),
  });
}
