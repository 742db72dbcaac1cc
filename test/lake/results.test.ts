/** What the results of writes and edits read as in a text, such as `${await append(…)}`. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Connection, col } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
});
afterAll(() => temporary.close());

test("the result of each change is one line", async () => {
  const name = "default.told";
  const rows = [
    { id: 1, word: "a" },
    { id: 2, word: "b" },
    { id: 3, word: "c" },
  ];
  const table = lake.table(name);
  const changes: readonly (readonly [change: () => Promise<unknown>, line: string])[] = [
    [() => lake.createTable(name, rows), "created default.told: 3 rows, version 1"],
    [() => lake.createTable(name, rows, { mode: "ExistOk" }), "kept default.told: 0 rows, version 1"],
    [() => table.append([{ id: 4, word: "d" }]), "appended to default.told: 1 row, version 1 → 2"],
    [() => table.append([]), "appended to default.told: 0 rows, version 2"],
    [
      () => lake.createTable(name, rows, { mode: "Overwrite" }),
      "overwrote default.told: 3 rows, version 2 → 3",
    ],
    [
      () => table.update({ word: "x" }, { where: col("id").gt(1) }),
      "updated rows of default.told: 2 rows updated, version 3 → 4",
    ],
    [
      () =>
        table.merge("id", [
          { id: 3, word: "y" },
          { id: 9, word: "z" },
        ]),
      "merged into default.told: 1 row inserted, 1 row updated, 0 rows deleted, version 4 → 5",
    ],
    [() => table.delete("id = 9"), "deleted rows of default.told: 1 row deleted, version 5 → 6"],
    [() => table.delete("id = 9"), "deleted rows of default.told: 0 rows deleted, version 6, as before"],
  ];
  for (const [change, line] of changes) expect(`${await change()}`).toBe(line);
  expect(`${await table.compact()}`).toMatch(
    /^compacted default\.told: \d+ fragments? removed, \d+ fragments? added, version \d+( → \d+|, as before)$/,
  );
  expect(`${await table.cleanup({ olderThan: new Date(), allowRecent: true })}`).toMatch(
    /^cleaned up default\.told: .*\b[1-9]\d* versions? removed, [\d.,]+ k?B removed, version \d+, as before$/,
  );
});
