/** What the client makes of faults, for every operation, on whatever server speaks the protocol. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId, type TableId } from "../../src/catalog/protocol/identifier.ts";
import type { ErrorCode } from "../../src/errors.ts";
import type { ContractServer } from "./contract.ts";
import { type Fault, type FaultyGateway, startFaultyGateway } from "./faulty-gateway.ts";
import { quickSettings } from "./scripted-client.ts";

interface Scene {
  readonly client: CatalogClient;
  readonly namespace: string;
  /** A table that is there, external, with a property. */
  readonly id: TableId;
  /** One that is not. */
  readonly other: TableId;
  readonly location: string;
}

interface FaultedOperation {
  readonly name: string;
  /** The request that is faulted. */
  readonly request: RegExp;
  act(scene: Scene): Promise<unknown>;
  /** For an operation that changes something: whether it has, once, and nothing else. */
  readonly isDone?: (scene: Scene) => Promise<boolean>;
}

const table = "/databases/[^/]+/tables/[^/]+$";
const operations: readonly FaultedOperation[] = [
  { name: "listNamespaces", request: /GET .*\/databases$/, act: ({ client }) => client.listNamespaces() },
  {
    name: "describeNamespace",
    request: /GET .*\/databases\/[^/]+$/,
    act: ({ client, namespace }) => client.describeNamespace(namespace),
  },
  {
    name: "createNamespace",
    request: /POST .*\/databases$/,
    act: ({ client, namespace }) => client.createNamespace(`${namespace}_new`, { properties: { a: "1" } }),
    isDone: async ({ client, namespace }) =>
      (await client.namespaceExists(`${namespace}_new`)) &&
      (await client.describeNamespace(`${namespace}_new`)).properties.a === "1",
  },
  {
    name: "dropNamespace",
    request: /DELETE .*\/databases\/[^/]+$/,
    act: ({ client, namespace }) => client.dropNamespace(namespace, { behavior: "Cascade" }),
    isDone: async ({ client, namespace }) => !(await client.namespaceExists(namespace)),
  },
  {
    name: "alterNamespaceProperties",
    request: /POST .*\/databases\/[^/]+$/,
    act: ({ client, namespace }) => client.alterNamespaceProperties(namespace, { set: { b: "2" } }),
    isDone: async ({ client, namespace }) => (await client.describeNamespace(namespace)).properties.b === "2",
  },
  {
    name: "listTables",
    request: /GET .*\/tables$/,
    act: ({ client, namespace }) => client.listTables(namespace),
  },
  {
    name: "listTableDetails",
    request: /GET .*\/table-details$/,
    act: ({ client, namespace }) => client.listTableDetails(namespace),
  },
  { name: "getTable", request: new RegExp(`GET .*${table}`), act: ({ client, id }) => client.getTable(id) },
  {
    name: "declareTable",
    request: /POST .*\/databases\/[^/]+\/tables$/,
    act: ({ client, other }) => client.declareTable(other, { properties: { a: "1" } }),
    isDone: async ({ client, other }) =>
      (await client.tableExists(other)) && (await client.getTable(other)).properties.a === "1",
  },
  {
    name: "registerTable",
    request: /POST .*\/databases\/[^/]+\/tables$/,
    act: ({ client, other, location }) => client.registerTable(other, { location: `${location}-more` }),
    isDone: async ({ client, other, location }) =>
      (await client.tableExists(other)) && (await client.getTable(other)).location === `${location}-more`,
  },
  {
    name: "deregisterTable",
    request: new RegExp(`DELETE .*${table}`),
    act: ({ client, id }) => client.deregisterTable(id),
    isDone: async ({ client, id }) => !(await client.tableExists(id)),
  },
  {
    name: "dropTable",
    request: new RegExp(`DELETE .*${table}`),
    act: ({ client, id }) => client.dropTable(id),
    isDone: async ({ client, id }) => !(await client.tableExists(id)),
  },
  {
    name: "renameTable",
    request: /POST .*\/tables\/rename$/,
    act: ({ client, id, other }) => client.renameTable(id, other),
    isDone: async ({ client, id, other, location }) =>
      !(await client.tableExists(id)) &&
      (await client.tableExists(other)) &&
      (await client.getTable(other)).location === location,
  },
  {
    name: "alterTableProperties",
    request: new RegExp(`POST .*${table}`),
    act: ({ client, id }) => client.alterTableProperties(id, { set: { b: "2" }, remove: ["a"] }),
    isDone: async ({ client, id }) => {
      const { properties } = await client.getTable(id);
      return properties.b === "2" && properties.a === undefined;
    },
  },
  {
    name: "notifyCommit",
    request: new RegExp(`POST .*${table}`),
    act: ({ client, id }) => client.notifyCommit(id),
    isDone: async ({ client, id }) =>
      (await client.getTable(id)).properties["dlf.lance.commit-uuid"] !== undefined,
  },
  {
    name: "vendCredentials",
    request: /GET .*\/token$/,
    act: ({ client, id }) => client.vendCredentials(id),
  },
];

/** Faults that the client gets over: the outcome is as without them. */
const overcome: readonly (readonly [string, Fault])[] = [
  ["a delay", { delay: 60, times: 1 }],
  ["status 503 before the work", { status: 503, times: 2 }],
  ["status 429 with Retry-After", { status: 429, headers: { "retry-after": "0" }, times: 1 }],
  ["status 502 before the work", { status: 502, times: 1 }],
  ["status 504 after the work", { status: 504, afterWork: true, times: 1 }],
  ["a closed connection before the work", { times: 1 }],
  ["a closed connection after the work", { afterWork: true, times: 1 }],
];

/** Faults that it must tell: with what code, and that nothing has happened. */
const told: readonly (readonly [string, Fault, ErrorCode])[] = [
  ["status 400", { status: 400, times: 1 }, "InvalidInput"],
  ["status 401", { status: 401, times: 1 }, "Unauthenticated"],
  ["status 403", { status: 403, times: 1 }, "PermissionDenied"],
  ["status 501", { status: 501, times: 1 }, "Unsupported"],
  ["status 500 for ever", { status: 500, times: 99 }, "Internal"],
  ["status 429 for ever", { status: 429, times: 99 }, "Throttling"],
  ["status 503 for ever", { status: 503, times: 99 }, "ServiceUnavailable"],
];

export function describeFaultContract(name: string, startServer: () => Promise<ContractServer>): void {
  describe(`with faults in front of ${name}`, () => {
    let server: ContractServer;
    let gateway: FaultyGateway;
    let client: CatalogClient;
    let scene: Scene;

    beforeAll(async () => {
      server = await startServer();
      gateway = await startFaultyGateway(server.config.uri ?? "");
      const config = parseConfig({ ...server.config, uri: gateway.uri });
      client = await CatalogClient.connect(config, { transport: quickSettings });
    });

    afterAll(async () => {
      await client?.close();
      await gateway?.close();
      await server?.close();
    });

    beforeEach(async () => {
      gateway.reset();
      const namespace = `faults_${randomUUID().slice(0, 8)}`;
      await client.createNamespace(namespace);
      const { location: inside } = await client.declareTable(parseTableId([namespace, "place"]));
      const location = `${inside}-elsewhere`;
      const id = parseTableId([namespace, "there"]);
      await client.declareTable(id, { location, properties: { a: "1" } });
      scene = { client, namespace, id, other: parseTableId([namespace, "other"]), location };
      gateway.reset();
    });

    describe.each(operations)("$name", ({ request, act, isDone }) => {
      test.each(overcome)("gets over %s", async (_, fault) => {
        gateway.fault(request, fault);
        await act(scene);
        expect(gateway.seen.some((line) => request.test(line))).toBe(true);
        gateway.reset();
        if (isDone !== undefined) expect(await isDone(scene)).toBe(true);
      });

      test.each(told)("tells %s, with nothing done", async (_, fault, code) => {
        gateway.fault(request, fault);
        await expect(act(scene)).rejects.toMatchObject({ code });
        gateway.reset();
        if (isDone !== undefined) expect(await isDone(scene)).toBe(false);
      });
    });

    test("two answers lost in a row leave one table", async () => {
      gateway.fault(/POST .*\/tables$/, { afterWork: true, times: 2 });
      await client.declareTable(scene.other, { properties: { once: "yes" } });
      gateway.reset();
      expect((await client.listTables(scene.namespace)).sort()).toEqual(["other", "place", "there"]);
    });

    test("work whose answer and looks are all lost is unknown, and says so", async () => {
      gateway.fault(/POST .*\/tables$|GET .*\/tables\/other$/, { afterWork: true, times: 99 });
      await expect(client.declareTable(scene.other)).rejects.toMatchObject({ code: "CommitUnknown" });
    });
  });
}
