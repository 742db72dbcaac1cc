/** A client of a scripted server, and what both need for it. Ends with the test. */
import { onTestFinished } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import type { TemporaryKeys } from "../../src/catalog/identity/identity.ts";
import type { TransportSettings } from "../../src/catalog/transport/transport.ts";
import {
  type ReceivedRequest,
  type Reply,
  type ScriptedServer,
  startScriptedServer,
} from "./scripted-server.ts";

export const scriptedKeys = {
  "dlf.access-key-id": "scripted-key-id-4f1c",
  "dlf.access-key-secret": "scripted/key+secret==9a",
  "dlf.security-token": "scripted/security+token==77",
} as const;

export function scriptedConfig(uri: string): Record<string, string> {
  return { uri, warehouse: "lake", "token.provider": "dlf", "dlf.region": "cn-test", ...scriptedKeys };
}

/** Waits short enough for tests. */
export const quickSettings: Partial<TransportSettings> = {
  firstWait: 2,
  longestWait: 5,
  longestRetryAfter: 100,
};

export interface ScriptedCatalog {
  readonly client: CatalogClient;
  readonly server: ScriptedServer;
  /** Requests after the one of connecting, as `METHOD path`. */
  lines(): string[];
}

/** Connects to a server that answers every request after that as `answer` says. */
export async function connectScripted(
  answer: (request: ReceivedRequest, count: number) => Reply | Promise<Reply>,
  options: {
    settings?: Partial<TransportSettings>;
    config?: Record<string, string>;
    load?: () => Promise<TemporaryKeys> | TemporaryKeys;
  } = {},
): Promise<ScriptedCatalog> {
  let count = 0;
  const server = await startScriptedServer((request) => {
    if (request.path === "/v1/config") return { body: { defaults: { prefix: "p" }, overrides: {} } };
    count += 1;
    return answer(request, count);
  });
  onTestFinished(() => server.close());
  const config = parseConfig({
    ...scriptedConfig(server.uri),
    ...options.config,
    ...(options.load === undefined ? {} : { credentials: { load: options.load } }),
  });
  const client = await CatalogClient.connect(config, {
    transport: { ...quickSettings, ...options.settings },
  });
  onTestFinished(() => client.close());
  return {
    client,
    server,
    lines: () => server.requests.slice(1).map(({ method, path }) => `${method} ${path}`),
  };
}

/** The answer to `GET` of a Lance table. */
export function tableReply(options: Record<string, string> = {}, id = "uuid-1"): Reply {
  return {
    body: {
      id,
      database: "db",
      name: "t",
      path: "oss://bucket/t",
      schema: { options: { type: "lance-table", ...options } },
    },
  };
}

export function missingReply(resourceType: "TABLE" | "DATABASE" | null): Reply {
  return { status: 404, body: { message: "not there", resourceType, resourceName: "x", code: 404 } };
}
