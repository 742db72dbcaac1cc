/** The budgets of docs/requests.md, counted at the servers. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { toStorageOptions } from "../../src/catalog/operations/credentials.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { type Connection, connect } from "../../src/index.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";
import { countRequests, delayRequests } from "./request-log.ts";

/** What each request takes, in milliseconds: far more than what this machine takes between two of them. */
const delay = 60;

let temporary: TemporaryLake;
const opened: Connection[] = [];

beforeAll(async () => {
  temporary = await openTemporaryLake({ faults: true });
  await delayRequests(temporary.local, delay);
  await temporary.lake.createTable("default.old", { f0: [1, 2, 3], f1: ["a", "b", "c"] });
  await temporary.lake.createTable("default.grown", { a: [0] });
  await temporary.lake.append("default.grown", { a: [0] });
  await temporary.lake.createTable("default.moving", { a: [0] });
  await temporary.lake.createTable("default.shared", { a: [0] });
  await temporary.lake.createTable("default.unlisted", { a: [0] }, { fields: [] });
}, 60_000);

afterAll(async () => {
  for (const connection of opened) await connection.close();
  await temporary?.close();
});

async function connectAnew(): Promise<Connection> {
  const connection = await connect(temporary.local.config);
  opened.push(connection);
  return connection;
}

/** A connection that has opened the table and told DLF of all its commits. */
async function connectKnowing(table: string): Promise<Connection> {
  const connection = await connectAnew();
  await connection.describe(table);
  return connection;
}

/** Connects, creates, describes, reads, appends and reads again, as the guide for Python does. */
async function followGuide(): Promise<void> {
  const lake = await connectAnew();
  await lake.createTable("default.guide", { f0: [201, 202, 203], f1: ["daft-a", "daft-b", "daft-c"] });
  await lake.describe("default.guide");
  await lake.read("default.guide").show();
  await lake.read("default.guide").toObjects();
  await lake.append("default.guide", { f0: [204], f1: ["daft-d"] });
  await lake.read("default.guide").show();
  expect(await lake.read("default.guide").toObjects()).toHaveLength(4);
  await lake.close();
}

/** What is counted, by the first column of the table in the document. */
const works: Readonly<Record<string, () => Promise<() => Promise<unknown>>>> = {
  "`connect()`": async () => connectAnew,
  "`createTable()` of a connection that has used none": async () => {
    const lake = await connectAnew();
    return () => lake.createTable("default.first", { a: [1] });
  },
  "`describe()` of a connection that has used none": async () => {
    const lake = await connectAnew();
    return () => lake.describe("default.old");
  },
  "`describe()`, known": async () => {
    const lake = await connectKnowing("default.old");
    return () => lake.describe("default.old");
  },
  "`read().show()` of a connection that has used none": async () => {
    const lake = await connectAnew();
    return () => lake.read("default.old").show();
  },
  "`read().show()`, known": async () => {
    const lake = await connectKnowing("default.old");
    return () => lake.read("default.old").show();
  },
  "`read().show()` after another connection's commit": async () => {
    const [lake, other] = [await connectKnowing("default.shared"), await connectAnew()];
    await other.append("default.shared", { a: [1] });
    return () => lake.read("default.shared").show();
  },
  "`read().count()`, known": async () => {
    const lake = await connectKnowing("default.old");
    return () => lake.read("default.old").count();
  },
  "`read().profile()`, known": async () => {
    const lake = await connectKnowing("default.old");
    return () => lake.read("default.old").profile();
  },
  "`describe()` after another connection's commit": async () => {
    const [lake, other] = [await connectKnowing("default.moving"), await connectAnew()];
    await other.append("default.moving", { a: [1] });
    return () => lake.describe("default.moving");
  },
  "a cell is the first to name a table, and the catalog lists its columns": async () => {
    const lake = await connectAnew();
    return () => lake.directory.columns("default.old");
  },
  "a cell is the first to name a table, and the catalog lists none": async () => {
    const lake = await connectAnew();
    return () => lake.directory.columns("default.unlisted");
  },
  "the guide's whole workflow": async () => followGuide,
  "`append()` of a connection that has used none": async () => {
    const lake = await connectAnew();
    return () => lake.append("default.grown", { a: [1] });
  },
  "`append()`, known": async () => {
    const lake = await connectKnowing("default.grown");
    // The first change asks once whether the bucket keeps versions.
    await lake.append("default.grown", { a: [1] });
    return () => lake.append("default.grown", { a: [2] });
  },
};

const documented = readBudgets();

test("every budget is counted", () => {
  expect(Object.keys(works).sort()).toEqual([...documented.keys()].sort());
});

test.each([...documented])("%s", { timeout: 60_000 }, async (name, budget) => {
  const work = await works[name]?.();
  if (work === undefined) throw new Error("nothing counts it");
  const { requests, rounds, list } = await countRequests(temporary.local, work);
  expect({ requests, rounds }, list.join("\n")).toEqual(budget);
});

test("each address of the first rows stands in the answer before it alone, but for the two of the catalog", async () => {
  const lake = await connectAnew();
  const { list } = await countRequests(temporary.local, () => lake.read("default.old").show());
  const last = (pattern: RegExp) =>
    list.map((line) => pattern.exec(line)?.[1]).find((name) => name !== undefined);
  const [manifest, file] = [last(/_versions\/(\d+\.manifest)/), last(/data\/([^/ ]+\.lance)/)];
  expect([manifest, file]).toEqual([expect.any(String), expect.any(String)]);

  const catalog = await CatalogClient.connect(parseConfig(temporary.local.config));
  try {
    const id = parseTableId("default.old");
    const entry = await catalog.getTable(id);
    const keys = toStorageOptions(await catalog.vendCredentials(id));
    const place = new URL(entry.location).pathname;
    const said = { entry: JSON.stringify(entry), keys: JSON.stringify(keys) };
    // The place without keys, and keys without a place: neither opens the listing that names the manifest.
    expect(said.keys).not.toContain(place);
    expect(said.entry).not.toContain(keys.oss_access_key_id);
    for (const name of [manifest, file]) expect(said.entry + said.keys).not.toContain(name);
    // The listing names files of versions alone; that of the rows stands in the manifest.
    const stored = join(temporary.data, "buckets/lake", place, "_versions", manifest as string);
    expect(readFileSync(stored, "latin1")).toContain(file);
  } finally {
    await catalog.close();
  }
});

interface Budget {
  readonly requests: number;
  readonly rounds: number;
}

function readBudgets(): Map<string, Budget> {
  const text = readFileSync(new URL("../../docs/requests.md", import.meta.url), "utf8");
  const rows = text.split("\n").filter((line) => /^\| [^|]+ \| \d+ \| \d+ \|/.test(line));
  return new Map(
    rows.map((line) => {
      const [name = "", requests, rounds] = line
        .split("|")
        .slice(1)
        .map((cell) => cell.trim());
      return [name, { requests: Number(requests), rounds: Number(rounds) }];
    }),
  );
}
