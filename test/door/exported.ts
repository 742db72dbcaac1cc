/** A module of somebody else's that exports the result of everything public, whose types it does not write out. */

import type { types } from "dlf-lance";
import {
  append,
  coalesce,
  col,
  connect,
  count,
  denseRank,
  describe,
  fromRows,
  greatest,
  isError,
  lag,
  lead,
  least,
  lit,
  planDocumentSchema,
  plot,
  rank,
  read,
  readFile,
  redact,
  rowNumber,
  Secret,
  show,
  toArrowTable,
  toIpcStream,
  when,
} from "dlf-lance";
import { z } from "zod";

export const lake = await connect();
export const written = await append("a.b", [{ a: 1 }]);
export const described = await describe("a.b");
export const document = planDocumentSchema;
export const failed = isError(new Error(), "InvalidInput");
export const file = readFile("a.parquet");
export const secret = new Secret("key");
export const told = redact("text");
export const shown = show([{ a: 1 }]);
export const arrow = toArrowTable([{ a: 1 }]);
export const stream = toIpcStream([{ a: 1 }]);

export const a = col("a");
export const named = col("a").as("b");
export const one = lit(1);
export const none = lit(null);
export const sum = a.add(1).mul(2).div(col("b")).mod(3).as("x");
export const comparison = a.gt(1).and(a.lt(3)).or(a.isNull()).not();
export const among = a.isIn([1, 2]);
export const between = a.between(1, 2);
export const likes = a.like("x%");
export const starts = a.startsWith("x");
export const upper = a.upper();
export const length = a.length();
export const concat = a.concat("x");
export const filled = a.fillNull(0);
export const cast = a.cast("int32");
export const castOrNull = a.cast("int32", { orNull: true });
export const field = a.field("x");
export const year = a.year();
export const truncated = a.dateTrunc("day");
export const total = a.sum().as("total");
export const most = a.max();
export const listed = a.list();
export const quantile = a.approxQuantile(0.5);
export const over = a.sum().over({ partitionBy: "b", orderBy: "c", rows: [-1, 0] });
export const first = coalesce(a, 1);
export const high = greatest(a, 1);
export const low = least(a, 1);
export const branch = when(a.gt(1), "x");
export const decided = when(a.gt(1), "x").when(a.gt(0), "y").otherwise("z");
export const counted = count();
export const ranked = rank();
export const windowed = rank().over({ orderBy: "a" });
export const dense = denseRank();
export const row = rowNumber().over({ orderBy: "a" });
export const before = lag("a").over({ orderBy: "a" });
export const after = lead("a", { offset: 2 } as never);

export const frame = read("a.b");
export const rows = fromRows([{ id: 1, name: "x" }]);
export const filtered = frame.where(a.gt(1));
export const selected = frame.select("a", sum);
export const excluded = selected.exclude("a");
export const extended = selected.withColumn("y", a.add(1));
export const several = selected.withColumns({ p: a.add(1), q: lit("x") });
export const renamed = selected.rename({ a: "z" });
export const typed = frame.cast({ a: "int64" });
export const limited = selected.limit(3, { offset: 1 });
export const sorted = selected.sort({ by: "a", descending: true });
export const distinct = selected.distinct("a");
export const sampled = selected.sample({ rows: 3 });
export const dropped = selected.dropNull("a");
export const exploded = selected.explode("a");
export const unnested = selected.unnest("a");
export const appended = selected.concat(selected);
export const groups = selected.groupBy("a");
export const grouped = selected.groupBy("a", a.mod(2).as("odd")).agg(count(), a.sum().as("s"));
export const aggregated = selected.agg(count().as("n"), a.max().as("m"));
export const joined = selected.join(frame.select("a", "c"), { on: "a" });
export const left = selected.join(frame.select("a", "x"), { on: [["a", "a"]] as never, how: "left" });
export const joinedUntyped = frame.join(frame, { on: "a", suffix: "_2" });
export const semi = selected.join(joined, { on: "a", how: "semi" });
export const pivoted = frame.pivot({ keys: ["a"], on: "b", values: [1], aggregate: a.sum() });
export const unpivoted = selected.unpivot({ keys: ["a"], columns: ["x"], nameColumn: "k", valueColumn: "v" });
export const windows = selected.withColumn("r", windowed);
export const version = frame.at(3);
export const nearest = frame.nearest([1, 2], { k: 3 });
export const found = frame.search("x");
export const statement = frame.sql`SELECT 1`;
export const mapped = frame.mapBatches((batch) => batch);
export const rowTyped = frame.as(z.object({ id: z.bigint(), name: z.string().nullable() }));
export const plan = frame.plan;
export const collected = await selected.collect();
export const batches = selected.batches();
export const objects = await grouped.toObjects();
export const object = await joined.first();
export const number = await frame.count();
export const summary = await frame.summarize();
export const result = await frame.write("a.c");
export const preview = await frame.show();
export const page = await frame.page(1);
export const chart = await frame.plot({ x: "a" });
export const drawn = await plot({ mark: "bar" }, frame);
export const schema = await frame.schema();
export const explained = await frame.explain();
export const scans = explained.scans;
export const others = explained.others;
export const json = frame.toJSON();

export const table = lake.table("a.b");
export const versions = await table.versions();
export const tags = await table.tags();
export const taken = await table.take([1]);
export const tableSample = await table.sample(2);
export const deleted = await table.delete("a = 1");
export const updated = await table.update({ a: 1 }, { where: "a = 1" });
export const merged = await table.merge("a", [{ a: 1 }]);
export const indices = await table.indices();
export const tableFound = await table.nearest([1]);
export const tableText = await table.search("x");
export const compacted = await table.compact();
export const cleaned = await table.cleanup();
export const namespaces = await lake.listNamespaces();
export const namespacePage = await lake.listNamespacesPage();
export const namespace = await lake.describeNamespace("a");
export const tables = await lake.listTables("a");
export const tablePage = await lake.listTablesPage("a");
export const createdTable = await lake.createTable("a.b", [{ a: 1 }]);
export const sql = lake.sql`SELECT ${1}`;
export const fromDocument = lake.frame({});

/** What calls take can be written out too. */
export const choice: types.ReadOptions = { at: 1 };
export function readAll(options: types.FileOptions) {
  return readFile("a.parquet", options);
}
