/** A store whose disk is full behind the first rows of a write: no table has any of it, and the message names the disk. */
import { execFileSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { connect } from "../../src/index.ts";
import { startLocalLake } from "../../src/local/start.ts";

const rows = (from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ id: from + index, text: `${from + index} `.repeat(40) }));

/** Some 2 MB a piece. */
async function* manyRows() {
  for (let piece = 0; piece < 40; piece++) yield rows(piece * 10_000, 10_000);
}

test("a write that fills the disk leaves no file and no version behind, and says so", {
  timeout: 120_000,
}, async ({ skip }) => {
  const disk = await mkdtemp(join(tmpdir(), "dlf-lance-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m,mode=700", "tmpfs", disk], { stdio: "ignore" });
  } catch {
    await rm(disk, { recursive: true });
    return skip("no disk can be mounted here");
  }
  const local = await startLocalLake({ data: disk });
  const lake = await connect(local.config);
  try {
    await lake.createTable("default.kept", rows(0, 100));
    const files = async () =>
      (await readdir(disk, { recursive: true })).filter((name) => name.endsWith(".lance"));
    const before = await files();
    expect(before).not.toEqual([]);
    const full = expect.stringMatching(
      /^Cannot \w[^:]* default\.\w+: .*disk.* full.*; free some space, then run this again$/,
    );
    for (const write of [
      () => lake.createTable("default.made", manyRows()),
      () => lake.append("default.kept", manyRows()),
      () => lake.createTable("default.kept", manyRows(), { mode: "Overwrite" }),
    ])
      await expect(write()).rejects.toMatchObject({ code: "ServiceUnavailable", message: full });
    expect(await lake.tableExists("default.made")).toBe(false);
    expect(await lake.read("default.kept").count()).toBe(100);
    expect((await lake.describe("default.kept")).version).toBe(1);
    expect(await files()).toEqual(before);
    // Parts of an upload that Lance's library does not end stay in the bucket, and take space: no table reads them.
  } finally {
    await lake.close();
    await local.close();
    execFileSync("umount", [disk]);
    await rm(disk, { recursive: true });
  }
});
