/** JavaScript functions as expressions. */
import { expect, test } from "vitest";
import { col, count, fromRows, lit, rank, udf } from "../../../src/index.ts";
import { refusal } from "../../refusal.ts";

const frame = fromRows({
  id: [1n, 2n, 3n],
  name: ["Ada", null, "Grace Hopper"],
  price: [1.5, Number.NaN, null],
  at: [new Date(0), new Date(1), null],
  tags: [["a"], [], null],
});
const shout = col("name").mapElements((name: string) => `${name}!`, { type: "string" });
const glue = udf((id: bigint, name: string) => `${id}${name}`, { type: "string", name: "glue" });

const cells = async (rows: { toObjects(): Promise<unknown> }) =>
  ((await rows.toObjects()) as Record<string, unknown>[]).map((row) => Object.values(row));

test("values come as in rows, and null gives null", async () => {
  expect(await cells(frame.select(shout))).toEqual([["Ada!"], [null], ["Grace Hopper!"]]);
  expect(await cells(frame.select("id", glue("id", col("name").upper())))).toEqual([
    [1n, "1ADA"],
    [2n, null],
    [3n, "3GRACE HOPPER"],
  ]);
  const isMissing = { type: "bool", takesNull: true } as const;
  expect(await cells(frame.select(col("name").mapElements((name) => name === null, isMissing)))).toEqual([
    [false],
    [true],
    [false],
  ]);
  const kind = udf((at: Date, tags: readonly string[]) => [at.getTime(), tags.length], {
    type: "list<int64>",
  });
  expect(await cells(frame.select(kind("at", "tags")))).toEqual([[[0n, 1n]], [[1n, 0n]], [null]]);
});

test("it stands among expressions, over others and within them", async () => {
  const twice = col("price").mapElements((price: number) => price * 2, { type: "float64" });
  expect(await cells(frame.select(twice.add(1).as("x"), twice.as("y")))).toEqual([
    [4, 3],
    [Number.NaN, Number.NaN],
    [null, null],
  ]);
  const ofBoth = glue("id", shout).mapElements((text: string | null) => text?.length, { type: "int32" });
  expect(await cells(frame.withColumn("id", ofBoth).select("id", "name"))).toEqual([
    [5, "Ada"],
    [null, null],
    [14, "Grace Hopper"],
  ]);
  expect(await cells(frame.where(glue("id", "name").eq("1Ada").or(col("id").eq(2n))).select("id"))).toEqual([
    [1n],
    [2n],
  ]);
  const running = frame.select(udf((sum: number) => sum, { type: "float64" })(col("price").cumSum()).as("s"));
  expect(await cells(running)).toEqual([[1.5], [Number.NaN], [Number.NaN]]);
  expect(await cells(frame.withColumn("n", shout).groupBy("n").agg(count()).sort("n").limit(1))).toEqual([
    ["Ada!", 1n],
  ]);
  expect(await cells(frame.limit(0).select(shout))).toEqual([]);
});

test("promises are waited for, 16 at a time", async () => {
  let [running, most] = [0, 0];
  const slow = udf(
    async (id: bigint) => {
      running++;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running--;
      return Number(id);
    },
    { type: "float64" },
  );
  const many = fromRows({ id: Array.from({ length: 40 }, (_, index) => BigInt(index)) });
  expect(await cells(many.select(slow("id").as("n")).tail(2))).toEqual([[38], [39]]);
  expect([running, most]).toEqual([0, 16]);
});

test("only rows that are taken are computed", async () => {
  let calls = 0;
  const counted = frame.withColumn(
    "n",
    col("id").mapElements((id) => calls++ + Number(id), { type: "float64" }),
  );
  await counted.limit(1).toObjects();
  await counted.where(col("id").eq(3n)).toObjects();
  await counted.select("name").toObjects();
  await counted.count();
  expect(calls).toBe(2);
  expect(String(await counted.where(col("n").gt(1)).explain())).toContain("apply mapElements(id) as n");
});

test.each([
  ["agg", () => frame.agg(shout.count()), "make it a column first, with withColumn()"],
  ["groupBy", () => frame.groupBy(shout).agg(count()), "Cannot group by mapElements(name)"],
  ["sort", () => frame.sort(shout), "Cannot sort by mapElements(name)"],
  ["a join", () => frame.join(frame, { on: { left: shout, right: shout } }), "Cannot join on mapElements"],
  ["a window", () => frame.select(rank().over({ orderBy: shout })), "stands in a window"],
])("%s takes the column that it made", async (_, build, words) => {
  expect(await refusal(async () => (await build()).collect())).toContain(words);
});

test.each([
  ["what is no function", () => col("id").mapElements(5 as never, { type: "int64" }), "5 is not a function"],
  ["no type", () => col("id").mapElements((id) => id, {} as never), 'as in { type: "string" }'],
  ["an unknown type", () => col("id").mapElements((id) => id as never, { type: "Strin" as string }), "Strin"],
  ["another option", () => udf((id) => id as never, { type: "int64", nulls: true } as never), "nulls"],
  ["a constant argument", () => glue(5 as never), "write a constant as lit(5)"],
  ["no argument", () => glue(), "pass at least one"],
  ["JSON", () => JSON.stringify(frame.select(shout)), "it holds the JavaScript function mapElements"],
  [
    "a failure",
    () =>
      frame
        .select(
          col("id").mapElements(
            (id) => {
              if (id === 3n) throw new RangeError("too many");
              return id;
            },
            { type: "int64" },
          ),
        )
        .collect(),
    "Cannot apply mapElements to row 3 (3): it failed with RangeError: too many",
  ],
  [
    "a bigint with a number",
    () => frame.select(col("id").mapElements((id) => id + 1, { type: "int64" })).collect(),
    "write 2n, or Number(value)",
  ],
  [
    "another type",
    () => frame.select(col("id").mapElements(() => "x" as never, { type: "int64" })).collect(),
    'Cannot apply mapElements to row 1: it returned what is not int64: "x" is not a number',
  ],
])("%s is refused", async (_, run, words) => {
  expect(await refusal(run)).toContain(words);
});

test("constants are arguments as expressions", async () => {
  expect(await cells(frame.limit(1).select(glue(lit(7n), "name")))).toEqual([["7Ada"]]);
});

test("a function that takes long is not called any more once the run is interrupted", async () => {
  const rows = fromRows({ id: Array.from({ length: 500 }, (_, row) => BigInt(row)) });
  const abort = new AbortController();
  let calls = 0;
  const ask = udf(
    async (id: bigint) => {
      calls += 1;
      if (calls === 20) abort.abort();
      return id;
    },
    { type: "int64" },
  );
  const running = rows.select(ask("id").as("x")).collect({ signal: abort.signal });
  await expect(running).rejects.toMatchObject({ code: "Interrupted" });
  const atOnce = 16;
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(calls).toBeLessThanOrEqual(20 + atOnce);
});
