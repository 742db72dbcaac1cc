import { expect, test } from "vitest";
import { connect } from "../../src/index.ts";
import { grantAccess } from "../../src/local/grant-access.ts";
import { refusal } from "../refusal.ts";
import { sizes } from "../sizes.ts";
import { openTemporaryLake } from "../temporary-lake.ts";

test("tokens that end in the middle of edits, compactions and reads are renewed", async () => {
  const { lake, close } = await openTemporaryLake({ tokenLifetime: 2 });
  await lake.createTable("default.renewed", { a: Array.from({ length: 1_000 }, (_, row) => row) });
  const table = lake.table("default.renewed");
  const end = Date.now() + sizes.renewalSeconds * 1_000;
  let rounds = 0;
  while (Date.now() < end || rounds < 2) {
    rounds += 1;
    await table.append({ a: [1_000 + rounds] });
    await table.update({ a: { sql: "a" } }, { where: `a = ${rounds}` });
    expect((await table.take([0, 1])).numRows).toBe(2);
    expect((await table.read().toObjects()).length).toBe(1_000 + rounds);
    await table.compact();
  }
  expect((await table.describe()).fragments).toBe(1);
  await close();
}, 120_000);

test("two identities work on one table at once, each with its own rights and never the other's", async () => {
  const { lake: owner, local, data, close } = await openTemporaryLake();
  await owner.createTable("default.both", { a: [0] });
  const as = async (name: string, grants: Parameters<typeof grantAccess>[2]) =>
    connect({ ...local.config, ...(await grantAccess(data, name, grants)) });
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
  for (const lake of [reader, writer]) await lake.close();
  await close();
}, 60_000);
