import fc from "fast-check";
import { expect, test } from "vitest";
import { arrow, type Vector } from "../../../../src/arrow.ts";
import { col } from "../../../../src/frame/builder/expr.ts";
import { count } from "../../../../src/frame/builder/window-functions.ts";
import { aggregateEngine } from "../../../../src/frame/engines/aggregate/aggregate.ts";
import type { EngineOptions } from "../../../../src/frame/engines/engine.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { plainColumn } from "../../../../src/frame/plan/plan.ts";
import { type Progress, type ProgressAmount, publishProgressWatcher } from "../../../../src/progress.ts";
import { sizes } from "../../../sizes.ts";
import { readPlainly } from "../../plain-engine/run-plain.ts";
import { buildTable } from "../../sample-table.ts";

/** Around the number up to which small keys have places of their own, and beyond what a float64 holds exactly. */
const edges = [
  0n,
  1n,
  -1n,
  1_023n,
  1_024n,
  2n ** 22n - 1n,
  2n ** 22n,
  2n ** 32n,
  2n ** 53n + 1n,
  -(2n ** 63n),
];
const wholeNumber = fc.oneof(
  fc.constantFrom(...edges),
  fc.bigInt({ min: -40n, max: 4_000n }),
  fc.bigInt({ min: 2n ** 22n - 50n, max: 2n ** 22n + 50n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
);
/** Texts that begin, end and are long alike. */
const text = fc.oneof(
  fc
    .tuple(fc.constantFrom("abcd", "abce"), fc.string({ maxLength: 9 }), fc.constantFrom("wxyz", "wxyy"))
    .map((parts) => parts.join("")),
  fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 9 }),
  fc.constantFrom("", "é", "日本", "😀"),
);
const float = fc.oneof(fc.constantFrom(0, -0, Number.NaN, 1.5, 2 ** 53), fc.integer({ min: -9, max: 9 }));
const keys = {
  whole: { type: new arrow.Int64(), cell: fc.option(wholeNumber, { freq: 9 }) },
  text: { type: new arrow.Utf8(), cell: fc.option(text, { freq: 9 }) },
  float: { type: new arrow.Float64(), cell: fc.option(float, { freq: 9 }) },
  time: { type: new arrow.Timestamp(2, "UTC"), cell: fc.option(wholeNumber, { freq: 9 }) },
} as const;

type KeyName = keyof typeof keys;

/** 0 and -0 are one value, and either may be told; the last digits of a mean depend on how it is added up. */
function lines(rows: readonly object[]): string[] {
  const show = (value: unknown) => {
    if (typeof value === "number") return value === 0 ? "0" : String(Number(value.toPrecision(12)));
    return value instanceof Date ? value.toISOString() : String(value);
  };
  return rows.map((row) => JSON.stringify(Object.values(row).map(show))).sort();
}

test("groups and distinct rows are those of the plain engine, in one batch or many", async () => {
  const names = Object.keys(keys) as KeyName[];
  await fc.assert(
    fc.asyncProperty(
      fc.subarray(names, { minLength: 1 }),
      fc.gen(),
      fc.integer({ min: 1, max: 2_000 }),
      async (chosen, draw, rows) => {
        const pools = chosen.map((name) =>
          draw(() => fc.array(keys[name].cell as fc.Arbitrary<unknown>, { minLength: 1, maxLength: 60 })),
        );
        const columns = chosen.map((name, index) => {
          const pool = pools[index] as unknown[];
          return {
            name,
            type: keys[name].type,
            cells: Array.from(
              { length: rows },
              (_, row) => pool[(Math.imul(row + 7 * index, 0x9e3779b1) >>> 8) % pool.length],
            ),
          };
        });
        const values = [
          {
            name: "v",
            type: new arrow.Float64(),
            cells: Array.from({ length: rows }, (_, row) => (row % 5 === 0 ? null : row)),
          },
          {
            name: "n",
            type: new arrow.Int64(),
            cells: Array.from({ length: rows }, (_, row) => (row % 7 === 0 ? null : 2n ** 40n + BigInt(row))),
          },
          {
            name: "i",
            type: new arrow.Int64(),
            cells: Array.from({ length: rows }, (_, row) => BigInt(row)),
          },
        ];
        const whole = buildTable([...columns, ...values]);
        const half = Math.floor(rows / 2);
        const parts = new arrow.Table(
          [whole.slice(0, half), whole.slice(half)].flatMap(({ batches }) => batches),
        );
        for (const table of [whole, parts]) {
          const frame = Frame.of(table, "rows");
          const grouped = frame
            .groupBy(...chosen)
            .agg(
              count().as("rows"),
              col("v").count().as("c"),
              col("v").mean().as("m"),
              col("v").sum().as("s"),
              col("n").sum().as("ns"),
              col("i").mean().as("im"),
              col("i").sum().as("is"),
              col("n").count().as("nc"),
            );
          for (const asked of [grouped, Frame.of(table.select(chosen), "keys").distinct()]) {
            const expected = lines(await readPlainly(asked));
            expect(lines(await asked.toObjects({ engine: "aggregate" }))).toEqual(expected);
          }
        }
      },
    ),
    { numRuns: Math.min(300, sizes.generatedPlans / 5), endOnFailure: true },
  );
}, 600_000);

test("distinct rows keep the columns' own fields, and are told by explain()", async () => {
  const field = new arrow.Field("a", new arrow.Int32(), false, new Map([["kept", "yes"]]));
  const data = arrow.vectorFromArray([2, 1, 2], new arrow.Int32()).data[0] as Vector["data"][number];
  const struct = arrow.makeData({
    type: new arrow.Struct([field]),
    length: 3,
    nullCount: 0,
    children: [data],
  });
  const schema = new arrow.Schema([field]);
  const frame = Frame.of(
    new arrow.Table(schema, new arrow.RecordBatch(schema, struct as never)),
    "rows",
  ).distinct();
  const found = await frame.collect({ engine: "aggregate" });
  expect([...(found.getChild("a") ?? [])]).toEqual([2, 1]);
  expect(found.schema.fields[0]?.metadata.get("kept")).toBe("yes");
  expect(String(await frame.explain({ engine: "aggregate" }))).toContain(
    "While the rows are read:\n    distinct",
  );
  const names = ["a", "b", "c", "d", "e"];
  const wide = Frame.of(
    buildTable(names.map((name) => ({ name, type: new arrow.Int32(), cells: [1] }))),
    "rows",
  );
  expect((await wide.distinct().explain()).others.find(({ name }) => name === "aggregate")?.why).toContain(
    "too many to hold",
  );
});

test("more groups than fit in memory are grouped on disk", async () => {
  const size = 60_000;
  const table = buildTable([
    {
      name: "k",
      type: new arrow.Int64(),
      cells: Array.from({ length: size }, (_, row) => BigInt((row * 7) % size)),
    },
    {
      name: "s",
      type: new arrow.Utf8(),
      cells: Array.from({ length: size }, (_, row) => `text ${row % 50}`),
    },
  ]);
  const grouped = Frame.of(table, "rows")
    .groupBy("k")
    .agg(count().as("n"), col("s").max().as("last"))
    .sort("k");
  const distinct = Frame.of(table, "rows").distinct().sort("k");
  for (const frame of [grouped, distinct]) {
    const rows = await frame.toObjects();
    expect(rows.length).toBe(size);
    expect(await frame.toObjects({ memoryLimit: 20_000_000 })).toEqual(rows);
  }
  const plan = {
    step: "aggregate",
    input: { step: "input", name: "rows" },
    keys: [],
    aggregates: [],
  } as const;

  const input = {
    schema: table.schema,
    batches: async function* () {
      yield* table.batches;
    },
  };
  const inputs = new Map([["rows", input]]);
  const ready = aggregateEngine.prepare({ ...plan, keys: [plainColumn("k")] }, inputs);
  if (!("run" in ready)) throw new Error("it groups by a column");
  const read = async (options: EngineOptions) => {
    let found = 0;
    for await (const batch of ready.run(inputs, options)) found += batch.numRows;
    return found;
  };
  expect(await read({ memoryLimit: 1_000_000 })).toBe(size);
});

const days = { at: col("time").dateTrunc("day") } as const;
const beyondMemory = ["whole", "text", "float", "time", "at", "whole text", "text float", "float time text"];

test.each(beyondMemory)("groups by %s beyond memory read each row once", async (names) => {
  const chosen = names.split(" ") as (KeyName | "at")[];
  const size = 3_000;
  const columns = (Object.keys(keys) as KeyName[]).map((name, index) => {
    // Near to each other in time, so that a float of seconds holds their days.
    const cell =
      name === "time" ? fc.option(fc.bigInt({ min: -(2n ** 50n), max: 2n ** 50n })) : keys[name].cell;
    const pool = fc.sample(cell as fc.Arbitrary<unknown>, { numRuns: 400, seed: 7 + index });
    return {
      name,
      type: keys[name].type,
      // The first batches have few of the values, and no null.
      cells: Array.from({ length: size }, (_, row) => {
        const value = pool[(Math.imul(row + 7 * index, 0x9e3779b1) >>> 8) % Math.min(pool.length, 9 + row)];
        return value === null && row < 1_000 ? pool.find((other) => other !== null) : value;
      }),
    };
  });
  const number = {
    name: "i",
    type: new arrow.Int64(),
    cells: Array.from({ length: size }, (_, row) => BigInt(row)),
  };
  const whole = buildTable([...columns, number]);
  const parts = [0, 500, 1_000, 1_500, 2_000, 2_500].flatMap(
    (begin) => whole.slice(begin, begin + 500).batches,
  );
  let calls = 0;
  const frame = Frame.of(new arrow.Table(parts), "rows").mapBatches((batch) => {
    calls += 1;
    return batch;
  });
  const groups = frame
    .groupBy(...chosen.map((name) => (name === "at" ? days.at.as("at") : name)))
    .agg(
      count().as("rows"),
      col("i").sum().as("sum"),
      col("i").mean().as("mean"),
      col("text").max().as("text_max"),
    );
  const picked = chosen.filter((name) => name !== "at");
  const distinct = picked.length === chosen.length ? [frame.select(...picked).distinct()] : [];
  for (const all of [groups, ...distinct]) {
    calls = 0;
    const expected = lines(await all.toObjects());
    expect(calls).toBe(parts.length);
    const read = new Map<string, number>();
    publishProgressWatcher(countRows(read));
    // Room for 10 groups.
    const memoryLimit = 2 * 10 * 128 * (chosen.length + (all === groups ? 4 : 0));
    const found = lines(await all.toObjects({ memoryLimit }));
    publishProgressWatcher(undefined);
    expect(found).toEqual(expected);
    expect(calls).toBe(2 * parts.length);
    expect(read.get("read rows")).toBe(size);
    expect([...read.keys()]).toContain("compute in DuckDB");
  }
});

/** Counts the rows of each work that begins, by its title. */
function countRows(read: Map<string, number>): (title: string) => Progress {
  const watch = (title: string): Progress => {
    const advance = ({ rows = 0 }: ProgressAmount) => read.set(title, (read.get(title) ?? 0) + rows);
    advance({});
    return { advance, expect: () => undefined, begin: watch, end: () => undefined };
  };
  return watch;
}
