import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { callOss } from "./oss-client.ts";
import { endChild, killChildren, serveChild } from "./serve-child.ts";
import { removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;

beforeAll(async () => {
  folder = await temporaryFolder();
});

afterAll(async () => {
  killChildren();
  await removeFolder(folder);
});

test(`nothing acknowledged is lost in ${sizes.kills} kills of the server`, { timeout: 600_000 }, async () => {
  const objects = new Map<string, { body: Buffer; etag: string }>();
  const tables = new Map<string, string>();
  const dropped = new Set<string>();

  for (let round = 0; round < sizes.kills; round++) {
    const lake = await serveChild(folder);
    let working = true;
    const put = async (worker: number) => {
      for (let count = 0; working; count++) {
        const target = `/lake/round-${round}/${worker}/${count}`;
        const body = randomBytes(count % 5 === 0 ? 400_000 : 2_000);
        const headers = count % 2 === 0 ? { "x-oss-forbid-overwrite": "true" } : {};
        const answer = await callOss(lake.oss.endpoint, lake.keys, { method: "PUT", target, body, headers });
        expect(answer.status).toBe(200);
        objects.set(target, { body, etag: String(answer.headers.etag) });
      }
    };
    const create = async () => {
      const path = "/v1/lake/databases/default/tables";
      for (let count = 0; working; count++) {
        const name = `round_${round}_${count}`;
        const made = await callCatalog(lake.config, {
          method: "POST",
          path,
          body: lanceTable("default", name),
        });
        expect(made.status).toBe(200);
        const table = await callCatalog(lake.config, { path: `${path}/${name}` });
        tables.set(name, String(table.json?.path));
        if (count % 3 !== 2) continue;
        tables.delete(name);
        const gone = await callCatalog(lake.config, { method: "DELETE", path: `${path}/${name}` });
        expect(gone.status).toBe(200);
        dropped.add(name);
      }
    };
    const work = Promise.allSettled([put(0), put(1), put(2), create()]).finally(() => {
      working = false;
    });
    const before = objects.size;
    const wanted = 15 + Math.random() * 20;
    while (working && objects.size - before < wanted) await new Promise((resolve) => setTimeout(resolve, 3));
    await endChild(lake, "SIGKILL");
    working = false;
    for (const result of await work) {
      // Every worker ends with the connection it has lost, and with nothing else.
      if (result.status === "rejected") expect(String(result.reason)).not.toContain("Assertion");
    }
  }

  const lake = await serveChild(folder);
  for (const [target, { body, etag }] of objects) {
    const answer = await callOss(lake.oss.endpoint, lake.keys, { target });
    expect([target, answer.status, answer.headers.etag]).toEqual([target, 200, etag]);
    expect(answer.body.equals(body)).toBe(true);
  }
  for (const [name, location] of tables) {
    const { status, json } = await callCatalog(lake.config, {
      path: `/v1/lake/databases/default/tables/${name}`,
    });
    expect([name, status, json?.path]).toEqual([name, 200, location]);
  }
  for (const name of dropped) {
    const { status } = await callCatalog(lake.config, { path: `/v1/lake/databases/default/tables/${name}` });
    expect([name, status]).toEqual([name, 404]);
  }
  expect(objects.size).toBeGreaterThanOrEqual(15 * sizes.kills);
  expect(tables.size).toBeGreaterThan(0);
  expect(await endChild(lake, "SIGINT")).toBe(0);
});
