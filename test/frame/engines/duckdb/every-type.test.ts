/**
 * What is done with values of any type, for each type there is: rows of the program and of a Lance table, as they stream, after
 * a step that needs them all, and beyond memory, come to what DuckDB computes under Python.
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Field, Table } from "../../../../src/arrow.ts";
import { Frame } from "../../../../src/frame/frame.ts";
import { aggregateFunctions } from "../../../../src/frame/functions/aggregate-functions.ts";
import { inferField } from "../../../../src/frame/functions/infer-type.ts";
import {
  col,
  count,
  DlfLanceError,
  type Expression,
  lag,
  rank,
  toList,
  toStruct,
  when,
} from "../../../../src/index.ts";
import { sizes } from "../../../sizes.ts";
import { type LanceFolder, openLanceFolder } from "../../lance-folder.ts";
import { everyTypeTable, type TypedColumn, typedColumns } from "./every-type.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";

const table: Table = everyTypeTable(31);
const find = (name: string) => table.schema.fields.find((field) => field.name === name) as Field;
const rows = Frame.of(table, "t");
let folder: LanceFolder;
let lance: Frame;

type Told = "value" | "list" | "plain";

/** A value of two columns, and how DuckDB writes it. */
type ValueCase = readonly [
  ours: (a: Expression, b: Expression) => Expression,
  theirs: (a: string, b: string) => string,
  told?: Told,
];

const values: Readonly<Record<string, ValueCase>> = {
  "the column": [(a) => a, (a) => a, "value"],
  eq: [(a, b) => a.eq(b), (a, b) => `${a} = ${b}`],
  neq: [(a, b) => a.neq(b), (a, b) => `${a} <> ${b}`],
  lt: [(a, b) => a.lt(b), (a, b) => `${a} < ${b}`],
  lte: [(a, b) => a.lte(b), (a, b) => `${a} <= ${b}`],
  gt: [(a, b) => a.gt(b), (a, b) => `${a} > ${b}`],
  gte: [(a, b) => a.gte(b), (a, b) => `${a} >= ${b}`],
  between: [(a, b) => b.gte(a).and(a.lte(b)), (a, b) => `${b} BETWEEN ${a} AND ${b}`],
  eqNullSafe: [(a, b) => a.eqNullSafe(b), (a, b) => `${a} IS NOT DISTINCT FROM ${b}`],
  isNull: [(a) => a.isNull(), (a) => `${a} IS NULL`],
  isNotNull: [(a) => a.isNotNull(), (a) => `${a} IS NOT NULL`],
  coalesce: [(a, b) => a.fillNull(b), (a, b) => `coalesce(${a}, ${b})`, "value"],
  nullIf: [(a, b) => a.nullIf(b), (a, b) => `nullif(${a}, ${b})`, "value"],
  when: [
    (a, b) => when(col("key").lt(3), a).otherwise(b),
    (a, b) => `CASE WHEN key < 3 THEN ${a} ELSE ${b} END`,
    "value",
  ],
  greatest: [
    (a, b) => a.clip(b, null as never),
    (a, b) => `CASE WHEN ${a} IS NOT NULL THEN greatest(${a}, ${b}) END`,
    "value",
  ],
  least: [
    (a, b) => a.clip(null as never, b),
    (a, b) => `CASE WHEN ${a} IS NOT NULL THEN least(${a}, ${b}) END`,
    "value",
  ],
  toList: [(a, b) => toList(a, b), (a, b) => `[${a}, ${b}]`, "list"],
  listGet: [(a, b) => toList(a, b).listGet(-1), (a, b) => `[${a}, ${b}][-1]`, "value"],
  listSort: [
    (a, b) => toList(b, a, b).listSort(),
    (a, b) => `list_sort([${b}, ${a}, ${b}], 'ASC', 'NULLS LAST')`,
    "list",
  ],
  listMin: [(a, b) => toList(b, a).listMin(), (a, b) => `list_min([${b}, ${a}])`, "value"],
  listMax: [(a, b) => toList(b, a).listMax(), (a, b) => `list_max([${b}, ${a}])`, "value"],
  listContains: [
    (a, b) => toList(b, a).listContains(b),
    (_, b) => `CASE WHEN ${b} IS NOT NULL THEN true END`,
  ],
  listIndexOf: [
    (a, b) => toList(a, b).listIndexOf(b),
    (a, b) => `CASE WHEN ${b} IS NOT NULL THEN CASE WHEN ${a} = ${b} THEN 0 ELSE 1 END END`,
  ],
  listCountDistinct: [
    (a, b) => toList(a, b).listCountDistinct(),
    (a, b) => `CASE WHEN ${a} = ${b} THEN 1 ELSE (${a} IS NOT NULL)::INT + (${b} IS NOT NULL)::INT END`,
  ],
  listDistinct: [
    (a, b) => toList(a, b).listDistinct().listLength(),
    (a, b) => `CASE WHEN ${a} = ${b} THEN 1 ELSE (${a} IS NOT NULL)::INT + (${b} IS NOT NULL)::INT END`,
  ],
  listIntersect: [
    (a, b) => toList(a).listIntersect(toList(b)).listCount(),
    (a, b) => `CASE WHEN ${a} = ${b} THEN 1 ELSE 0 END`,
  ],
  listDropNull: [
    (a, b) => toList(a, b).listDropNull().listLength(),
    (a, b) => `(${a} IS NOT NULL)::INT + (${b} IS NOT NULL)::INT`,
  ],
  listReverse: [(a, b) => toList(a, b).listReverse().listGet(0), (_, b) => `${b}`, "value"],
  toStruct: [(a, b) => toStruct({ "x y": a, b }).field("x y"), (a) => a, "value"],
  "equal structs": [
    (a, b) => toStruct({ a, b }).eq(toStruct({ a: b, b: a })),
    (a, b) => `{'a': ${a}, 'b': ${b}} = {'a': ${b}, 'b': ${a}}`,
  ],
  "equal lists": [(a, b) => toList(a, b).lt(toList(b, a)), (a, b) => `[${a}, ${b}] < [${b}, ${a}]`],
};

/** A value of the rows of each key. */
type AggregateCase = readonly [
  ours: (a: Expression, b: Expression) => Expression,
  theirs: (a: string, b: string) => string,
  told?: Told,
];

const aggregates: Readonly<Record<string, AggregateCase>> = {
  count: [(a) => a.count(), (a) => `count(${a})`],
  countDistinct: [(a) => a.countDistinct(), (a) => `count(DISTINCT ${a})`],
  min: [(a) => a.min(), (a) => `min(${a})`, "value"],
  max: [(a) => a.max(), (a) => `max(${a})`, "value"],
  first: [(a) => a.first(), (a) => `first(${a} ORDER BY row)`, "value"],
  last: [(a) => a.last(), (a) => `last(${a} ORDER BY row)`, "value"],
  list: [(a) => a.list(), (a) => `list(${a} ORDER BY row)`, "list"],
  "lists of some": [(a) => a.list().listLength(), (a) => `len(list(${a}))`],
  topK: [(a) => a.topK(3), (a) => `max(${a}, 3)`, "list"],
  bottomK: [(a) => a.bottomK(3), (a) => `min(${a}, 3)`, "list"],
  listUnique: [(a) => a.listUnique().listLength(), (a) => `count(DISTINCT ${a})`],
  mode: [(a) => a.mode(), (a) => `(mode([${a}] ORDER BY row) FILTER (WHERE ${a} IS NOT NULL))[1]`, "value"],
  argMin: [(a) => a.argMin(col("row")), (a) => `arg_min_null(${a}, row)`, "value"],
  argMax: [(a) => a.argMax(col("row")), (a) => `arg_max_null(${a}, row)`, "value"],
  "argMin by it": [(a) => col("row").argMin(a), (a) => `arg_min_null(row, ${a} ORDER BY row)`],
  "argMax by it": [(a) => col("row").argMax(a), (a) => `arg_max_null(row, ${a} ORDER BY row)`],
  countIf: [
    (a, b) => a.eqNullSafe(b).countIf(),
    (a, b) => `count(*) FILTER (WHERE ${a} IS NOT DISTINCT FROM ${b})`,
  ],
  any: [(a) => a.isNull().any(), (a) => `bool_or(${a} IS NULL)`],
  all: [(a) => a.isNotNull().all(), (a) => `bool_and(${a} IS NOT NULL)`],
  approxCountDistinct: [
    // Of few values one may be missed.
    (a) => a.approxCountDistinct().sub(a.countDistinct()).abs().lte(a.countDistinct().mul(0.3).add(1)),
    () => "true",
  ],
};

const isText = /^(text|words)$/;
const textAggregates: Readonly<Record<string, AggregateCase>> = {
  stringAgg: [(a) => (a as Expression<string>).stringAgg("|"), (a) => `string_agg(${a}, '|' ORDER BY row)`],
};

/** Of numbers whose sums are exact as doubles too. */
const exactNumbers = /^(i8|i16|i32|u8|u16|u32|d12)$/;
const sums: Readonly<Record<string, AggregateCase>> = {
  sum: [(a) => a.sum().cast("float64"), (a) => `sum(${a})::DOUBLE`],
  mean: [(a) => a.mean(), (a) => `(sum(${a}) * 100)::DOUBLE / (count(${a}) * 100)`],
  median: [(a) => a.median(), (a) => `quantile_cont(${a}::DECIMAL(38, 3), 0.5)::DOUBLE`],
};

const double = (a: string) => `${a}::DOUBLE`;
/** Of numbers that are not far from 0, to nine digits. */
const measures: Readonly<Record<string, AggregateCase>> = {
  stddev: [(a) => a.stddev(), (a) => `stddev_samp(${double(a)})`],
  stddevPopulation: [(a) => a.stddevPopulation(), (a) => `stddev_pop(${double(a)})`],
  variance: [(a) => a.variance(), (a) => `var_samp(${double(a)})`],
  variancePopulation: [(a) => a.variancePopulation(), (a) => `var_pop(${double(a)})`],
  skew: [(a) => a.skew(), (a) => `skewness(${double(a)})`],
  kurtosis: [(a) => a.kurtosis(), (a) => `kurtosis(${double(a)})`],
  corr: [(a) => a.corr(col("row")), (a) => `corr(${double(a)}, row)`],
  covariance: [(a) => a.covariance(col("row")), (a) => `covar_samp(${double(a)}, row)`],
  covariancePopulation: [(a) => a.covariancePopulation(col("row")), (a) => `covar_pop(${double(a)}, row)`],
  product: [(a) => a.product(), (a) => `product(${double(a)})`],
  quantile: [(a) => a.quantile(0.3), (a) => `quantile_cont(${double(a)}, 0.3)`],
  approxQuantile: [(a) => a.approxQuantile(0.3), (a) => `quantile_cont(${double(a)}, 0.3)`],
  "sum of some": [(a) => a.sum().cast("float64"), (a) => `sum(${double(a)})`],
  "mean of some": [(a) => a.mean(), (a) => `avg(${double(a)})`],
  "median of some": [(a) => a.median(), (a) => `quantile_cont(${double(a)}, 0.5)`],
};
const someNumbers = /^(i8|i16|i32|i64|u8|u16|u32|u64|f32|f64|d12|d38|d30)$/;

/** Steps by the values of a column. */
const steps: Readonly<
  Record<
    string,
    readonly [
      ours: (frame: Frame, a: string, b: string) => Frame,
      theirs: (a: string, b: string) => string,
      order?: "same",
    ]
  >
> = {
  "group by": [
    (frame, a) =>
      frame.groupBy(col(a).as("k")).agg(count().as("n"), col("row").min().as("m")).select("n", "m"),
    (a) => `SELECT count(*), min(row) FROM t GROUP BY ${a}`,
  ],
  distinct: [
    (frame, a) => frame.select(a).distinct().agg(count().as("n")),
    (a) => `SELECT count(*) FROM (SELECT DISTINCT ${a} FROM t)`,
  ],
  "distinct on": [
    (frame, a) => frame.distinct(a).select("row"),
    (a) => `SELECT min(row) FROM t GROUP BY ${a}`,
  ],
  unique: [
    (frame, a) => frame.unique({ on: a }).select("row"),
    (a) => `SELECT min(row) FROM t GROUP BY ${a}`,
  ],
  sort: [
    (frame, a) => frame.sort(a).select("row"),
    (a) => `SELECT row FROM t ORDER BY ${a} NULLS LAST, row`,
    "same",
  ],
  "sort downwards": [
    (frame, a, b) => frame.sort({ by: a, descending: true }, b).select("row"),
    (a, b) => `SELECT row FROM t ORDER BY ${a} DESC NULLS LAST, ${b} NULLS LAST, row`,
    "same",
  ],
  "first of a sort": [
    (frame, a) => frame.sort({ by: a, nullsFirst: true }).limit(20, { offset: 3 }).select("row"),
    (a) => `SELECT row FROM t ORDER BY ${a} NULLS FIRST, row LIMIT 20 OFFSET 3`,
    "same",
  ],
  "inner join": [
    (frame, a, b) =>
      frame
        .select("row", a)
        .join(frame.select(col(b).as("k2"), col("row").as("r2")), { leftOn: a, rightOn: "k2" })
        .select("row", "r2"),
    (a, b) => `SELECT x.row, y.row FROM t x JOIN t y ON x.${a} = y.${b}`,
  ],
  "left join": [
    (frame, a, b) =>
      frame
        .select("row", a)
        .join(frame.where(col("row").lt(40)).select(col(b).as("k2"), col("row").as("r2")), {
          leftOn: a,
          rightOn: "k2",
          how: "left",
        })
        .select("row", "r2"),
    (a, b) => `SELECT x.row, y.row FROM t x LEFT JOIN (SELECT * FROM t WHERE row < 40) y ON x.${a} = y.${b}`,
  ],
  "semi join": [
    (frame, a, b) =>
      frame.join(frame.select(col(b).as("k2")), { leftOn: a, rightOn: "k2", how: "semi" }).select("row"),
    (a, b) => `SELECT row FROM t WHERE ${a} IN (SELECT ${b} FROM t WHERE ${b} IS NOT NULL)`,
  ],
  intersect: [
    (frame, a, b) =>
      frame
        .select(col(a).as("v"))
        .intersect(frame.select(col(b).as("v")) as never)
        .agg(count().as("n")),
    (a, b) => `SELECT count(*) FROM (SELECT ${a} FROM t INTERSECT SELECT ${b} FROM t)`,
  ],
  rank: [
    (frame, a) =>
      frame.select(
        "row",
        rank()
          .over({ orderBy: [a] })
          .as("r"),
      ),
    (a) => `SELECT row, rank() OVER (ORDER BY ${a} NULLS LAST) FROM t ORDER BY row`,
    "same",
  ],
  "partition by": [
    (frame, a) =>
      frame.select(
        "row",
        count()
          .over({ partitionBy: [a] })
          .as("r"),
      ),
    (a) => `SELECT row, count(*) OVER (PARTITION BY ${a}) FROM t ORDER BY row`,
    "same",
  ],
  lag: [
    (frame, a) =>
      frame.select(
        "row",
        lag(a)
          .over({ orderBy: ["key", "row"] })
          .isNull()
          .as("r"),
      ),
    (a) => `SELECT row, lag(${a}) OVER (ORDER BY key, row) IS NULL FROM t ORDER BY row`,
    "same",
  ],
};

const told: Readonly<Record<Told, (sql: string, type: string) => string>> = {
  plain: (sql) => sql,
  value: (sql, type) => typedColumns[type]?.told?.(sql) ?? sql,
  list: (sql, type) =>
    typedColumns[type]?.told === undefined
      ? sql
      : `list_transform(${sql}, lambda one: ${typedColumns[type]?.told?.("one")})`,
};

interface Case {
  readonly ours: (frame: Frame) => Frame;
  readonly theirs: string;
  readonly isSorted: boolean;
  /** Digits of floats that are compared; all when left out. */
  readonly digits?: number;
}

function isRefused(build: () => unknown): boolean {
  try {
    build();
    return false;
  } catch (error) {
    if (error instanceof DlfLanceError) return true;
    throw error;
  }
}

/** Without what is refused for the type, which the calls' own tests hold. */
function writeCases(type: string): Readonly<Record<string, Case>> {
  const [a, b] = [`${type}_`, `${type}_2`];
  const { readAs } = typedColumns[type] as TypedColumn;
  const [c, d] = [a, b].map((name) => (readAs === undefined ? name : `${name}::${readAs}`)) as [
    string,
    string,
  ];
  const found: [string, Case][] = [];
  for (const [name, [ours, theirs, how = "plain"]] of Object.entries(values)) {
    const build = () => ours(col(a), col(b)) as Expression;
    if (isRefused(() => inferField(build().node, find))) continue;
    found.push([
      name,
      {
        ours: (frame) => frame.select("row", build().as("value")),
        theirs: `SELECT row, ${told[how](theirs(c, d), type)} FROM t ORDER BY row`,
        isSorted: true,
      },
    ]);
    if (how !== "plain" || !`${inferField(build().node, find).type}`.includes("Bool")) continue;
    found.push([
      `where ${name}`,
      {
        ours: (frame) => frame.where(build() as never).select("row"),
        theirs: `SELECT row FROM t WHERE ${theirs(c, d)} ORDER BY row`,
        isSorted: true,
      },
    ]);
    found.push([
      `where not ${name}`,
      {
        ours: (frame) => frame.where(build().not() as never).select("row"),
        theirs: `SELECT row FROM t WHERE NOT (${theirs(c, d)}) ORDER BY row`,
        isSorted: true,
      },
    ]);
  }
  const allAggregates = {
    ...aggregates,
    ...(exactNumbers.test(type) ? sums : {}),
    ...(isText.test(type) ? textAggregates : {}),
  };
  for (const [name, [ours, theirs, how = "plain"]] of Object.entries(allAggregates)) {
    const build = () => ours(col(a), col(b)) as Expression;
    found.push([
      name,
      {
        ours: (frame) => frame.groupBy("key").agg(build().as("value")),
        theirs: `SELECT key, ${told[how](theirs(c, d), type)} FROM t GROUP BY key`,
        isSorted: false,
      },
    ]);
  }
  for (const [name, [ours, theirs]] of Object.entries(someNumbers.test(type) ? measures : {})) {
    found.push([
      name,
      {
        ours: (frame) =>
          frame
            .where(col(a).between(-100, 100))
            .groupBy("key")
            .agg((ours(col(a), col(b)) as Expression).as("value")),
        theirs: `SELECT key, ${theirs(c, d)} FROM t WHERE ${c} BETWEEN -100 AND 100 GROUP BY key`,
        isSorted: false,
        digits: 9,
      },
    ]);
  }
  for (const [name, [ours, theirs, order]] of Object.entries(steps))
    found.push([
      name,
      { ours: (frame) => ours(frame, a, b), theirs: theirs(c, d), isSorted: order === "same" },
    ]);
  return Object.fromEntries(found);
}

const cases = Object.fromEntries(Object.keys(typedColumns).map((type) => [type, writeCases(type)]));
let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  folder = await openLanceFolder(100);
  const held = Object.keys(typedColumns).filter((name) => typedColumns[name]?.isForeign !== true);
  await folder.create(
    "t",
    table.select(["row", "key", ...held.flatMap((name) => [`${name}_`, `${name}_2`])]),
  );
  lance = folder.read("t");
  answers = await askOracle(
    table,
    Object.fromEntries(
      Object.entries(cases).flatMap(([type, all]) =>
        Object.entries(all).map(([name, { theirs }]) => [`${type} ${name}`, theirs]),
      ),
    ),
  );
}, 240_000);
afterAll(() => folder.remove());

async function run(frame: Frame, one: Case, options: object): Promise<string[]> {
  const batches = [];
  for await (const batch of frame.batches(options)) batches.push(batch);
  return linesOf(encodeRows(batches), one);
}

function linesOf(rows: readonly (readonly Encoded[])[], { isSorted, digits }: Case): string[] {
  const round = (value: Encoded): Encoded =>
    digits !== undefined && typeof value === "string" && value.startsWith("f")
      ? Buffer.from(value.slice(1), "hex").readDoubleBE().toPrecision(digits)
      : value;
  const lines = rows.map((row) => JSON.stringify(row.map(round)));
  return isSorted ? lines : lines.sort();
}

const beyondMemory = { memoryLimit: 40_000 };
const ways: Readonly<Record<string, (build: Case["ours"]) => readonly [Frame, object]>> = {
  "as rows come": (build) => [build(rows), {}],
  "in DuckDB": (build) => [build(rows), { engine: "duckdb" }],
  "after a step that needs all rows": (build) => [build(rows.sort("row")), {}],
  "beyond memory": (build) => [build(rows.sort("row")), beyondMemory],
  "of a Lance table": (build) => [build(lance), {}],
};
const isFull = sizes.generatedCases >= 1_000;

const types = Object.keys(typedColumns);

test.each(types)(
  "%s",
  async (type) => {
    const wrong: object[] = [];
    for (const [index, [name, one]] of Object.entries(cases[type] ?? {}).entries()) {
      const { ours, theirs } = one;
      if (isRefused(() => ours(rows))) continue;
      const answer = answers[`${type} ${name}`];
      expect(typeof answer, `${theirs}: ${answer}`).not.toBe("string");
      const expected = linesOf((answer ?? []) as readonly (readonly Encoded[])[], one);
      // At the small size each case is run for every second type, and in one of the ways.
      if (!isFull && (index + types.indexOf(type)) % 2 === 1) continue;
      const possible = Object.keys(ways).filter(
        (way) => way !== "of a Lance table" || typedColumns[type]?.isForeign !== true,
      );
      const chosen = possible.filter((_, way) => isFull || way === (index >> 1) % possible.length);
      for (const way of chosen) {
        const [frame, options] = (ways[way] as (typeof ways)[string])(ours);
        const found = await run(frame, one, options).catch((error: Error) => [error.message]);
        const at = expected.findIndex((line, row) => line !== found[row]);
        if (at >= 0 || found.length !== expected.length)
          wrong.push({ name, way, row: at, found: found[at] ?? found.length, expected: expected[at] });
      }
    }
    expect(wrong).toEqual([]);
  },
  240_000,
);

test("every aggregate is among the cases", () => {
  const named = { ...aggregates, ...textAggregates, ...sums, ...measures };
  expect(aggregateFunctions.filter((name) => !(name in named))).toEqual([]);
});
