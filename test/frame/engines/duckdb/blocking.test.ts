/** Groups, windows, joins and sorts on odd values: what our frames compute is what DuckDB computes under Python. */
import { beforeAll, describe, expect, test } from "vitest";
import { arrow } from "../../../../src/arrow.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { col, count, denseRank, type Expression, lag, lead, rank, rowNumber } from "../../../../src/index.ts";
import { type SampleColumn, sampleColumns, tableOf } from "../../../display/sample-columns.ts";
import { oddTable } from "./odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";
import { runInDuckDb } from "./run-frame.ts";

const table = oddTable(11);
const rows = Frame.of(table, "t");
/** With the place of each row. */
const t = "(SELECT row_number() OVER () AS rn, * FROM t)";

/** Floats in an order that is not ours are summed to another last digit. */
type Tolerance = "exact" | "float";

interface Case {
  readonly ours: Pick<Frame, "plan" | "context">;
  readonly theirs: string;
  readonly order: "any" | "same";
  readonly tolerance?: Tolerance;
}

const aggregates: Readonly<Record<string, readonly [Expression, string, Tolerance?]>> = {
  "count of rows": [count(), "count(*)"],
  count: [col("f").count(), "count(f)"],
  "countDistinct of floats": [col("f").countDistinct(), "count(DISTINCT f)"],
  "sum of whole": [col("k").sum(), "sum(k)::BIGINT"],
  "sum of decimals": [col("d").sum(), "sum(d)"],
  "sum of floats": [col("g").sum(), "sum(g)", "float"],
  "sum of float32": [col("h").sum(), "sum(h::DOUBLE)", "float"],
  "min of floats": [col("f").min(), "min(f)"],
  "max of floats": [col("f").max(), "max(f)"],
  "min of texts": [col("s").min(), "min(s)"],
  "max of decimals": [col("e").max(), "max(e)"],
  "min of times": [col("t2").min(), "epoch_us(min(t2))"],
  stddev: [col("g").stddev(), "stddev_samp(g)", "float"],
  stddevPopulation: [col("g").stddevPopulation(), "stddev_pop(g)", "float"],
  variance: [col("g").variance(), "var_samp(g)", "float"],
  "median of floats": [col("g").median(), "quantile_cont(g, 0.5)"],
  "median of decimals": [col("e").median(), "quantile_cont(e::DECIMAL(38,5), 0.5)::DOUBLE"],
  approxQuantile: [col("g").approxQuantile(0.3), "quantile_cont(g, 0.3)"],
  list: [col("j").list(), "coalesce(list(j ORDER BY rn), [])"],
  first: [col("s").first(), "first(s ORDER BY rn)"],
  last: [col("s").last(), "last(s ORDER BY rn)"],
  "mean of floats": [col("g").mean(), "avg(g)", "float"],
};

const windowOf = { partitionBy: ["j"], orderBy: ["k", "i"] } as const;
const over = "OVER (PARTITION BY j ORDER BY k NULLS LAST, i NULLS LAST, rn)";
const windows: Readonly<Record<string, readonly [Expression, string, Tolerance?]>> = {
  rowNumber: [rowNumber().over(windowOf), `row_number() ${over}`],
  rank: [
    rank().over({ partitionBy: ["j"], orderBy: ["u"] }),
    "rank() OVER (PARTITION BY j ORDER BY u NULLS LAST)",
  ],
  denseRank: [denseRank().over({ orderBy: ["s"] }), "dense_rank() OVER (ORDER BY s NULLS LAST)"],
  lag: [lag("d", 2).over(windowOf), `lag(d, 2) ${over}`],
  lead: [lead("s").over(windowOf), `lead(s) ${over}`],
  "running sum": [
    col("k")
      .sum()
      .over({ ...windowOf, rows: [null, 0] }),
    `sum(k) ${over.replace("rn)", "rn ROWS UNBOUNDED PRECEDING)")}::BIGINT`,
  ],
  "sum of the partition": [
    col("d")
      .sum()
      .over({ partitionBy: ["j"] }),
    "sum(d) OVER (PARTITION BY j)",
  ],
  "list of the partition": [
    col("k")
      .list()
      .over({ partitionBy: ["j"], orderBy: ["k"] }),
    "coalesce(list(k) OVER (PARTITION BY j ORDER BY k NULLS LAST), [])",
  ],
};

const left = rows.select("i", "j", "f", "d", "s");
const right = rows.where(col("g").gt(6)).select("j", "g", "e", "w");
const cases: Readonly<Record<string, Case>> = {
  ...Object.fromEntries(
    Object.entries(aggregates).map(([name, [ours, sql, tolerance]]): [string, Case] => [
      `group: ${name}`,
      {
        ours: rows.groupBy("b", "j").agg(ours.as("value")),
        theirs: `SELECT b, j, ${sql} FROM ${t} GROUP BY b, j`,
        order: "any",
        tolerance: tolerance ?? "exact",
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(windows).map(([name, [ours, sql, tolerance]]): [string, Case] => [
      `window: ${name}`,
      {
        ours: rows.select("i", ours.as("value")),
        theirs: `SELECT i, ${sql} FROM ${t} ORDER BY rn`,
        order: "same",
        tolerance: tolerance ?? "exact",
      },
    ]),
  ),
  "group by floats": {
    ours: rows.groupBy("f").agg(count().as("rows")),
    theirs: "SELECT f, count(*) FROM t GROUP BY f",
    order: "any",
  },
  "all rows": {
    ours: rows.agg(col("d").sum().as("sum"), col("e").max().as("max")),
    theirs: "SELECT sum(d), max(e) FROM t",
    order: "any",
  },
  "sort by floats": {
    ours: rows.sort({ by: "f", descending: true }, "s").select("f", "s", "i"),
    theirs: `SELECT f, s, i FROM ${t} ORDER BY f DESC NULLS LAST, s NULLS LAST, rn`,
    order: "same",
  },
  "sort by decimals and times": {
    ours: rows.sort("e", { by: "t3", nullsFirst: true }).select("e", "i"),
    theirs: `SELECT e, i FROM ${t} ORDER BY e NULLS LAST, t3 NULLS FIRST, rn`,
    order: "same",
  },
  distinct: {
    ours: rows.select("j", "b").distinct(),
    theirs: "SELECT DISTINCT j, b FROM t",
    order: "any",
  },
  "distinct on": {
    ours: rows.select("i", "f", "s").distinct("f"),
    theirs: `SELECT i, f, s FROM ${t} QUALIFY row_number() OVER (PARTITION BY f ORDER BY rn) = 1`,
    order: "any",
  },
  ...Object.fromEntries(
    (["inner", "left", "right", "full", "semi", "anti"] as const).map((how): [string, Case] => [
      `${how} join`,
      {
        ours: left.join(right, { on: "j", how }),
        theirs: joinSql(how),
        order: "any",
      },
    ]),
  ),
  "filter above a group": {
    ours: rows
      .withColumn("twice", col("d").mul(2))
      .where(col("g").gt(0))
      .groupBy("j")
      .agg(col("twice").sum().as("sum"))
      .where(col("sum").gt(0)),
    theirs:
      "SELECT * FROM (SELECT j, sum(d::DECIMAL(38,2) * 2) AS s FROM t WHERE g > 0 GROUP BY j) WHERE s > 0",
    order: "any",
  },
  explode: {
    ours: rows.select("i", "l").explode("l"),
    theirs: `SELECT i, unnest(CASE WHEN len(l) > 0 THEN l ELSE [NULL] END) FROM ${t} ORDER BY rn`,
    order: "same",
  },
  unpivot: {
    ours: rows.select("i", "f", "g").unpivot({ columns: ["f", "g"], keys: ["i"] }),
    theirs: "SELECT i, 'f', f FROM t UNION ALL SELECT i, 'g', g FROM t",
    order: "any",
  },
  concat: {
    ours: rows.select("i", "s").concat(rows.select("i", "s").where(col("i").gt(0))),
    theirs: `SELECT i, s FROM t UNION ALL SELECT i, s FROM t WHERE i > 0`,
    order: "any",
  },
};

function joinSql(how: string): string {
  const [one, other] = ["(SELECT i, j, f, d, s FROM t) AS l", "(SELECT j, g, e, w FROM t WHERE g > 6) AS r"];
  if (how === "semi" || how === "anti") return `SELECT l.* FROM ${one} ${how} JOIN ${other} USING (j)`;
  return `SELECT i, coalesce(l.j, r.j), f, d, s, g, e, w FROM ${one} ${how} JOIN ${other} ON l.j = r.j`;
}

/** Floats to ten digits, where more are not promised. */
function blur(value: Encoded): Encoded {
  if (typeof value !== "string" || !value.startsWith("f")) return value;
  return Buffer.from(value.slice(1), "hex").readDoubleBE().toPrecision(10);
}

let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(Object.entries(cases).map(([name, { theirs }]) => [name, theirs])),
  );
}, 60_000);

function sorted(all: readonly (readonly Encoded[])[], tolerance: Tolerance | undefined): readonly string[] {
  return all.map((row) => JSON.stringify(tolerance === "float" ? row.map(blur) : row)).sort();
}

describe.each(["in memory", "beyond it"])("%s", (where) => {
  const limits = where === "in memory" ? {} : { memoryLimit: 40_000, isOwnLimit: true };
  test.each(Object.keys(cases))("%s", async (name) => {
    const { ours, order, tolerance } = cases[name] as Case;
    const theirs = answers[name];
    expect(typeof theirs, String(theirs)).not.toBe("string");
    const batches = await runInDuckDb(ours, 129, limits);
    const found = encodeRows(batches);
    if (order === "same") expect(found).toEqual(theirs);
    else
      expect(sorted(found, tolerance)).toEqual(sorted(theirs as readonly (readonly Encoded[])[], tolerance));
  });
});

test.each<[string, (frame: Frame) => Frame]>([
  ["sort", (frame) => frame.sort("n").select("n")],
  ["group", (frame) => frame.groupBy("n").agg(count().as("d"))],
  ["join", (frame) => frame.select("n").join(frame.select("n", col("n").as("d")), { on: "n" })],
  [
    "window",
    (frame) =>
      frame.select(
        "n",
        rowNumber()
          .over({ orderBy: ["n"] })
          .as("d"),
      ),
  ],
])("%s by DuckDB is not given a column that is left out, of whatever type", async (_, build) => {
  const read = (options: object) => build(withWideDecimals()).sort("n").toObjects(options);
  expect(await read({ engine: "duckdb" })).toEqual(await read({}));
});

function withWideDecimals(): Frame {
  const wide = sampleColumns.find(({ name }) => name === "decimal256") as SampleColumn;
  const numbers = {
    name: "n",
    data: arrow.vectorFromArray([1, 2, 3], new arrow.Int32()).data[0] as SampleColumn["data"],
  };
  return Frame.of(tableOf([numbers, { ...wide, name: "d" }]), "t");
}
