/** Every function of a row, on odd values of every type: what our frames compute is what DuckDB computes under Python. */
import { beforeAll, expect, test } from "vitest";
import { arrow, type RecordBatch } from "../../../../src/arrow.ts";
import { sharedDatabase } from "../../../../src/frame/engines/duckdb/database.ts";
import { compileRowWork } from "../../../../src/frame/engines/duckdb/stream-rows.ts";
import { call } from "../../../../src/frame/expression/expression-build.ts";
import type { ExpressionNode } from "../../../../src/frame/expression/expression-node.ts";
import { scalarFunctions } from "../../../../src/frame/expression/expression-node.ts";
import { operandsOf } from "../../../../src/frame/expression/expression-parts.ts";
import { inferField } from "../../../../src/frame/functions/infer-type.ts";
import { col, type Expression, lit, when } from "../../../../src/index.ts";
import { oddTable } from "./odd-rows.ts";
import { askOracle, type Encoded, encodeRows } from "./oracle.ts";

/** Ours beside DuckDB's own, written over DuckDB's own types. */
type Case = readonly [ours: Expression | ExpressionNode, theirs: string];

const nan = "'nan'::DOUBLE";
const berlin = "timezone('Europe/Berlin', z)";
/** Epoch of Berlin's local time, back as an instant. */
const cases: Readonly<Record<string, Case>> = {
  "add whole": [col("j").add(col("k")), "j + k::BIGINT"],
  "add floats": [col("f").add(col("g")), "f + g"],
  "add float32": [col("h").add(1), "h::DOUBLE + 1"],
  "add decimals": [col("d").add(col("e")), "d::DECIMAL(38,2) + e::DECIMAL(38,4)"],
  "subtract decimal from whole": [lit(1).sub(col("d")), "1 - d"],
  "multiply decimals": [col("d").mul(col("e")), "d::DECIMAL(38,2) * e::DECIMAL(38,4)"],
  "multiply by written decimal": [col("d").mul(1.05), "d::DECIMAL(38,2) * 1.05::DECIMAL(38,2)"],
  "decimal beside a float": [col("d").mul(col("g")), "d::DOUBLE * g"],
  divide: [col("j").div(col("k")), "j::DOUBLE / k"],
  "divide decimals": [col("d").div(col("e")), "d::DOUBLE / e::DOUBLE"],
  "divide by zeros": [col("g").div(col("f")), "g / (f + 0.0)"],
  intDivide: [arithmetic("intDivide", "k", "j"), "k::BIGINT // j"],
  modulo: [col("k").mod(col("j")), "k::BIGINT % j"],
  "modulo floats": [col("g").mod(col("f")), "g % f"],
  "modulo decimals": [col("e").mod(col("d")), "e % d"],
  "compare floats": [col("f").lt(col("g")), "f < g"],
  "compare with NaN": [col("f").gte(Number.NaN), `f >= ${nan}`],
  "compare decimals": [col("d").gt(col("e")), "d > e"],
  "compare uint64": [col("u").gt(col("i")), "u > i"],
  "compare units": [col("t1").lte(col("t2")), "t1 <= t2"],
  "compare texts": [col("s").gt(col("p")), "s > p"],
  isIn: [col("j").isIn([1, 2, 2.5, -3]), "j IN (1, 2, -3)"],
  like: [col("s").like("a_%"), "s LIKE 'a_%'"],
  ilike: [col("s").ilike("é%"), "s ILIKE 'é%'"],
  "three-valued and": [col("b").and(col("f").gt(0)), "b AND f > 0"],
  "three-valued or": [col("b").or(col("f").gt(0)), "b OR f > 0"],
  isNull: [col("s").isNull(), "s IS NULL"],
  when: [
    when(col("j").gt(0), col("d")).otherwise(col("e")),
    "CASE WHEN j > 0 THEN d::DECIMAL(38,4) ELSE e::DECIMAL(38,4) END",
  ],
  negate: [col("i").negate(), "-i"],
  "negate decimal": [col("d").negate(), "-d"],
  abs: [col("i").abs(), "abs(i)"],
  "abs float": [col("f").abs(), "abs(f)"],
  "abs decimal": [col("e").abs(), "abs(e)"],
  sign: [col("i").sign(), "sign(i)::BIGINT"],
  "sign float": [col("f").sign(), "CASE WHEN isnan(f) THEN f ELSE sign(f)::DOUBLE END"],
  floor: [col("f").floor(), "floor(f)"],
  "floor decimal": [col("d").floor(), "floor(d)"],
  ceil: [col("f").ceil(), "ceil(f)"],
  "ceil decimal": [col("d").ceil(), "ceil(d)"],
  trunc: [col("f").trunc(), "trunc(f)"],
  "trunc decimal": [col("d").trunc(), "trunc(d)"],
  round: [col("g").round(2), "round(g, 2)"],
  "round decimal": [col("e").round(2), "round(e, 2)"],
  "round decimal to tens": [col("d").round(-1), "round(d, -1)"],
  "round whole": [col("k").round(-3), "round(k::BIGINT, -3)"],
  sqrt: [col("f").sqrt(), `CASE WHEN f < 0 THEN ${nan} ELSE sqrt(f) END`],
  exp: [col("g").exp(), "exp(g)"],
  ln: [col("f").ln(), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE ln(f) END`],
  log10: [fn("log10", "f"), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE log10(f) END`],
  log2: [fn("log2", "f"), `CASE WHEN f < 0 THEN ${nan} WHEN f = 0 THEN '-inf'::DOUBLE ELSE log2(f) END`],
  power: [fn("power", "g", "j"), "pow(g, j)"],
  isNaN: [col("f").isNaN(), "isnan(f)"],
  greatest: [fn("greatest", "f", "g"), "greatest(f, g)"],
  least: [fn("least", "d", "e"), "least(d::DECIMAL(38,4), e::DECIMAL(38,4))"],
  coalesce: [fn("coalesce", "j", "k"), "coalesce(j, k::BIGINT)"],
  nullIf: [fn("nullIf", "j", "k"), "nullif(j, k)"],
  length: [col("s").length(), "length(s)"],
  upper: [col("s").upper(), "upper(s)"],
  lower: [col("s").lower(), "lower(s)"],
  reverse: [fn("reverse", "s"), "reverse(s)"],
  trim: [col("s").trim(), "trim(s, ' ')"],
  trimStart: [col("s").trimStart(), "ltrim(s, ' ')"],
  trimEnd: [col("s").trimEnd(), "rtrim(s, ' ')"],
  concat: [col("s").concat("-").concat(col("w")), "s || '-' || w"],
  slice: [col("s").slice(1, 2), "substring(s, 2, 2)"],
  "slice to the end": [col("s").slice(1), "substring(s, 2)"],
  contains: [col("s").contains(col("p")), "contains(s, p)"],
  startsWith: [col("s").startsWith(col("p")), "starts_with(s, p)"],
  endsWith: [col("s").endsWith("b"), "suffix(s, 'b')"],
  replace: [col("s").replace("a", "%"), "replace(s, 'a', '%')"],
  regexpMatch: [col("s").matches("(?i)[é\\d]+"), "regexp_matches(s, '(?i)[é\\d]+')"],
  regexpReplace: [col("s").regexpReplace("\\d", "\\"), "regexp_replace(s, '\\d', '\\\\', 'g')"],
  regexpExtract: [
    col("s").regexpExtract("(?<letter>[a-z])(\\d)", 2),
    "CASE WHEN regexp_matches(s, '([a-z])(\\d)') THEN regexp_extract(s, '([a-z])(\\d)', 2) END",
  ],
  split: [col("s").split("a"), "string_split(s, 'a')"],
  ...Object.fromEntries(
    (["t0", "t1", "t2", "y"] as const).flatMap((name): [string, Case][] => {
      const own = name === "y" ? "y" : `${name}::TIMESTAMP`;
      return [
        [`year of ${name}`, [col(name).year(), `year(${own})`]],
        [`quarter of ${name}`, [col(name).quarter(), `quarter(${own})`]],
        [`month of ${name}`, [col(name).month(), `month(${own})`]],
        [`week of ${name}`, [col(name).week(), `weekofyear(${own})`]],
        [`day of ${name}`, [col(name).day(), `day(${own})`]],
        [`dayOfWeek of ${name}`, [col(name).dayOfWeek(), `isodow(${own})`]],
        [`dayOfYear of ${name}`, [col(name).dayOfYear(), `dayofyear(${own})`]],
        [`toDate of ${name}`, [col(name).toDate(), `date_diff('day', DATE '1970-01-01', ${own}::DATE)`]],
      ];
    }),
  ),
  hour: [col("t2").hour(), "hour(t2)"],
  minute: [col("t0").minute(), "minute(t0::TIMESTAMP)"],
  second: [col("t1").second(), "second(t1::TIMESTAMP)"],
  // DuckDB takes the part of the microsecond nearest to 0, which before 1970 is another day.
  "day of nanoseconds": [
    col("t3").day(),
    "day(make_timestamp(floor(epoch_ns(t3)::HUGEINT::DECIMAL(38,0) / 1000.0::DECIMAL(5,1))::BIGINT))",
  ],
  "hour in Berlin": [col("z").hour(), `hour(${berlin})`],
  "date in Berlin": [col("z").toDate(), `date_diff('day', DATE '1970-01-01', ${berlin}::DATE)`],
  "year in Berlin": [col("z").year(), `year(${berlin})`],
  "month of t2": [col("t2").dateTrunc("month"), "epoch_us(date_trunc('month', t2))"],
  "hour of t0": [col("t0").dateTrunc("hour"), "epoch(date_trunc('hour', t0::TIMESTAMP))::BIGINT"],
  "week of y": [
    col("y").dateTrunc("week"),
    "date_diff('day', DATE '1970-01-01', date_trunc('week', y)::DATE)",
  ],
  // Within a day by the instant: no offset of Berlin since 1893 has other minutes than the hour's own.
  "hour of Berlin": [
    when(col("z").gt("1900-01-01"), col("z").dateTrunc("hour")),
    "CASE WHEN z > TIMESTAMPTZ '1900-01-01' THEN epoch_us(date_trunc('hour', z)) END",
  ],
  "day of Berlin": [
    col("z").dateTrunc("day"),
    `epoch_us(timezone('Europe/Berlin', date_trunc('day', ${berlin})))`,
  ],
  listLength: [col("l").listLength(), "len(l)"],
  listGet: [col("l").listGet(-1), "l[-1]"],
  listContains: [col("l").listContains(1), "list_contains(l, 1)"],
  "listContains of a column": [col("l").listContains(col("j")), "list_contains(l, j)"],
  "cast float to whole": [col("g").cast("int64"), "trunc(g)::BIGINT"],
  "cast float to whole or null": [col("f").cast("int32", { orNull: true }), "TRY_CAST(trunc(f) AS INTEGER)"],
  "cast decimal to whole": [col("d").cast("int64"), "trunc(d)::BIGINT"],
  "cast decimal": [col("e").cast("decimal(12, 1)", { orNull: true }), "TRY_CAST(e AS DECIMAL(12,1))"],
  "cast float to decimal": [col("g").cast("decimal(20, 3)"), "g::DECIMAL(20,3)"],
  "cast text to whole": [col("s").cast("int64", { orNull: true }), "TRY_CAST(s AS BIGINT)"],
  "cast text to float": [col("s").cast("float64", { orNull: true }), "TRY_CAST(s AS DOUBLE)"],
  "cast text to date": [
    col("s").cast("date", { orNull: true }),
    "date_diff('day', DATE '1970-01-01', TRY_CAST(s AS DATE))",
  ],
  "cast float to text": [col("f").cast("string"), "f::VARCHAR"],
  "cast decimal to text": [col("e").cast("string"), "e::VARCHAR"],
  "cast timestamp to text": [col("t2").cast("string"), "t2::VARCHAR"],
  "cast date to text": [col("y").cast("string"), "y::VARCHAR"],
  "cast boolean": [col("b").cast("int64"), "b::BIGINT"],
  "cast units": [col("t2").cast("timestamp[s]"), "floor(epoch_us(t2) / 1000000)::BIGINT"],
  "cast date to timestamp": [col("y").cast("timestamp[us]"), "epoch_us(y::TIMESTAMP)"],
  "cast list": [col("l").cast("list<string>"), "l::VARCHAR[]"],
};

function fn(
  name: (typeof scalarFunctions)[number],
  first: string,
  ...others: readonly string[]
): ExpressionNode {
  return call(name, col(first), ...others.map((other) => col(other)));
}

function arithmetic(operator: "intDivide", left: string, right: string): ExpressionNode {
  return {
    node: "arithmetic",
    operator,
    left: { node: "column", name: left },
    right: { node: "column", name: right },
  };
}

function nodeOf(ours: Expression | ExpressionNode): ExpressionNode {
  return "node" in ours && typeof ours.node === "object" ? ours.node : (ours as ExpressionNode);
}

const table = oddTable(7);
let answers: Readonly<Record<string, readonly (readonly Encoded[])[] | string>>;

beforeAll(async () => {
  answers = await askOracle(
    table,
    Object.fromEntries(Object.entries(cases).map(([name, [, sql]]) => [name, `SELECT ${sql} FROM t`])),
  );
}, 60_000);

async function stream(node: ExpressionNode, batchRows: number): Promise<Encoded[]> {
  const { fields } = table.schema;
  const field = inferField(node, (column) => fields.find(({ name }) => name === column) as never);
  const whole = table.batches[0] as RecordBatch;
  async function* batches() {
    for (let row = 0; row < whole.numRows; row += batchRows) yield whole.slice(row, row + batchRows);
  }
  const work = {
    fields,
    conditions: [],
    columns: [{ name: "value", expression: node }],
    result: [new arrow.Field("value", field.type, true)],
  };
  const rows: RecordBatch[] = [];
  for await (const batch of compileRowWork(work)(sharedDatabase, batches(), { action: "compute" }))
    rows.push(batch);
  return encodeRows(rows).map(([value]) => value as Encoded);
}

test.each(Object.keys(cases))("%s", async (name) => {
  const [ours] = cases[name] as Case;
  const theirs = answers[name];
  expect(typeof theirs, String(theirs)).not.toBe("string");
  const expected = (theirs as readonly (readonly Encoded[])[]).map(([value]) => value);
  for (const batchRows of [400, 129])
    expect(differences(await stream(nodeOf(ours), batchRows), expected)).toEqual([]);
});

/** The first rows in which two columns differ. */
function differences(ours: readonly Encoded[], theirs: readonly (Encoded | undefined)[]) {
  const rows = theirs.map((expected, row) => ({ row, expected, ours: ours[row] }));
  const found = rows.filter((each) => JSON.stringify(each.ours) !== JSON.stringify(each.expected));
  return [...found.slice(0, 5), ...(ours.length === theirs.length ? [] : [{ rows: ours.length }])];
}

test("every function of the table is among the cases", () => {
  const used = new Set<string>();
  const visit = (node: ExpressionNode) => {
    if (node.node === "call") used.add(node.function);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const [ours] of Object.values(cases)) visit(nodeOf(ours));
  expect([...scalarFunctions].filter((name) => !used.has(name))).toEqual([]);
});
