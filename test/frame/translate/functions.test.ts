/** Every function of SQL that becomes a step for Daft has the values and the type there that DuckDB gives it. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sqlFunctions } from "../../../src/frame/engines/duckdb/translate/function-table.ts";
import type { Frame } from "../../../src/frame/frame.ts";
import { comparable } from "../comparable-rows.ts";
import { type LanceFolder, openLanceFolder } from "../lance-folder.ts";
import { translateFrame } from "./run-steps.ts";
import { createStatementTable } from "./statement-table.ts";

let folder: LanceFolder;

beforeAll(async () => {
  folder = await openLanceFolder();
  await createStatementTable(folder);
});
afterAll(() => folder.remove());

const ofText = (name: string) => [`${name}(Word)`];
const ofNumber = (name: string) => ["n", "x", "f", "price", "tiny"].map((column) => `${name}(${column})`);
const ofRounding = (name: string) => ["n", "x", "f", "tiny"].map((column) => `${name}(${column})`);
const ofClock = (name: string) =>
  ["moment", "milli", "zoned", "shanghai"].flatMap((column) => [
    `${name}(${column})`,
    `date_part('${name}', ${column})`,
  ]);
const ofDay = (name: string) => [`${name}(day)`, ...ofClock(name)];
const bySearch = (name: string) => [`${name}(Word, 'a')`, `${name}(Word, '')`, `${name}(Word, '%')`];
const byPattern = (name: string) => [`${name}(Word, 'a')`, `${name}(Word, '^a|B')`, `${name}(Word, '.*_.')`];
const choice = (name: string) => [
  `${name}(n, id)`,
  `${name}(price, 3)`,
  `${name}(x, 1)`,
  `${name}(day, DATE '2000-01-01')`,
];
const units = ["year", "quarter", "month", "week", "day", "hour", "minute", "second"];
const truncated = (name: string) =>
  units.flatMap((unit) =>
    ["day", "moment", "milli", "zoned", "shanghai"].map((column) => `${name}('${unit}', ${column})`),
  );
const aggregate = (name: string) => ["n", "price", "x", "f"].map((column) => `${name}(${column})`);

/** What to compute with each. */
const examples: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ["upper", "ucase", "lower", "lcase", "trim", "ltrim", "rtrim", "char_length", "character_length"].map(
      (name) => [name, ofText(name)],
    ),
  ),
  length: ["length(Word)", "length(list)"],
  len: ["len(Word)", "len(list)"],
  array_length: ["array_length(list)"],
  abs: ["abs(x)", "abs(f)", "abs(price)", "abs(id)"],
  sign: ofNumber("sign"),
  sqrt: ["sqrt(abs(n))", "sqrt(abs(price))", "sqrt(abs(x))"],
  ...Object.fromEntries(["floor", "ceil", "ceiling", "trunc"].map((name) => [name, ofRounding(name)])),
  isnan: ["isnan(x)", "isnan(f)"],
  ...Object.fromEntries(
    [
      "year",
      "quarter",
      "month",
      "week",
      "weekofyear",
      "day",
      "dayofmonth",
      "isodow",
      "dayofweek",
      "weekday",
      "dayofyear",
    ].map((name) => [name, ofDay(name)]),
  ),
  ...Object.fromEntries(["hour", "minute", "second"].map((name) => [name, ofClock(name)])),
  date_part: ["date_part('dow', day)", "date_part('doy', zoned)", "extract(dow FROM shanghai)"],
  datepart: ["datepart('year', day)"],
  date_trunc: truncated("date_trunc"),
  datetrunc: ["datetrunc('month', day)"],
  ...Object.fromEntries(
    ["contains", "starts_with", "prefix", "ends_with", "suffix"].map((name) => [name, bySearch(name)]),
  ),
  "^@": ["Word ^@ 'a'"],
  ...Object.fromEntries(["regexp_matches", "regexp_full_match"].map((name) => [name, byPattern(name)])),
  replace: ["replace(Word, 'a', 'bb')", "replace(Word, '', 'x')"],
  substring: ["substring(Word, 1, 1)", "substring(Word, 2)"],
  substr: ["substr(Word, 2, 5)"],
  left: ["left(Word, 1)"],
  concat: ["concat(Word, '-', n)"],
  mod: ["mod(n, 3)"],
  nullif: ["nullif(n, 7)", "nullif(x, 0)", "nullif(Word, 'a')"],
  if: ["if(ok, n, 0)"],
  coalesce: ["coalesce(n, id)", "coalesce(Word, 'x')"],
  ...Object.fromEntries(["ifnull", "greatest", "least"].map((name) => [name, choice(name)])),
  now: ["zoned < now()"],
  current_date: ["current_date"],
  today: ["today()"],
  current_timestamp: ["zoned < current_timestamp"],
  localtimestamp: ["moment < localtimestamp"],
  get_current_timestamp: ["zoned < get_current_timestamp()"],
  transaction_timestamp: ["zoned < transaction_timestamp()"],
  count: ["count(*)", "count(n)", "count(DISTINCT n)", "count() FILTER (WHERE ok)"],
  count_if: ["count_if(ok)", "count_if(n > 0) FILTER (WHERE ok)", "count_if(tiny > 0 AND x > 0)"],
  countif: ["countif(n > 0)"],
  ...Object.fromEntries(["sum", "avg", "mean", "min", "max"].map((name) => [name, aggregate(name)])),
  bool_and: ["bool_and(ok)"],
  bool_or: ["bool_or(ok)"],
  grouping: ["grouping(tiny)"],
  grouping_id: ["grouping_id(tiny)"],
};

test("each function has an example", () => {
  expect(Object.keys(examples).sort()).toEqual([...sqlFunctions].sort());
});

const grouped = [...Object.keys(examples)].filter((name) => name.startsWith("grouping"));

test("the page on scaling out names them as the code has them", async () => {
  const page = await readFile(join(import.meta.dirname, "../../../docs/scale.md"), "utf8");
  const [, written] =
    /<!-- begin: functions of SQL -->\n(.*?)\n<!-- end: functions of SQL -->/s.exec(page) ?? [];
  expect(written).toBe(sqlFunctions.map((name) => `\`${name}\``).join(", "));
});

test.each(Object.entries(examples))("%s", async (name, expressions) => {
  const selected = expressions.map((text, index) => `${text} AS c${index}`).join(", ");
  const isAggregate = !(await isOfRows(expressions[0] as string));
  const end = grouped.includes(name) || isAggregate ? "GROUP BY ROLLUP (tiny)" : "";
  const key = end === "" ? "id" : "tiny";
  const statement = folder.read("t").sql(`SELECT ${key}, ${selected} FROM t ${end}`, []) as unknown as Frame;
  const expected = comparable(await statement.toObjects(), false);
  const { reason, frame } = await translateFrame(statement);
  expect(reason).toBeUndefined();
  const typesOf = async (rows: Frame) =>
    (await rows.schema()).fields.map((field) => `${field.name} ${field.type}`);
  expect(await typesOf(frame)).toEqual(await typesOf(statement));
  expect(comparable(await frame.toObjects(), false)).toEqual(expected);
  await (statement.on("daft") as Frame).explain();
});

/** Whether it is computed for each row. */
async function isOfRows(text: string): Promise<boolean> {
  const rows = await folder
    .read("t")
    .sql(`SELECT ${text} AS v FROM t`, [])
    .toObjects()
    .catch(() => []);
  return rows.length > 1;
}
