/** Steps over whole rows, against DuckDB under Python. */
import { beforeAll, expect, test } from "vitest";
import type { Window } from "../../../src/frame/builder/window.ts";
import { Frame } from "../../../src/frame/frame.ts";
import {
  col,
  count,
  cumeDist,
  desc,
  type Expression,
  interval,
  lag,
  nthValue,
  ntile,
  percentRank,
  type WindowFunction,
} from "../../../src/index.ts";
import { oddTable } from "../engines/duckdb/odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "../engines/duckdb/oracle.ts";
import { runInDuckDb } from "../engines/duckdb/run-frame.ts";

const table = oddTable(23);
const rows = Frame.of(table, "t");
const t = "(SELECT row_number() OVER () AS rn, * FROM t)";
const over = "OVER (PARTITION BY b ORDER BY rn";
const right = rows.where(col("g").gt(0)).select("j", "t2", "e", "w");
const r = "(SELECT row_number() OVER () AS rn, j, t2, e, w FROM t WHERE g > 0)";

interface Case {
  readonly ours: Pick<Frame, "plan" | "context">;
  readonly theirs: string;
  readonly isOrdered?: boolean;
  /** Digits that float results have in common. */
  readonly digits?: number;
}

function windowCase(ours: Expression, sql: string, digits?: number): Case {
  return {
    ours: rows.select("i", ours.as("value")),
    theirs: `SELECT i, ${sql} FROM ${t} ORDER BY rn`,
    isOrdered: true,
    ...(digits === undefined ? {} : { digits }),
  };
}

function groupCase(ours: Expression, sql: string, digits?: number): Case {
  return {
    ours: rows.groupBy("b").agg(ours.as("value")),
    theirs: `SELECT b, ${sql} FROM ${t} GROUP BY b`,
    ...(digits === undefined ? {} : { digits }),
  };
}

const finite = (name: string, x: string) => `${name}(CASE WHEN isfinite(${x}) THEN ${x} END)`;
const berlinDay = { partitionBy: "b" } as const;

const cases: Record<string, Case> = {
  "filter of an aggregate": groupCase(
    col("k").sum().filter(col("j").gt(0)),
    "sum(k) FILTER (WHERE j > 0)::BIGINT",
  ),
  cut: windowCase(
    col("f").cut([-1, 0.5]),
    "CASE WHEN f <= -1 THEN '(-inf, -1]' WHEN f <= 0.5 THEN '(-1, 0.5]' WHEN f IS NOT NULL THEN '(0.5, inf]' END",
  ),
  "cut with labels, left closed": windowCase(
    col("i").cut([3, 9], { labels: ["low", "mid", "high"], leftClosed: true }),
    "CASE WHEN i < 3 THEN 'low' WHEN i < 9 THEN 'mid' WHEN i IS NOT NULL THEN 'high' END",
  ),
  qcut: windowCase(
    col("i").qcut(3).over({ partitionBy: "b" }),
    "(CASE WHEN i <= quantile_cont(i, 1/3) OVER (PARTITION BY b) THEN 0 WHEN i <= quantile_cont(i, 2/3) OVER (PARTITION BY b) THEN 1 WHEN i IS NOT NULL THEN 2 END)::BIGINT",
  ),
  "filter of a count": groupCase(count().filter(col("f").isNull()), "count(*) FILTER (WHERE f IS NULL)"),
  "filter in a window": windowCase(
    col("k").sum().filter(col("j").gt(0)).over({ partitionBy: "b" }),
    "sum(k) FILTER (WHERE j > 0) OVER (PARTITION BY b)::BIGINT",
  ),
  countIf: groupCase(col("j").gt(0).countIf(), "count_if(j > 0)::BIGINT"),
  any: groupCase(col("f").gt(1e200).any(), "bool_or(f > 1e200)"),
  all: groupCase(col("j").gt(-9).all(), "bool_and(j > -9)"),
  quantile: groupCase(col("g").quantile(0.9), "quantile_cont(g, 0.9)"),
  "quantile of decimals": groupCase(col("d").quantile(0.25), "quantile_cont(d::DOUBLE, 0.25)"),
  mode: groupCase(col("j").mode(), "mode(j ORDER BY rn)"),
  "mode of floats": groupCase(
    col("h").mode(),
    "(mode([h + 0::FLOAT] ORDER BY rn) FILTER (WHERE h IS NOT NULL))[1]",
  ),
  "mode over a window": windowCase(
    col("w").mode().over({ partitionBy: "b" }),
    `mode(w) ${over} ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)`,
  ),
  product: groupCase(
    col("h").product().filter(col("h").between(0.9, 1)),
    "product(h::DOUBLE) FILTER (WHERE h BETWEEN 0.9::FLOAT AND 1)",
    9,
  ),
  variancePopulation: groupCase(col("g").variancePopulation(), "var_pop(g)", 9),
  skew: groupCase(col("g").skew(), finite("skewness", "g"), 9),
  kurtosis: groupCase(col("g").kurtosis(), finite("kurtosis", "g"), 9),
  corr: groupCase(col("g").corr(col("j")), "corr(g, j)", 9),
  covariance: groupCase(col("g").covariance(col("k")), "covar_samp(g, k)", 9),
  covariancePopulation: groupCase(col("g").covariancePopulation(col("j")), "covar_pop(g, j)", 9),
  argMin: groupCase(col("s").argMin(col("f")), "arg_min_null(s, f ORDER BY rn)"),
  argMax: groupCase(col("i").argMax(col("d")), "arg_max_null(i, d ORDER BY rn)"),
  topK: groupCase(col("d").topK(3), "max(d, 3)"),
  bottomK: groupCase(col("s").bottomK(2), "min(s, 2)"),
  stringAgg: groupCase(col("s").stringAgg("|"), "string_agg(s, '|' ORDER BY rn)"),
  listUnique: groupCase(col("j").listUnique(), "list_sort(list_distinct(list(j)))"),
  approxCountDistinct: groupCase(col("j").approxCountDistinct(), "approx_count_distinct(j)"),
  "sum of durations": groupCase(col("o").sum(), "sum(epoch_us(o))::BIGINT"),
  "max of lists": groupCase(col("l").max(), "max(l)"),

  ntile: windowCase(
    ntile(7).over({ partitionBy: "b", orderBy: "j" }),
    "ntile(7) OVER (PARTITION BY b ORDER BY j NULLS LAST, rn)",
  ),
  percentRank: windowCase(
    percentRank().over({ orderBy: desc("s") }),
    "percent_rank() OVER (ORDER BY s DESC NULLS LAST)",
  ),
  cumeDist: windowCase(cumeDist().over({ orderBy: "j" }), "cume_dist() OVER (ORDER BY j NULLS LAST)"),
  "lag ignoring null": windowCase(
    lag("s", 2, null, { ignoreNulls: true }).over({ partitionBy: "b" }),
    `lag(s, 2 IGNORE NULLS) ${over})`,
  ),
  forwardFill: windowCase(
    col("s").forwardFill().over(berlinDay),
    `last_value(s IGNORE NULLS) ${over} ROWS UNBOUNDED PRECEDING)`,
  ),
  "backwardFill of two rows": windowCase(
    col("d").backwardFill(2).over(berlinDay),
    `first_value(d IGNORE NULLS) ${over} ROWS BETWEEN CURRENT ROW AND 2 FOLLOWING)`,
  ),
  rollingMean: windowCase(
    col("j").rollingMean(3).over(berlinDay),
    `CASE WHEN count(j) ${over} ROWS 2 PRECEDING) >= 3 THEN avg(j) ${over} ROWS 2 PRECEDING) END`,
  ),
  cumSum: windowCase(col("k").cumSum(), "sum(k) OVER (ORDER BY rn ROWS UNBOUNDED PRECEDING)::BIGINT"),
  diff: windowCase(col("j").diff(2), "j - lag(j, 2) OVER (ORDER BY rn)"),
  "range of numbers": windowCase(
    count().over({ orderBy: "j", range: [-1, 1] }),
    "count(*) OVER (ORDER BY j NULLS LAST RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING)",
  ),
  "range of times": windowCase(
    col("j")
      .sum()
      .over({ partitionBy: "b", orderBy: "t2", range: [{ days: -400 }, 0] }),
    "sum(j) OVER (PARTITION BY b ORDER BY t2 NULLS LAST RANGE BETWEEN INTERVAL 400 DAY PRECEDING AND CURRENT ROW)::BIGINT",
  ),

  "unique keeping the last": {
    ours: rows.select("i", "j", "b", "s").unique({ on: ["j", "b"], keep: "last" }),
    theirs: `SELECT i, j, b, s FROM ${t} QUALIFY row_number() OVER (PARTITION BY j, b ORDER BY rn DESC) = 1`,
  },
  "unique keeping the first": {
    ours: rows.select("i", "j").unique({ on: "j", keep: "first" }),
    theirs: `SELECT i, j FROM ${t} QUALIFY row_number() OVER (PARTITION BY j ORDER BY rn) = 1`,
  },
  "unique keeping none": {
    ours: rows.select("s", "j").unique({ keep: "none" }),
    theirs: "SELECT s, j FROM t GROUP BY s, j HAVING count(*) = 1",
  },
  valueCounts: {
    ours: rows.valueCounts("s").sort(desc("count"), "s"),
    theirs: "SELECT s, count(*) AS c FROM t GROUP BY s ORDER BY c DESC, s NULLS LAST",
    isOrdered: true,
  },
  withRowIndex: {
    ours: rows.select("i").withRowIndex("row", 5),
    theirs: `SELECT i, rn + 4 FROM ${t} ORDER BY rn`,
    isOrdered: true,
  },
  intersect: {
    ours: rows
      .where(col("g").gt(0))
      .select("j", "b", "s")
      .intersect(rows.where(col("g").lte(0)).select("s", "b", "j")),
    theirs: "SELECT j, b, s FROM t WHERE g > 0 INTERSECT SELECT j, b, s FROM t WHERE g <= 0",
  },
  except: {
    ours: rows
      .where(col("g").gt(0))
      .select("j", "f")
      .except(rows.where(col("g").lte(0)).select("j", "f")),
    theirs: "SELECT j, f FROM t WHERE g > 0 EXCEPT SELECT j, f FROM t WHERE g <= 0",
  },
  "concat of unlike columns": {
    ours: rows
      .select("i", "z", "q")
      .concat(rows.select("i", "w", "l"), { how: "diagonal" })
      .select("i", "w", "l"),
    theirs: "SELECT i, NULL, NULL FROM t UNION ALL SELECT i, w, l FROM t",
  },
  "groups of columns": {
    ours: rows.groupBy("b").sum("k", "d"),
    theirs: "SELECT b, sum(k)::BIGINT, sum(d) FROM t GROUP BY b",
  },
  "count of groups": {
    ours: rows.groupBy("b", "j").count(),
    theirs: "SELECT b, j, count(*) FROM t GROUP BY b, j",
  },
  "where of two": {
    ours: rows.where(col("j").gt(0), { b: true }).select("i"),
    theirs: "SELECT i FROM t WHERE j > 0 AND b",
  },
  "groups of 90 minutes": {
    ours: rows.groupByDynamic("t2", { every: { minutes: 90 }, by: ["b"] }).agg(count()),
    theirs: "SELECT floor(epoch_us(t2) / 5400000000)::BIGINT * 5400000000, b, count(*) FROM t GROUP BY 1, 2",
  },
  "groups of two weeks": {
    ours: rows.groupByDynamic("y", { every: { weeks: 1 } }).agg(count()),
    theirs:
      "SELECT date_diff('day', DATE '1970-01-01', date_trunc('week', y)::DATE), count(*) FROM t GROUP BY 1",
  },
  "groups of quarters in Berlin": {
    ours: rows.groupByDynamic("z", { every: { quarters: 1 } }).agg(count()),
    theirs:
      "SELECT epoch_us(timezone('Europe/Berlin', date_trunc('quarter', timezone('Europe/Berlin', z)))), count(*) FROM t GROUP BY 1",
  },
  "groups of days in Berlin": {
    ours: rows.groupByDynamic("z", { every: { days: 1 } }).agg(count()),
    theirs:
      "SELECT epoch_us(timezone('Europe/Berlin', date_trunc('day', timezone('Europe/Berlin', z)))), count(*) FROM t GROUP BY 1",
  },

  "join by leftOn and rightOn": {
    ours: rows
      .select("i", "k")
      .join(right, { leftOn: col("i").mod(5), rightOn: "j" })
      .select("i", "k", "e"),
    theirs: `SELECT l.i, l.k, r.e FROM t l JOIN ${r} r ON l.i % 5 = r.j`,
  },
  "join on a condition": {
    ours: rows
      .select("i", "j", "e")
      .join(right, { on: "j", where: col("e").lt(col("e_right")) })
      .select("i", "j", "e_right"),
    theirs: `SELECT l.i, l.j, r.e FROM t l JOIN ${r} r ON l.j = r.j AND l.e < r.e`,
  },
  "left join on a condition alone": {
    ours: rows
      .select("i", "d")
      .join(right, { where: col("d").gt(col("e")), how: "left" })
      .select("i", "e"),
    theirs: `SELECT l.i, r.e FROM t l LEFT JOIN ${r} r ON l.d > r.e`,
  },
  "anti join on a condition": {
    ours: rows
      .select("i", "d", "j")
      .join(right, { on: "j", where: col("d").gt(col("e")), how: "anti" })
      .select("i"),
    theirs: `SELECT l.i FROM t l ANTI JOIN ${r} r ON l.j = r.j AND l.d > r.e`,
  },
  joinAsof: {
    ours: rows
      .select("i", "j", "t1")
      .joinAsof(rows.groupBy("j", "t2").agg(col("e").max().as("e")), {
        on: { left: col("t1"), right: col("t2") },
        by: "j",
      })
      .select("i", "t1", "t2", "e"),
    theirs:
      "SELECT l.i, epoch_ms(l.t1::TIMESTAMP), epoch_us(r.t2), r.e FROM t l ASOF LEFT JOIN (SELECT j, t2, max(e) AS e FROM t WHERE t2 IS NOT NULL GROUP BY j, t2) r ON l.j = r.j AND (l.t1 IS NULL) = (r.t2 IS NULL) AND l.t1::TIMESTAMP >= r.t2",
  },
  "joinAsof forward within a day": {
    ours: rows
      .select("i", "t1")
      .joinAsof(rows.groupBy("t2").agg(col("e").max().as("e")), {
        on: { left: col("t1"), right: col("t2") },
        strategy: "forward",
        allowExactMatches: false,
        tolerance: { days: 100 },
        how: "inner",
      })
      .select("i", "t2", "e"),
    theirs:
      "SELECT l.i, epoch_us(r.t2), r.e FROM t l ASOF JOIN (SELECT t2, max(e) AS e FROM t GROUP BY t2) r ON l.t1::TIMESTAMP < r.t2 WHERE epoch_us(r.t2) - epoch_us(l.t1::TIMESTAMP) <= 100 * 86400000000",
  },
  "joinAsof nearest": {
    ours: rows
      .select("i", "j", "t1")
      .joinAsof(rows.groupBy("j", "t2").agg(col("e").max().as("e")), {
        on: { left: col("t1"), right: col("t2") },
        by: "j",
        strategy: "nearest",
      })
      .select("i", "t1", "t2", "e"),
    theirs: `SELECT i, epoch_ms(t1::TIMESTAMP), epoch_us(t2), e FROM (SELECT l.rn, l.i, l.t1, r.t2, r.e, row_number() OVER (PARTITION BY l.rn ORDER BY abs(epoch_us(l.t1::TIMESTAMP) - epoch_us(r.t2)) NULLS LAST, r.t2) AS place
      FROM ${t} l LEFT JOIN (SELECT j, t2, max(e) AS e FROM t WHERE t2 IS NOT NULL GROUP BY j, t2) r ON l.j = r.j AND l.t1 IS NOT NULL) WHERE place = 1`,
  },
  "joinAsof nearest of dates, within days": {
    ours: rows
      .select("i", "y")
      .joinAsof(rows.where(col("g").gt(5)).groupBy("y").agg(col("e").max().as("e")).rename({ y: "y2" }), {
        on: { left: col("y"), right: col("y2") },
        strategy: "nearest",
        tolerance: interval({ weeks: 4 }),
        how: "inner",
      })
      .select("i", "y2", "e"),
    theirs: `SELECT i, date_diff('day', DATE '1970-01-01', y2), e FROM (SELECT l.rn, l.i, r.y2, r.e, row_number() OVER (PARTITION BY l.rn ORDER BY abs(l.y - r.y2), r.y2) AS place
      FROM ${t} l JOIN (SELECT y AS y2, max(e) AS e FROM t WHERE g > 5 GROUP BY y) r ON abs(l.y - r.y2) <= 28) WHERE place = 1`,
  },
  "joinAsof nearest of floats, without equals": {
    ours: rows
      .select("i", "f")
      .joinAsof(rows.groupBy("f").agg(count().as("n")).rename({ f: "f2" }), {
        on: { left: col("f"), right: col("f2") },
        strategy: "nearest",
        allowExactMatches: false,
        how: "inner",
      })
      .where(col("f").abs().lt(1e9), col("f2").isFinite())
      .select("i", "f2", "n"),
    theirs: `SELECT i, f2 + 0, n FROM (SELECT l.rn, l.i, l.f, r.f2, r.n, row_number() OVER (PARTITION BY l.rn ORDER BY abs(l.f - r.f2), r.f2 > l.f, CASE WHEN r.f2 < l.f THEN -r.f2 ELSE r.f2 END) AS place
      FROM ${t} l JOIN (SELECT f + 0 AS f2, count(*) AS n FROM t GROUP BY f + 0) r ON l.f <> r.f2) WHERE place = 1 AND abs(f) < 1e9 AND isfinite(f2)`,
  },
  "sort by lists": {
    ours: rows.sort("l").select("l"),
    theirs: `SELECT l FROM ${t} ORDER BY l NULLS LAST, rn`,
    isOrdered: true,
  },
  "sort by structs": {
    ours: rows.sort(desc("q"), "i").select("q"),
    theirs: `SELECT q FROM ${t} ORDER BY q DESC NULLS LAST, i NULLS LAST, rn`,
    isOrdered: true,
  },
  "sort by times of day": {
    ours: rows.sort("n").select("i"),
    theirs: `SELECT i FROM ${t} ORDER BY n NULLS LAST, rn`,
    isOrdered: true,
  },
  "group by lists": { ours: rows.groupBy("l").agg(count()), theirs: "SELECT l, count(*) FROM t GROUP BY l" },
  "group by durations": {
    ours: rows.groupBy("o").agg(count()),
    theirs: "SELECT epoch_us(o), count(*) FROM t GROUP BY 1",
  },
};

/** By what each function does with the rows that a window has, which a subquery finds: `their` are these, and `own` is the row. */
const overRows: Readonly<Record<string, readonly [WindowFunction | Expression, (order: string) => string]>> =
  {
    first: [col("s").first(), (order) => `list(their.s ORDER BY ${order})[1]`],
    last: [col("s").last(), (order) => `list(their.s ORDER BY ${order})[-1]`],
    list: [col("s").list(), (order) => `coalesce(list(their.s ORDER BY ${order}), [])`],
    stringAgg: [col("s").stringAgg("|"), (order) => `string_agg(their.s, '|' ORDER BY ${order})`],
    argMin: [col("s").argMin(col("k")), (order) => `arg_min_null(their.s, their.k ORDER BY ${order})`],
    argMax: [col("s").argMax(col("k")), (order) => `arg_max_null(their.s, their.k ORDER BY ${order})`],
    listUnique: [
      col("j").listUnique(),
      () => "coalesce(list(DISTINCT their.j ORDER BY their.j) FILTER (WHERE their.j IS NOT NULL), [])",
    ],
    topK: [col("k").topK(2), () => "coalesce(max(their.k, 2), [])"],
    countIf: [col("j").gt(0).countIf(), () => "count(*) FILTER (WHERE their.j > 0)"],
    sum: [col("k").sum(), () => "sum(their.k)::BIGINT"],
    median: [col("g").median(), () => "median(their.g)"],
    "first of nth": [nthValue("s", 1), (order) => `list(their.s ORDER BY ${order})[1]`],
    nthValue: [nthValue("s", 3), (order) => `list(their.s ORDER BY ${order})[3]`],
    "nthValue ignoring null": [
      nthValue("s", 3, { ignoreNulls: true }),
      (order) => `(list(their.s ORDER BY ${order}) FILTER (WHERE their.s IS NOT NULL))[3]`,
    ],
  };
const windows: Readonly<Record<string, readonly [window: Window, order: string, rows: string]>> = {
  "no order": [{ partitionBy: "b" }, "their.rn", "true"],
  "nothing at all": [{}, "their.rn", "their.b IS NOT DISTINCT FROM their.b"],
  "an order": [
    { partitionBy: "b", orderBy: "j" },
    "their.j NULLS LAST, their.rn",
    "(own.j IS NULL OR their.j <= own.j)",
  ],
  "a descending order": [
    { partitionBy: "b", orderBy: { by: "j", descending: true, nullsFirst: true } },
    "their.j DESC NULLS FIRST, their.rn",
    "(their.j IS NULL OR their.j >= own.j)",
  ],
  "a range": [
    { partitionBy: "b", orderBy: "j", range: [-1, 1] },
    "their.j NULLS LAST, their.rn",
    "(their.j BETWEEN own.j - 1 AND own.j + 1 OR (their.j IS NULL AND own.j IS NULL))",
  ],
  "a range before": [
    { partitionBy: "b", orderBy: "j", range: [-3, -2] },
    "their.j NULLS LAST, their.rn",
    "(their.j BETWEEN own.j - 3 AND own.j - 2 OR (their.j IS NULL AND own.j IS NULL))",
  ],
  "rows around": [
    { partitionBy: "b", rows: [-2, 1] },
    "their.rn",
    "their.place BETWEEN own.place - 2 AND own.place + 1",
  ],
  "rows before": [
    { partitionBy: "b", rows: [-3, -2] },
    "their.rn",
    "their.place BETWEEN own.place - 3 AND own.place - 2",
  ],
};
const placed = `(SELECT row_number() OVER (PARTITION BY b ORDER BY rn) AS place, * FROM ${t})`;
for (const [window, [given, order, isIn]] of Object.entries(windows)) {
  for (const [name, [value, sql]] of Object.entries(overRows)) {
    const partition = "partitionBy" in given ? "their.b IS NOT DISTINCT FROM own.b AND " : "";
    cases[`${name} over ${window}`] = {
      ours: rows.select("i", value.over(given as never).as("value")),
      theirs: `SELECT i, (SELECT ${sql(order)} FROM ${placed} their WHERE ${partition}${isIn}) FROM ${placed} own ORDER BY rn`,
      isOrdered: true,
    };
  }
}

/** Which of the other rows fit, and which of those is taken: of several with one key the last before, and the first after. */
const nearestRows = {
  backward: ["their.j <= own.j", "their.j DESC, their.rn DESC"],
  forward: ["their.j >= own.j", "their.j, their.rn"],
  nearest: [
    "true",
    "abs(their.j - own.j), their.j, CASE WHEN their.j <= own.j THEN -their.rn ELSE their.rn END",
  ],
} as const;
for (const [strategy, [fits, order]] of Object.entries(nearestRows)) {
  cases[`joinAsof ${strategy} of equal keys`] = {
    ours: rows
      .select("i", "b", "j")
      .joinAsof(rows.where(col("j").isIn([-3, 0, 2])).select("b", col("j").as("key"), col("i").as("found")), {
        on: { left: col("j"), right: col("key") },
        by: "b",
        strategy: strategy as keyof typeof nearestRows,
      })
      .select("i", "found"),
    theirs:
      `SELECT own.i, their.i FROM ${t} own LEFT JOIN (SELECT * FROM ${t} WHERE j IN (-3, 0, 2)) their ON their.b = own.b AND ${fits} ` +
      `AND own.j IS NOT NULL QUALIFY row_number() OVER (PARTITION BY own.rn ORDER BY ${order}) = 1`,
  };
}

let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(Object.entries(cases).map(([name, { theirs }]) => [name, theirs])),
  );
}, 60_000);

/** Floats to some digits, as text. */
function rounded(value: Encoded, digits: number | undefined): Encoded {
  if (digits === undefined || typeof value !== "string" || !/^f[0-9a-f]{16}$/.test(value)) return value;
  return `~${Buffer.from(value.slice(1), "hex").readDoubleBE().toPrecision(digits)}`;
}

test.each(Object.keys(cases))("%s", async (name) => {
  const { ours, isOrdered, digits } = cases[name] as Case;
  const theirs = answers[name];
  expect(typeof theirs, String(theirs)).not.toBe("string");
  const lines = (found: readonly (readonly Encoded[])[]) => {
    const texts = found.map((row) => JSON.stringify(row.map((value) => rounded(value, digits))));
    return isOrdered === true ? texts : texts.sort();
  };
  const expected = lines(theirs as readonly (readonly Encoded[])[]);
  for (const batchRows of [400, 97]) {
    const found = lines(encodeRows(await runInDuckDb(ours, batchRows)));
    const different = expected.flatMap((line, row) =>
      line === found[row] ? [] : [{ row, expected: line, ours: found[row] }],
    );
    expect(different.slice(0, 5)).toEqual([]);
    expect(found.length).toBe(expected.length);
  }
});
