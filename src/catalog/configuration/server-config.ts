/** Merging what the service configures: its defaults, under the caller's options, under its overrides. */
import { DlfLanceError } from "../../errors.ts";
import { readAddress } from "../protocol/endpoint-address.ts";
import { type RequestHeaders, readHeaderOptions } from "../protocol/request-headers.ts";
import { type ConfigAnswer, serverConfigKeys } from "../protocol/schemas.ts";
import type { CatalogConfig } from "./config.ts";

interface ServerSettings {
  readonly prefix: string | undefined;
  readonly ossEndpoint: string | undefined;
  readonly headers: RequestHeaders;
}

/**
 * The configuration for all requests after the first. A service sets the path prefix, headers and the OSS endpoint;
 * where requests go and how they are signed stay the caller's.
 *
 * @throws Internal when the service's OSS endpoint cannot be used
 */
export function mergeServerConfig(config: CatalogConfig, answer: ConfigAnswer): CatalogConfig {
  const defaults = readSettings(answer.defaults);
  const overrides = readSettings(answer.overrides);
  const { prefix: ownPrefix, ossEndpoint: ownEndpoint, ...rest } = config;
  const prefix = overrides.prefix ?? ownPrefix ?? defaults.prefix;
  const ossEndpoint = overrides.ossEndpoint ?? ownEndpoint ?? defaults.ossEndpoint;
  return Object.freeze({
    ...rest,
    headers: Object.freeze({ ...defaults.headers, ...config.headers, ...overrides.headers }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(ossEndpoint === undefined ? {} : { ossEndpoint }),
  });
}

function readSettings(map: Readonly<Record<string, string>>): ServerSettings {
  const ossEndpoint = map[serverConfigKeys.ossEndpoint]?.trim() || undefined;
  if (ossEndpoint !== undefined) checkOssEndpoint(ossEndpoint);
  return {
    prefix: map[serverConfigKeys.prefix]?.trim() || undefined,
    ossEndpoint,
    // A header that cannot be sent is left out: the caller could do nothing about it.
    headers: readHeaderOptions(Object.entries(map), () => undefined),
  };
}

function checkOssEndpoint(text: string): void {
  const reading = readAddress(text);
  if ("url" in reading) return;
  throw new DlfLanceError(
    "Internal",
    `Cannot use the OSS endpoint that the catalog's service configures: ${reading.problem}; set dlf.oss-endpoint`,
  );
}
