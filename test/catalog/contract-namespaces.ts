import { describe, expect, test } from "vitest";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import type { ContractWorld } from "./contract-world.ts";
import { createForeignTable } from "./foreign-table.ts";

export function describeNamespaceContract(world: ContractWorld): void {
  describe("namespaces", () => {
    test("are created, described, listed and dropped", async () => {
      const namespace = `made_${Date.now()}`;
      const created = await world.client.createNamespace(namespace, { properties: { owner_team: "数据" } });
      expect(created).toMatchObject({ name: namespace, properties: { owner_team: "数据" } });
      expect(created.properties).toEqual({ owner_team: "数据" });
      // Paimon's server tells another uuid each time.
      const described = await world.client.describeNamespace(namespace);
      expect({ ...described, uuid: undefined }).toEqual({ ...created, uuid: undefined });
      expect(await world.client.listNamespaces()).toContain(namespace);
      expect(await world.client.namespaceExists(namespace)).toBe(true);
      await world.client.dropNamespace(namespace);
      expect(await world.client.listNamespaces()).not.toContain(namespace);
      expect(await world.client.namespaceExists(namespace)).toBe(false);
    });

    test("that are missing are not found, and a near name is offered", async () => {
      await world.freshNamespace();
      await expect(world.client.describeNamespace("contract_0")).rejects.toMatchObject({
        code: "NamespaceNotFound",
        message: expect.stringMatching(/did you mean contract_\d+\?/),
      });
      await expect(world.client.dropNamespace("missing")).rejects.toMatchObject({
        code: "NamespaceNotFound",
      });
      await expect(world.client.listTables("missing")).rejects.toMatchObject({ code: "NamespaceNotFound" });
      await expect(world.client.dropNamespace("missing", { mode: "Skip" })).resolves.toBeUndefined();
    });

    test("that exist follow the mode", async () => {
      const namespace = await world.freshNamespace();
      await world.client.declareTable(parseTableId([namespace, "t"]));
      await expect(world.client.createNamespace(namespace)).rejects.toMatchObject({
        code: "NamespaceAlreadyExists",
      });
      const kept = await world.client.createNamespace(namespace, {
        mode: "ExistOk",
        properties: { not: "taken" },
      });
      expect(kept.properties).toEqual({});
      expect(await world.client.listTables(namespace)).toEqual(["t"]);
      const anew = await world.client.createNamespace(namespace, {
        mode: "Overwrite",
        properties: { a: "1" },
      });
      expect(anew.properties).toEqual({ a: "1" });
      expect(await world.client.listTables(namespace)).toEqual([]);
    });

    test("that are not empty are dropped with Cascade only", async () => {
      const namespace = await world.freshNamespace();
      await world.client.declareTable(parseTableId([namespace, "t"]));
      await expect(world.client.dropNamespace(namespace)).rejects.toMatchObject({
        code: "NamespaceNotEmpty",
      });
      expect(await world.client.listTables(namespace)).toEqual(["t"]);
      await world.client.dropNamespace(namespace, { behavior: "Cascade" });
      expect(await world.client.namespaceExists(namespace)).toBe(false);
    });

    test("with tables of other types only are not empty either", async () => {
      const namespace = await world.freshNamespace();
      await createForeignTable(world.server.config, namespace, "objects", "object-table");
      expect(await world.client.listTables(namespace)).toEqual([]);
      await expect(world.client.dropNamespace(namespace)).rejects.toMatchObject({
        code: "NamespaceNotEmpty",
      });
    });
  });

  describe("namespaces, further", () => {
    test("have properties to set and remove", async () => {
      const namespace = await world.freshNamespace();
      await world.client.alterNamespaceProperties(namespace, { set: { a: "1", b: "数据" } });
      await world.client.alterNamespaceProperties(namespace, {
        set: { c: "3" },
        remove: ["a", "never there"],
      });
      expect((await world.client.describeNamespace(namespace)).properties).toEqual({ b: "数据", c: "3" });
      await expect(
        world.client.alterNamespaceProperties("missing", { set: { a: "1" } }),
      ).rejects.toMatchObject({
        code: "NamespaceNotFound",
      });
    });

    test("are listed page by page and by pattern", async () => {
      for (const number of [1, 2, 3])
        await world.client.createNamespace(`paged_${number}`, { mode: "exist_ok" });
      const pattern = "paged_%";
      expect((await world.client.listNamespaces({ pattern })).sort()).toEqual([
        "paged_1",
        "paged_2",
        "paged_3",
      ]);
      const first = await world.client.listNamespacesPage({ limit: 2, pattern });
      expect(first.namespaces).toHaveLength(2);
      const rest = await world.client.listNamespacesPage({ pattern, pageToken: first.nextPageToken });
      expect([...first.namespaces, ...rest.namespaces].sort()).toEqual(["paged_1", "paged_2", "paged_3"]);
    });

    test("have a root, which holds them", async () => {
      expect(await world.client.namespaceExists([])).toBe(true);
      expect(await world.client.describeNamespace([])).toEqual({ name: "", properties: {} });
      expect(await world.client.listTables([])).toEqual([]);
      await expect(world.client.dropNamespace([])).rejects.toMatchObject({ code: "InvalidInput" });
    });

    test("take modes in either spelling", async () => {
      const namespace = await world.freshNamespace();
      await world.client.createNamespace(namespace, { mode: "exist_ok" });
      await world.client.dropNamespace(namespace, { behavior: "restrict", mode: "skip" });
      await world.client.dropNamespace(namespace, { mode: "Skip" });
      await expect(world.client.dropNamespace(namespace, { mode: "maybe" as "Skip" })).rejects.toMatchObject({
        code: "InvalidInput",
      });
    });
  });
}
