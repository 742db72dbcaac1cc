import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../src/index.ts";
import { grantAccess } from "../../src/local/grant-access.ts";
import { startLocalLake } from "../../src/local/start.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";

test("tokens that end in the middle of edits, compactions and reads are renewed", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-renewal-"));
  const local = await startLocalLake({ data: folder, tokenLifetime: 2 });
  const lake = await connect(local.config);
  await lake.createTable("default.renewed", { a: Array.from({ length: 1_000 }, (_, row) => row) });
  const table = lake.table("default.renewed");
  const end = Date.now() + sizes.renewalSeconds * 1_000;
  let rounds = 0;
  while (Date.now() < end) {
    rounds += 1;
    await table.append({ a: [1_000 + rounds] });
    await table.update({ a: { sql: "a" } }, { where: `a = ${rounds}` });
    expect((await table.take([0, 1])).numRows).toBe(2);
    expect((await table.read().toObjects()).length).toBe(1_000 + rounds);
    await table.compact();
  }
  expect((await table.describe()).fragments).toBe(1);
  expect(rounds).toBeGreaterThan(1);
  await lake.close();
  await local.close();
  await rm(folder, { recursive: true, force: true });
}, 120_000);

test("two identities work on one table at once, each with its own rights and never the other's", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dlf-lance-identities-"));
  const local = await startLocalLake({ data: folder });
  const owner = await connect(local.config);
  await owner.createTable("default.both", { a: [0] });
  const as = async (name: string, grants: Parameters<typeof grantAccess>[2]) =>
    connect({ ...local.config, ...(await grantAccess(folder, name, grants)) });
  const reader = await as("reader", { read: ["default.both"] });
  const writer = await as("writer", { write: ["default.both"] });
  const work = Array.from({ length: 6 }, async (_, index) => {
    await writer.append("default.both", { a: [index + 1] });
    expect(await reader.read("default.both").count()).toBeGreaterThan(0);
    const table = reader.table("default.both");
    expect(await refusal(() => table.append({ a: [98, 99] }))).toMatch(/^PermissionDenied: /);
    expect(await refusal(() => table.delete("a = 0"))).toMatch(/^PermissionDenied: /);
  });
  await Promise.all(work);
  const values = (await owner.read("default.both").toObjects()).map(({ a }) => Number(a));
  expect(values.sort()).toEqual([0, 1, 2, 3, 4, 5, 6]);
  for (const lake of [reader, writer, owner]) await lake.close();
  await local.close();
  await rm(folder, { recursive: true, force: true });
}, 60_000);
