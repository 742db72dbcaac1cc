/** What a catalog must do for the client, on whatever server speaks the protocol. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { describeNamespaceContract } from "./contract-namespaces.ts";
import { describeTableContract } from "./contract-tables.ts";
import type { ContractServer, ContractWorld } from "./contract-world.ts";

export type { ContractServer } from "./contract-world.ts";
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

    const world: ContractWorld = {
      get client() {
        return client;
      },
      get server() {
        return server;
      },
      async freshNamespace() {
        count += 1;
        const namespace = `contract_${count}`;
        await client.createNamespace(namespace, { mode: "Overwrite" });
        return namespace;
      },
    };

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
        await expect(other.listNamespaces()).rejects.toMatchObject({ code: "InvalidInput" });
      });
    });

    describeNamespaceContract(world);
    describeTableContract(world);
  });
}
