/** One scan that lasts longer than its tokens; by itself, as it is a setting of the process that slows the scan down. */
import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

// The native library would else have read all of it before the first token ends.
process.env.LANCE_DEFAULT_IO_BUFFER_SIZE = "1000000";

const [parts, rows] = [24, 20];

/** 2 MB in each part. */
async function createTable({ lake }: TemporaryLake): Promise<void> {
  const part = () => ({ text: Array.from({ length: rows }, () => randomBytes(50_000).toString("hex")) });
  await lake.createTable("default.long", part());
  for (let made = 1; made < parts; made++) await lake.append("default.long", part());
}

test("tokens that end in the middle of a scan are renewed", { timeout: 120_000 }, async () => {
  const temporary = await openTemporaryLake({ tokenLifetime: sizes.tokenSeconds });
  try {
    await createTable(temporary);
    let seen = 0;
    for await (const batch of temporary.lake.read("default.long").batches()) {
      seen += batch.numRows;
      await sleep((sizes.slowScanSeconds * 1_000 * batch.numRows) / (parts * rows));
    }
    expect(seen).toBe(parts * rows);
  } finally {
    await temporary.close();
  }
});

test("the scan of a reader that waits waits too", { timeout: 60_000 }, async () => {
  const temporary = await openTemporaryLake({ faults: true });
  const { lake, local } = temporary;
  try {
    await createTable(temporary);
    const batches = lake.read("default.long").batches();
    await batches.next();
    await sleep(2_000);
    await fetch(local.faults?.uri ?? "", {
      method: "PUT",
      headers: { authorization: `Bearer ${local.faults?.token}` },
      body: JSON.stringify({ faults: [{ on: "oss", times: 1_000, fault: { kind: "status", status: 503 } }] }),
    });
    await expect(async () => {
      for await (const _ of batches);
    }).rejects.toThrow(/^Cannot read default\.long/);
  } finally {
    await temporary.close();
  }
});
