/** Statements that have no steps for Daft: each is refused with what to do, and that works. */
import { afterAll, beforeAll, expect, test } from "vitest";
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

interface Refused {
  readonly text: string;
  readonly part: string;
  /** What to write, in words, and so written. */
  readonly instead?: readonly [words: string, text: string];
}

const refused: readonly Refused[] = [
  { text: "SELECT round(x, 1) AS v FROM t", part: "the function round()" },
  { text: "SELECT ok, median(n) AS v FROM t GROUP BY ok", part: "the aggregate median()" },
  { text: "SELECT string_agg(Word ORDER BY id) AS v FROM t", part: "the aggregate string_agg()" },
  { text: "SELECT id, random() < 2 AS v FROM t", part: "the function random()" },
  { text: "SELECT 1 AS one", part: "a statement that reads no table" },
  { text: "VALUES (1)", part: "a statement that reads no table" },
  { text: "SELECT * FROM range(3)", part: "a statement that reads no table" },
  { text: "SELECT id, day + INTERVAL 1 MONTH AS v FROM t", part: "an INTERVAL next to a column" },
  { text: "SELECT id, moment - INTERVAL 2 DAY AS v FROM t", part: "an INTERVAL next to a column" },
  { text: "SELECT a.id FROM t a ASOF JOIN t b ON a.id >= b.id", part: "an ASOF JOIN" },
  { text: "SELECT id, price::VARCHAR AS v FROM t", part: "CAST(price AS VARCHAR)" },
  {
    text: "SELECT a.id FROM (SELECT id FROM t) a NATURAL JOIN (SELECT id, n FROM t) b",
    part: "a NATURAL JOIN",
    instead: ["USING (id)", "SELECT a.id FROM (SELECT id FROM t) a JOIN (SELECT id, n FROM t) b USING (id)"],
  },
  {
    text: "SELECT id FROM t WHERE (n, tiny) = (7, 100)",
    part: "a row of values",
    instead: ["compare each of them", "SELECT id FROM t WHERE n = 7 AND tiny = 100"],
  },
  {
    text: "SELECT id FROM t WHERE day > '2022-1-8'",
    part: "'2022-1-8' with a date",
    instead: ["DATE '2024-02-29'", "SELECT id FROM t WHERE day > DATE '2022-01-08'"],
  },
  {
    text: "SELECT id FROM t WHERE n = '3.2'",
    part: "'3.2' with a whole number",
    instead: ["a whole number, as in 3", "SELECT id FROM t WHERE n = 3"],
  },
  {
    text: "SELECT id, f + 1 AS v FROM t WHERE f = 1.5",
    part: "f + 1",
    instead: ["cast it to DOUBLE", "SELECT id, f::DOUBLE + 1 AS v FROM t WHERE f = 1.5"],
  },
  {
    text: "SELECT sum(DISTINCT n) AS v FROM t",
    part: "sum(DISTINCT",
    instead: ["SELECT DISTINCT", "SELECT sum(n) AS v FROM (SELECT DISTINCT n FROM t)"],
  },
  {
    text: "SELECT DISTINCT ON (n) id FROM t ORDER BY n, id",
    part: "DISTINCT ON",
    instead: [
      "QUALIFY row_number()",
      "SELECT id FROM t QUALIFY row_number() OVER (PARTITION BY n ORDER BY id) = 1",
    ],
  },
];

test.each(refused)("$text", async ({ text, part, instead }) => {
  const statement = folder.read("t").sql(text, []) as unknown as Frame;
  const error = await (statement.on("daft") as Frame).explain().catch((thrown: Error) => thrown);
  const { message } = error as Error;
  expect(message).toMatch(/^Cannot run SQL on Daft: .*; (?:.*, or )?run the statement with \.on\("here"\)$/);
  expect(message).toContain(part);
  expect(message).not.toContain("frame's methods");
  const rows = await (statement.on("daft").on("here") as Frame).toObjects();
  if (instead === undefined) {
    expect(message).toMatch(/steps of a plan; run/);
    return;
  }
  expect(message).toContain(instead[0]);
  const { reason, frame } = await translateFrame(folder.read("t").sql(instead[1], []) as unknown as Frame);
  expect(reason).toBeUndefined();
  expect(comparable(await frame.toObjects(), false)).toEqual(comparable(rows, false));
});
