import { describe, expect, test } from "vitest";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import type { ContractWorld } from "./contract-world.ts";
import { createForeignTable } from "./foreign-table.ts";

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

export function describeTableContract(world: ContractWorld): void {
  describe("tables", () => {
    test("are declared, described, listed and dropped", async () => {
      const namespace = await world.freshNamespace();
      const id = parseTableId([namespace, "readings"]);
      const properties = { purpose: "测试", "a.b": "x=y&z" };
      const declared = await world.client.declareTable(id, { properties });
      expect(declared.location).toMatch(/readings/);
      expect(declared.properties).toEqual(properties);
      expect(declared.isExternal).toBe(false);
      expect(await world.client.getTable(id)).toEqual(declared);
      expect(await world.client.listTables(namespace)).toEqual(["readings"]);
      expect(await world.client.tableExists(id)).toBe(true);
      await world.client.dropTable(id);
      expect(await world.client.tableExists(id)).toBe(false);
      expect(await world.client.listTables(namespace)).toEqual([]);
      await expect(world.client.dropTable(id)).rejects.toMatchObject({ code: "TableNotFound" });
    });

    test("lie where they are declared to", async () => {
      const namespace = await world.freshNamespace();
      const { location } = await world.client.declareTable(parseTableId([namespace, "inside"]));
      const elsewhere = `${location}-elsewhere`;
      const id = parseTableId([namespace, "outside"]);
      const external = await world.client.declareTable(id, { location: elsewhere });
      expect(external).toMatchObject({ location: elsewhere, isExternal: true, properties: {} });
    });

    test("tell their columns", async () => {
      const fields = [
        { id: 0, name: "id", type: "BIGINT NOT NULL" },
        { id: 1, name: "名", type: "STRING" },
        { id: 2, name: "vector", type: { type: "ARRAY", element: "FLOAT" }, description: "Arrow type x" },
        { id: 3, name: "count", type: "DECIMAL(20, 0)", description: "how many" },
      ];
      const id = parseTableId([await world.freshNamespace(), "columns"]);
      await world.client.declareTable(id, { fields });
      const { fields: told } = await world.client.getTable(id);
      expect(told).toMatchObject(fields);
      expect(told[0]).not.toHaveProperty("description");
    });

    test("tell no columns any more after a commit that has changed them", async () => {
      const id = parseTableId([await world.freshNamespace(), "changed"]);
      await world.client.declareTable(id, { fields: [{ id: 0, name: "id", type: "INT" }] });
      await world.client.notifyCommit(id, { changesColumns: true });
      const { fields, properties } = await world.client.getTable(id);
      expect(fields).toEqual([]);
      expect(Object.keys(properties)).toEqual(["dlf.lance.commit-uuid"]);
    });

    test("that exist are not declared again", async () => {
      const id = parseTableId([await world.freshNamespace(), "once"]);
      const first = await world.client.declareTable(id, { properties: { a: "1" } });
      await expect(world.client.declareTable(id)).rejects.toMatchObject({ code: "TableAlreadyExists" });
      expect(await world.client.getTable(id)).toEqual(first);
    });

    test("declared by many at once are made once", async () => {
      const id = parseTableId([await world.freshNamespace(), "raced"]);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, () => world.client.declareTable(id)),
      );
      const reasons = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason] : []));
      expect(reasons).toHaveLength(7);
      for (const reason of reasons) expect(reason).toMatchObject({ code: "TableAlreadyExists" });
    });

    test("that are missing are not found, and a near name is offered", async () => {
      const namespace = await world.freshNamespace();
      await world.client.declareTable(parseTableId([namespace, "order"]));
      await expect(world.client.getTable(parseTableId([namespace, "orders"]))).rejects.toMatchObject({
        code: "TableNotFound",
        message: expect.stringContaining(`did you mean ${namespace}.order?`),
      });
      await expect(world.client.vendCredentials(parseTableId([namespace, "orders"]))).rejects.toMatchObject({
        code: "TableNotFound",
      });
    });

    test("of a missing namespace are told from missing tables", async () => {
      const id = parseTableId("missing.t");
      expect(await world.client.tableExists(id)).toBe(false);
      const outcomes = await Promise.allSettled([
        world.client.getTable(id),
        world.client.declareTable(id),
        world.client.dropTable(id),
        world.client.vendCredentials(id),
        world.client.notifyCommit(id),
      ]);
      const refusal = { status: "rejected", reason: { code: "NamespaceNotFound" } };
      expect(outcomes).toMatchObject(outcomes.map(() => refusal));
    });

    test("of other types are not opened, dropped or written over", async () => {
      const namespace = await world.freshNamespace();
      const id = parseTableId([namespace, "objects"]);
      await createForeignTable(world.server.config, namespace, "objects", "object-table");
      expect(await world.client.tableExists(id)).toBe(false);
      const refused = { code: "TableNotFound", message: expect.stringContaining("object-table") };
      await expect(world.client.getTable(id)).rejects.toMatchObject(refused);
      await expect(world.client.dropTable(id)).rejects.toMatchObject(refused);
      await expect(world.client.declareTable(id)).rejects.toMatchObject({
        code: "TableAlreadyExists",
        message: expect.stringContaining("object-table"),
      });
    });

    test("are listed over all pages, and by pattern", async () => {
      const namespace = await world.freshNamespace();
      const names = Array.from({ length: 230 }, (_, index) => `t${String(index).padStart(3, "0")}`);
      for (let start = 0; start < names.length; start += 10) {
        const some = names.slice(start, start + 10);
        await Promise.all(some.map((table) => world.client.declareTable(parseTableId([namespace, table]))));
      }
      expect((await world.client.listTables(namespace)).sort()).toEqual(names);
      const some = await world.client.listTables(namespace, { pattern: "t1%" });
      expect(some.sort()).toEqual(names.filter((table) => table.startsWith("t1")));
      await expect(world.client.listTables(namespace, { pattern: "%1%" })).rejects.toMatchObject({
        code: "InvalidInput",
      });
    });

    test("are listed page by page, one by one, and with all that is known of them", async () => {
      const namespace = await world.freshNamespace();
      const names = Array.from({ length: 7 }, (_, index) => `t${index}`);
      for (const table of names) {
        await world.client.declareTable(parseTableId([namespace, table]), { properties: { table } });
      }
      await createForeignTable(world.server.config, namespace, "foreign", "object-table");
      const paged: string[] = [];
      let pageToken: string | undefined;
      do {
        const page = await world.client.listTablesPage(namespace, { limit: 3, pageToken });
        expect(page.tables.length).toBeLessThanOrEqual(3);
        paged.push(...page.tables);
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined);
      expect(paged).toEqual(names);

      const iterated: string[] = [];
      for await (const table of world.client.iterateTables(namespace)) iterated.push(table);
      expect(iterated).toEqual(names);

      const details = await world.client.listTableDetails(namespace);
      expect(details.map(({ id }) => id.table)).toEqual(names);
      const [first] = details;
      expect(first).toEqual(await world.client.getTable(parseTableId([namespace, "t0"])));
      expect(
        (await world.client.listTableDetails(namespace, { pattern: "t3" })).map(({ id }) => id.table),
      ).toEqual(["t3"]);
      await expect(world.client.listTablesPage(namespace, { limit: 0 })).rejects.toMatchObject({
        code: "InvalidInput",
      });
    });

    test("of all namespaces are listed together", async () => {
      const namespaces = [await world.freshNamespace(), await world.freshNamespace()];
      for (const namespace of namespaces) {
        await world.client.declareTable(parseTableId([namespace, "everywhere_1"]));
        await world.client.declareTable(parseTableId([namespace, "everywhere_2"]));
        await createForeignTable(world.server.config, namespace, "everywhere_3", "object-table");
      }
      const found = await world.client.listAllTables({ pattern: "everywhere%" });
      const ids = found.map(({ namespace, table }) => `${namespace}.${table}`);
      expect(ids.sort()).toEqual(
        namespaces.flatMap((namespace) => [`${namespace}.everywhere_1`, `${namespace}.everywhere_2`]).sort(),
      );
      const [namespacePattern] = namespaces;
      expect(await world.client.listAllTables({ namespacePattern })).toHaveLength(2);
    });

    test("are given another name, in another namespace too, and keep place and properties", async () => {
      const [from, to] = [await world.freshNamespace(), await world.freshNamespace()];
      const id = parseTableId([from, "before"]);
      const renamed = parseTableId([to, "after"]);
      const { location } = await world.client.declareTable(id, { properties: { a: "1" } });
      await world.client.renameTable(id, renamed);
      expect(await world.client.tableExists(id)).toBe(false);
      expect(await world.client.getTable(renamed)).toMatchObject({ location, properties: { a: "1" } });
      await expect(world.client.renameTable(id, renamed)).rejects.toMatchObject({ code: "TableNotFound" });
      const taken = parseTableId([to, "taken"]);
      await world.client.declareTable(taken);
      await expect(world.client.renameTable(renamed, taken)).rejects.toMatchObject({
        code: "TableAlreadyExists",
      });
      expect((await world.client.getTable(renamed)).location).toBe(location);
    });

    test("are registered where they lie, and forgotten with their data left", async () => {
      const namespace = await world.freshNamespace();
      const { location: inside } = await world.client.declareTable(parseTableId([namespace, "managed"]));
      const location = `${inside}-elsewhere`;
      const id = parseTableId([namespace, "registered"]);
      const registered = await world.client.registerTable(id, { location, properties: { a: "1" } });
      expect(registered).toMatchObject({ location, isExternal: true, properties: { a: "1" } });
      await expect(world.client.registerTable(id, { location })).rejects.toMatchObject({
        code: "TableAlreadyExists",
      });
      const anew = await world.client.registerTable(id, { location: `${location}-2`, mode: "overwrite" });
      expect(anew).toMatchObject({ location: `${location}-2`, properties: {} });
      expect(await world.client.deregisterTable(id)).toMatchObject({ location: `${location}-2` });
      expect(await world.client.tableExists(id)).toBe(false);
      await expect(world.client.deregisterTable(id)).rejects.toMatchObject({ code: "TableNotFound" });
    });

    test("whose data DLF manages are not forgotten or replaced, which would delete the data", async () => {
      const id = parseTableId([await world.freshNamespace(), "managed"]);
      const { location } = await world.client.declareTable(id);
      const refused = { code: "Unsupported", message: expect.stringContaining("dropTable") };
      await expect(world.client.deregisterTable(id)).rejects.toMatchObject(refused);
      const other = { location: `${location}-2`, mode: "Overwrite" } as const;
      await expect(world.client.registerTable(id, other)).rejects.toMatchObject(refused);
      expect((await world.client.getTable(id)).location).toBe(location);
    });

    test.each(["relative/path", "", "oss://bucket", "oss://b/a b", "oss://b/../c", "oss://b/x?y"])(
      "are not registered at %j",
      async (location) => {
        const id = parseTableId([await world.freshNamespace(), "t"]);
        await expect(world.client.registerTable(id, { location })).rejects.toMatchObject({
          code: "InvalidInput",
        });
        expect(await world.client.tableExists(id)).toBe(false);
      },
    );

    test("have properties to set and remove", async () => {
      const id = parseTableId([await world.freshNamespace(), "t"]);
      await world.client.declareTable(id, { properties: { kept: "1", changed: "1", removed: "1" } });
      const set = { changed: "二", "with blank": "a=b&c" };
      await world.client.alterTableProperties(id, { set, remove: ["removed", "never there"] });
      expect((await world.client.getTable(id)).properties).toEqual({ kept: "1", ...set });
      await expect(world.client.alterTableProperties(id, { set: { type: "table" } })).rejects.toMatchObject({
        code: "InvalidInput",
      });
      await expect(world.client.alterTableProperties(id, { set, remove: ["changed"] })).rejects.toMatchObject(
        {
          code: "InvalidInput",
        },
      );
    });

    test("of other types are not renamed, altered or forgotten", async () => {
      const namespace = await world.freshNamespace();
      const id = parseTableId([namespace, "objects"]);
      await createForeignTable(world.server.config, namespace, "objects", "object-table");
      const refused = { code: "TableNotFound", message: expect.stringContaining("object-table") };
      await expect(world.client.renameTable(id, parseTableId([namespace, "x"]))).rejects.toMatchObject(
        refused,
      );
      await expect(world.client.alterTableProperties(id, { set: { a: "1" } })).rejects.toMatchObject(refused);
      await expect(world.client.deregisterTable(id)).rejects.toMatchObject(refused);
      const location = "oss://bucket/somewhere";
      await expect(world.client.registerTable(id, { location, mode: "Overwrite" })).rejects.toMatchObject(
        refused,
      );
    });

    test.each(hardNames)("may be named %j, in a namespace of that name", async (hardName) => {
      const namespace = `n ${world.server.splitsAtDots === true ? hardName.replaceAll(".", "_") : hardName}`;
      await world.client.createNamespace(namespace, { mode: "Overwrite" });
      const id = parseTableId([namespace, hardName]);
      const declared = await world.client.declareTable(id);
      expect(await world.client.getTable(id)).toEqual(declared);
      expect(await world.client.listTables(namespace)).toEqual([hardName]);
      expect(await world.client.listNamespaces()).toContain(namespace);
      await world.client.dropTable(id);
      await world.client.dropNamespace(namespace);
      expect(await world.client.namespaceExists(namespace)).toBe(false);
    });

    test("note a commit", async () => {
      const id = parseTableId([await world.freshNamespace(), "noted"]);
      await world.client.declareTable(id, { properties: { kept: "yes" } });
      await world.client.notifyCommit(id);
      const first = (await world.client.getTable(id)).properties["dlf.lance.commit-uuid"];
      await world.client.notifyCommit(id);
      const { properties } = await world.client.getTable(id);
      expect(properties["dlf.lance.commit-uuid"]).toMatch(/^[0-9a-f-]{36}$/);
      expect(properties["dlf.lance.commit-uuid"]).not.toBe(first);
      expect(properties.kept).toBe("yes");
    });

    test("have credentials, which are kept", async () => {
      const id = parseTableId([await world.freshNamespace(), "readable"]);
      await world.client.declareTable(id);
      const credentials = await world.client.vendCredentials(id);
      expect(credentials.endpoint).not.toBe("");
      expect(credentials.accessKeyId.reveal()).not.toBe("");
      expect(credentials.accessKeySecret.reveal()).not.toBe("");
      expect(credentials.expiresAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(Date.now());
      expect(await world.client.vendCredentials(id)).toBe(credentials);
      expect(JSON.stringify(credentials)).not.toContain(credentials.accessKeySecret.reveal());
    });
  });
}
