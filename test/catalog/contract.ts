/** What a catalog must do for the client, on whatever server speaks the protocol. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/config.ts";
import { parseTableId } from "../../src/catalog/identifier.ts";
import { createForeignTable } from "./foreign-table.ts";

export interface ContractServer {
  /** Configuration of a client that may do everything. */
  readonly config: Record<string, string>;
  /** The server takes the text before the first dot of a table's full name for the database. */
  readonly splitsAtDots?: boolean;
  close(): Promise<void>;
}

/** Names that a path, a query, a signature or a log could break. */
const hardNames = [
  "with blank",
  "plus+sign",
  "percent%2Fslash",
  "%",
  "100%25",
  "query?a=b&c#d",
  "quo'te\"s",
  "(par*en!)~",
  "semi;comma,",
  "<script>",
  "dotted.name",
  "数据库表",
  "ünïcödé",
  "🙂",
  "UPPER",
  "upper",
  "-",
  "token",
  "a".repeat(100),
];

export function describeCatalogContract(name: string, startServer: () => Promise<ContractServer>): void {
  describe(`${name} keeps the catalog's contract`, () => {
    let server: ContractServer;
    let client: CatalogClient;
    let count = 0;

    beforeAll(async () => {
      server = await startServer();
      client = await CatalogClient.connect(parseConfig(server.config));
    });

    afterAll(async () => {
      await client?.close();
      await server?.close();
    });

    /** A new database for one test. */
    async function freshNamespace(): Promise<string> {
      count += 1;
      const namespace = `contract_${count}`;
      await client.createNamespace(namespace, { mode: "Overwrite" });
      return namespace;
    }

    describe("connecting", () => {
      test("tells who and where, without a whole key", () => {
        const id = client.namespaceId();
        expect(id).toContain(server.config.warehouse);
        expect(id).toContain(new URL(server.config.uri ?? "").host);
        expect(id).not.toContain(server.config["dlf.access-key-id"]);
        expect(id).not.toContain(server.config["dlf.access-key-secret"]);
      });

      test.each(["default", "openapi"])("works with the %s signature", async (algorithm) => {
        const other = await CatalogClient.connect(
          parseConfig({ ...server.config, "dlf.signing-algorithm": algorithm }),
        );
        await expect(other.listNamespaces()).resolves.toBeInstanceOf(Array);
        await other.close();
      });

      test.each(["dlf.access-key-id", "dlf.access-key-secret", "dlf.security-token"])(
        "is refused with a wrong %s",
        async (key) => {
          const wrong = parseConfig({ ...server.config, [key]: "wrong-wrong-wrong" });
          await expect(CatalogClient.connect(wrong)).rejects.toMatchObject({ code: "Unauthenticated" });
        },
      );

      test("is refused for an unknown catalog", async () => {
        const unknown = parseConfig({ ...server.config, warehouse: "no-such-catalog" });
        await expect(CatalogClient.connect(unknown)).rejects.toMatchObject({
          code: "NamespaceNotFound",
          message: expect.stringContaining("no-such-catalog"),
        });
      });

      test("ends with close", async () => {
        const other = await CatalogClient.connect(parseConfig(server.config));
        await other.close();
        await expect(other.listNamespaces()).rejects.toMatchObject({ code: "Interrupted" });
      });
    });

    describe("namespaces", () => {
      test("are created, described, listed and dropped", async () => {
        const namespace = `made_${Date.now()}`;
        const created = await client.createNamespace(namespace, { properties: { owner_team: "数据" } });
        expect(created).toMatchObject({ name: namespace, properties: { owner_team: "数据" } });
        expect(created.properties).toEqual({ owner_team: "数据" });
        // Paimon's server tells another uuid each time.
        const described = await client.describeNamespace(namespace);
        expect({ ...described, uuid: undefined }).toEqual({ ...created, uuid: undefined });
        expect(await client.listNamespaces()).toContain(namespace);
        expect(await client.namespaceExists(namespace)).toBe(true);
        await client.dropNamespace(namespace);
        expect(await client.listNamespaces()).not.toContain(namespace);
        expect(await client.namespaceExists(namespace)).toBe(false);
      });

      test("that are missing are not found, and a near name is offered", async () => {
        await freshNamespace();
        await expect(client.describeNamespace("contract_0")).rejects.toMatchObject({
          code: "NamespaceNotFound",
          message: expect.stringMatching(/did you mean contract_\d+\?/),
        });
        await expect(client.dropNamespace("missing")).rejects.toMatchObject({ code: "NamespaceNotFound" });
        await expect(client.listTables("missing")).rejects.toMatchObject({ code: "NamespaceNotFound" });
        await expect(client.dropNamespace("missing", { mode: "Skip" })).resolves.toBeUndefined();
      });

      test("that exist follow the mode", async () => {
        const namespace = await freshNamespace();
        await client.declareTable(parseTableId([namespace, "t"]));
        await expect(client.createNamespace(namespace)).rejects.toMatchObject({
          code: "NamespaceAlreadyExists",
        });
        const kept = await client.createNamespace(namespace, {
          mode: "ExistOk",
          properties: { not: "taken" },
        });
        expect(kept.properties).toEqual({});
        expect(await client.listTables(namespace)).toEqual(["t"]);
        const anew = await client.createNamespace(namespace, { mode: "Overwrite", properties: { a: "1" } });
        expect(anew.properties).toEqual({ a: "1" });
        expect(await client.listTables(namespace)).toEqual([]);
      });

      test("that are not empty are dropped with Cascade only", async () => {
        const namespace = await freshNamespace();
        await client.declareTable(parseTableId([namespace, "t"]));
        await expect(client.dropNamespace(namespace)).rejects.toMatchObject({ code: "NamespaceNotEmpty" });
        expect(await client.listTables(namespace)).toEqual(["t"]);
        await client.dropNamespace(namespace, { behavior: "Cascade" });
        expect(await client.namespaceExists(namespace)).toBe(false);
      });

      test("with tables of other types only are not empty either", async () => {
        const namespace = await freshNamespace();
        await createForeignTable(server.config, namespace, "objects", "object-table");
        expect(await client.listTables(namespace)).toEqual([]);
        await expect(client.dropNamespace(namespace)).rejects.toMatchObject({ code: "NamespaceNotEmpty" });
      });
    });

    describe("namespaces, further", () => {
      test("have properties to set and remove", async () => {
        const namespace = await freshNamespace();
        await client.alterNamespaceProperties(namespace, { set: { a: "1", b: "数据" } });
        await client.alterNamespaceProperties(namespace, { set: { c: "3" }, remove: ["a", "never there"] });
        expect((await client.describeNamespace(namespace)).properties).toEqual({ b: "数据", c: "3" });
        await expect(client.alterNamespaceProperties("missing", { set: { a: "1" } })).rejects.toMatchObject({
          code: "NamespaceNotFound",
        });
      });

      test("are listed page by page and by pattern", async () => {
        for (const number of [1, 2, 3]) await client.createNamespace(`paged_${number}`, { mode: "exist_ok" });
        const pattern = "paged_%";
        expect((await client.listNamespaces({ pattern })).sort()).toEqual(["paged_1", "paged_2", "paged_3"]);
        const first = await client.listNamespacesPage({ limit: 2, pattern });
        expect(first.namespaces).toHaveLength(2);
        const rest = await client.listNamespacesPage({ pattern, pageToken: first.nextPageToken });
        expect([...first.namespaces, ...rest.namespaces].sort()).toEqual(["paged_1", "paged_2", "paged_3"]);
      });

      test("have a root, which holds them", async () => {
        expect(await client.namespaceExists([])).toBe(true);
        expect(await client.describeNamespace([])).toEqual({ name: "", properties: {} });
        expect(await client.listTables([])).toEqual([]);
        await expect(client.dropNamespace([])).rejects.toMatchObject({ code: "InvalidInput" });
      });

      test("take modes in either spelling", async () => {
        const namespace = await freshNamespace();
        await client.createNamespace(namespace, { mode: "exist_ok" });
        await client.dropNamespace(namespace, { behavior: "restrict", mode: "skip" });
        await client.dropNamespace(namespace, { mode: "Skip" });
        await expect(client.dropNamespace(namespace, { mode: "maybe" as "Skip" })).rejects.toMatchObject({
          code: "InvalidInput",
        });
      });
    });

    describe("tables", () => {
      test("are declared, described, listed and dropped", async () => {
        const namespace = await freshNamespace();
        const id = parseTableId([namespace, "readings"]);
        const properties = { purpose: "测试", "a.b": "x=y&z" };
        const declared = await client.declareTable(id, { properties });
        expect(declared.location).toMatch(/readings/);
        expect(declared.properties).toEqual(properties);
        expect(declared.isExternal).toBe(false);
        expect(await client.getTable(id)).toEqual(declared);
        expect(await client.listTables(namespace)).toEqual(["readings"]);
        expect(await client.tableExists(id)).toBe(true);
        await client.dropTable(id);
        expect(await client.tableExists(id)).toBe(false);
        expect(await client.listTables(namespace)).toEqual([]);
        await expect(client.dropTable(id)).rejects.toMatchObject({ code: "TableNotFound" });
      });

      test("lie where they are declared to", async () => {
        const namespace = await freshNamespace();
        const { location } = await client.declareTable(parseTableId([namespace, "inside"]));
        const elsewhere = `${location}-elsewhere`;
        const id = parseTableId([namespace, "outside"]);
        const external = await client.declareTable(id, { location: elsewhere });
        expect(external).toMatchObject({ location: elsewhere, isExternal: true, properties: {} });
      });

      test("that exist are not declared again", async () => {
        const id = parseTableId([await freshNamespace(), "once"]);
        const first = await client.declareTable(id, { properties: { a: "1" } });
        await expect(client.declareTable(id)).rejects.toMatchObject({ code: "TableAlreadyExists" });
        expect(await client.getTable(id)).toEqual(first);
      });

      test("declared by many at once are made once", async () => {
        const id = parseTableId([await freshNamespace(), "raced"]);
        const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => client.declareTable(id)));
        const reasons = outcomes.flatMap((outcome) =>
          outcome.status === "rejected" ? [outcome.reason] : [],
        );
        expect(reasons).toHaveLength(7);
        for (const reason of reasons) expect(reason).toMatchObject({ code: "TableAlreadyExists" });
      });

      test("that are missing are not found, and a near name is offered", async () => {
        const namespace = await freshNamespace();
        await client.declareTable(parseTableId([namespace, "order"]));
        await expect(client.getTable(parseTableId([namespace, "orders"]))).rejects.toMatchObject({
          code: "TableNotFound",
          message: expect.stringContaining(`did you mean ${namespace}.order?`),
        });
        await expect(client.vendCredentials(parseTableId([namespace, "orders"]))).rejects.toMatchObject({
          code: "TableNotFound",
        });
      });

      test("of a missing namespace are told from missing tables", async () => {
        const id = parseTableId("missing.t");
        expect(await client.tableExists(id)).toBe(false);
        const outcomes = await Promise.allSettled([
          client.getTable(id),
          client.declareTable(id),
          client.dropTable(id),
          client.vendCredentials(id),
          client.notifyCommit(id),
        ]);
        const refusal = { status: "rejected", reason: { code: "NamespaceNotFound" } };
        expect(outcomes).toMatchObject(outcomes.map(() => refusal));
      });

      test("of other types are not opened, dropped or written over", async () => {
        const namespace = await freshNamespace();
        const id = parseTableId([namespace, "objects"]);
        await createForeignTable(server.config, namespace, "objects", "object-table");
        expect(await client.tableExists(id)).toBe(false);
        const refused = { code: "TableNotFound", message: expect.stringContaining("object-table") };
        await expect(client.getTable(id)).rejects.toMatchObject(refused);
        await expect(client.dropTable(id)).rejects.toMatchObject(refused);
        await expect(client.declareTable(id)).rejects.toMatchObject({
          code: "TableAlreadyExists",
          message: expect.stringContaining("object-table"),
        });
      });

      test("are listed over all pages, and by pattern", async () => {
        const namespace = await freshNamespace();
        const names = Array.from({ length: 230 }, (_, index) => `t${String(index).padStart(3, "0")}`);
        for (let start = 0; start < names.length; start += 10) {
          const some = names.slice(start, start + 10);
          await Promise.all(some.map((table) => client.declareTable(parseTableId([namespace, table]))));
        }
        expect((await client.listTables(namespace)).sort()).toEqual(names);
        const some = await client.listTables(namespace, { pattern: "t1%" });
        expect(some.sort()).toEqual(names.filter((table) => table.startsWith("t1")));
        await expect(client.listTables(namespace, { pattern: "%1%" })).rejects.toMatchObject({
          code: "InvalidInput",
        });
      });

      test("are listed page by page, one by one, and with all that is known of them", async () => {
        const namespace = await freshNamespace();
        const names = Array.from({ length: 7 }, (_, index) => `t${index}`);
        for (const table of names) {
          await client.declareTable(parseTableId([namespace, table]), { properties: { table } });
        }
        await createForeignTable(server.config, namespace, "foreign", "object-table");
        const paged: string[] = [];
        let pageToken: string | undefined;
        do {
          const page = await client.listTablesPage(namespace, { limit: 3, pageToken });
          expect(page.tables.length).toBeLessThanOrEqual(3);
          paged.push(...page.tables);
          pageToken = page.nextPageToken;
        } while (pageToken !== undefined);
        expect(paged).toEqual(names);

        const iterated: string[] = [];
        for await (const table of client.iterateTables(namespace)) iterated.push(table);
        expect(iterated).toEqual(names);

        const details = await client.listTableDetails(namespace);
        expect(details.map(({ id }) => id.table)).toEqual(names);
        const [first] = details;
        expect(first).toEqual(await client.getTable(parseTableId([namespace, "t0"])));
        expect(
          (await client.listTableDetails(namespace, { pattern: "t3" })).map(({ id }) => id.table),
        ).toEqual(["t3"]);
        await expect(client.listTablesPage(namespace, { limit: 0 })).rejects.toMatchObject({
          code: "InvalidInput",
        });
      });

      test("of all namespaces are listed together", async () => {
        const namespaces = [await freshNamespace(), await freshNamespace()];
        for (const namespace of namespaces) {
          await client.declareTable(parseTableId([namespace, "everywhere_1"]));
          await client.declareTable(parseTableId([namespace, "everywhere_2"]));
          await createForeignTable(server.config, namespace, "everywhere_3", "object-table");
        }
        const found = await client.listAllTables({ pattern: "everywhere%" });
        const ids = found.map(({ namespace, table }) => `${namespace}.${table}`);
        expect(ids.sort()).toEqual(
          namespaces
            .flatMap((namespace) => [`${namespace}.everywhere_1`, `${namespace}.everywhere_2`])
            .sort(),
        );
        const [namespacePattern] = namespaces;
        expect(await client.listAllTables({ namespacePattern })).toHaveLength(2);
      });

      test("are given another name, in another namespace too, and keep place and properties", async () => {
        const [from, to] = [await freshNamespace(), await freshNamespace()];
        const id = parseTableId([from, "before"]);
        const renamed = parseTableId([to, "after"]);
        const { location } = await client.declareTable(id, { properties: { a: "1" } });
        await client.renameTable(id, renamed);
        expect(await client.tableExists(id)).toBe(false);
        expect(await client.getTable(renamed)).toMatchObject({ location, properties: { a: "1" } });
        await expect(client.renameTable(id, renamed)).rejects.toMatchObject({ code: "TableNotFound" });
        const taken = parseTableId([to, "taken"]);
        await client.declareTable(taken);
        await expect(client.renameTable(renamed, taken)).rejects.toMatchObject({
          code: "TableAlreadyExists",
        });
        expect((await client.getTable(renamed)).location).toBe(location);
      });

      test("are registered where they lie, and forgotten with their data left", async () => {
        const namespace = await freshNamespace();
        const { location: inside } = await client.declareTable(parseTableId([namespace, "managed"]));
        const location = `${inside}-elsewhere`;
        const id = parseTableId([namespace, "registered"]);
        const registered = await client.registerTable(id, { location, properties: { a: "1" } });
        expect(registered).toMatchObject({ location, isExternal: true, properties: { a: "1" } });
        await expect(client.registerTable(id, { location })).rejects.toMatchObject({
          code: "TableAlreadyExists",
        });
        const anew = await client.registerTable(id, { location: `${location}-2`, mode: "overwrite" });
        expect(anew).toMatchObject({ location: `${location}-2`, properties: {} });
        expect(await client.deregisterTable(id)).toMatchObject({ location: `${location}-2` });
        expect(await client.tableExists(id)).toBe(false);
        await expect(client.deregisterTable(id)).rejects.toMatchObject({ code: "TableNotFound" });
      });

      test("whose data DLF manages are not forgotten or replaced, which would delete the data", async () => {
        const id = parseTableId([await freshNamespace(), "managed"]);
        const { location } = await client.declareTable(id);
        const refused = { code: "Unsupported", message: expect.stringContaining("dropTable") };
        await expect(client.deregisterTable(id)).rejects.toMatchObject(refused);
        const other = { location: `${location}-2`, mode: "Overwrite" } as const;
        await expect(client.registerTable(id, other)).rejects.toMatchObject(refused);
        expect((await client.getTable(id)).location).toBe(location);
      });

      test.each(["relative/path", "", "oss://bucket", "oss://b/a b", "oss://b/../c", "oss://b/x?y"])(
        "are not registered at %j",
        async (location) => {
          const id = parseTableId([await freshNamespace(), "t"]);
          await expect(client.registerTable(id, { location })).rejects.toMatchObject({
            code: "InvalidInput",
          });
          expect(await client.tableExists(id)).toBe(false);
        },
      );

      test("have properties to set and remove", async () => {
        const id = parseTableId([await freshNamespace(), "t"]);
        await client.declareTable(id, { properties: { kept: "1", changed: "1", removed: "1" } });
        const set = { changed: "二", "with blank": "a=b&c" };
        await client.alterTableProperties(id, { set, remove: ["removed", "never there"] });
        expect((await client.getTable(id)).properties).toEqual({ kept: "1", ...set });
        await expect(client.alterTableProperties(id, { set: { type: "table" } })).rejects.toMatchObject({
          code: "InvalidInput",
        });
        await expect(client.alterTableProperties(id, { set, remove: ["changed"] })).rejects.toMatchObject({
          code: "InvalidInput",
        });
      });

      test("of other types are not renamed, altered or forgotten", async () => {
        const namespace = await freshNamespace();
        const id = parseTableId([namespace, "objects"]);
        await createForeignTable(server.config, namespace, "objects", "object-table");
        const refused = { code: "TableNotFound", message: expect.stringContaining("object-table") };
        await expect(client.renameTable(id, parseTableId([namespace, "x"]))).rejects.toMatchObject(refused);
        await expect(client.alterTableProperties(id, { set: { a: "1" } })).rejects.toMatchObject(refused);
        await expect(client.deregisterTable(id)).rejects.toMatchObject(refused);
        const location = "oss://bucket/somewhere";
        await expect(client.registerTable(id, { location, mode: "Overwrite" })).rejects.toMatchObject(
          refused,
        );
      });

      test.each(hardNames)("may be named %j, in a namespace of that name", async (hardName) => {
        const namespace = `n ${server.splitsAtDots === true ? hardName.replaceAll(".", "_") : hardName}`;
        await client.createNamespace(namespace, { mode: "Overwrite" });
        const id = parseTableId([namespace, hardName]);
        const declared = await client.declareTable(id);
        expect(await client.getTable(id)).toEqual(declared);
        expect(await client.listTables(namespace)).toEqual([hardName]);
        expect(await client.listNamespaces()).toContain(namespace);
        await client.dropTable(id);
        await client.dropNamespace(namespace);
        expect(await client.namespaceExists(namespace)).toBe(false);
      });

      test("note a commit", async () => {
        const id = parseTableId([await freshNamespace(), "noted"]);
        await client.declareTable(id, { properties: { kept: "yes" } });
        await client.notifyCommit(id);
        const first = (await client.getTable(id)).properties["dlf.lance.commit-uuid"];
        await client.notifyCommit(id);
        const { properties } = await client.getTable(id);
        expect(properties["dlf.lance.commit-uuid"]).toMatch(/^[0-9a-f-]{36}$/);
        expect(properties["dlf.lance.commit-uuid"]).not.toBe(first);
        expect(properties.kept).toBe("yes");
      });

      test("have credentials, which are kept", async () => {
        const id = parseTableId([await freshNamespace(), "readable"]);
        await client.declareTable(id);
        const credentials = await client.vendCredentials(id);
        expect(credentials.endpoint).not.toBe("");
        expect(credentials.accessKeyId.reveal()).not.toBe("");
        expect(credentials.accessKeySecret.reveal()).not.toBe("");
        expect(credentials.expiresAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Date.now());
        expect(await client.vendCredentials(id)).toBe(credentials);
        expect(JSON.stringify(credentials)).not.toContain(credentials.accessKeySecret.reveal());
      });
    });
  });
}
