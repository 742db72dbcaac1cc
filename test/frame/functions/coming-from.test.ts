/** docs/coming-from.md is what the functions are: npm test -- coming-from -u writes it again. */
import { spawnSync } from "node:child_process";
import { join, resolve } from "node:path";
import { expect, inject, test } from "vitest";
import type { ExpressionNode } from "../../../src/frame/expression/expression-node.ts";
import { holds, operandsOf } from "../../../src/frame/expression/expression-parts.ts";
import { aggregateFunctions } from "../../../src/frame/functions/aggregate-functions.ts";
import { scalarFunctions } from "../../../src/frame/functions/scalar-functions.ts";
import * as api from "../../../src/index.ts";
import { comingFromPage, differences, sections } from "./coming-from.ts";

const frame = api.fromRows([{ x: 1, y: "a" }]);
const rows = Object.values(sections).flat();

function evaluate(code: string): unknown {
  return new Function(...Object.keys(api), "frame", `return (${code});`)(...Object.values(api), frame);
}

test.each(rows.map(([ours]) => ours))("%s can be written", (code) => {
  const value = evaluate(code);
  expect(value instanceof api.Expression || value instanceof api.Frame).toBe(true);
});

test("every function of the tables has its line", () => {
  const named = new Set<string>();
  const visit = (node: ExpressionNode): void => {
    if (node.node === "call" || node.node === "aggregate") named.add(node.function);
    for (const operand of operandsOf(node)) visit(operand);
  };
  for (const [ours] of rows) {
    const value = evaluate(ours);
    if (value instanceof api.Expression) visit(value.node);
  }
  expect([...scalarFunctions, ...aggregateFunctions].filter((name) => !named.has(name))).toEqual([]);
});

interface Answers {
  readonly language: "pandas" | "sql";
  /** An Arrow IPC stream in base64. */
  readonly rows: string;
  /** Of each expression its values, or the text of its error. */
  readonly values: readonly (readonly unknown[] | string)[];
}

/** Of each of these expressions its values over the rows, or the text of its error. */
async function evaluateAll(expressions: readonly string[], rows: Uint8Array): Promise<readonly unknown[]> {
  const over = api.fromRows(rows) as api.Frame;
  const found: unknown[] = [];
  const [each, all]: [api.Expression[], api.Expression[]] = [[], []];
  for (const [index, code] of expressions.entries()) {
    const value = (evaluate(code) as api.Expression).as(`${index}`);
    const isAggregate = holds(value.node, "aggregate") && !holds(value.node, "window");
    const make = (values: readonly api.Expression[]) =>
      isAggregate ? over.agg(...(values as never[])) : over.select(...values);
    try {
      await make([value]).schema();
      (isAggregate ? all : each).push(value);
    } catch (error) {
      found[index] = String(error);
    }
  }
  for (const frame of [over.select(...each), over.agg(...(all as never[]))] as api.Frame[]) {
    const objects = await frame.toObjects();
    for (const name of Object.keys(objects[0] ?? {})) found[Number(name)] = objects.map((row) => row[name]);
  }
  return found;
}

function nameCell(ours: string, language: string, theirs: string | undefined): string {
  return `${ours} | ${language} ${theirs}`;
}

function isSame(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours) && Array.isArray(theirs))
    return ours.length === theirs.length && ours.every((item, index) => isSame(item, theirs[index]));
  if (ours instanceof Date) return isSame(ours.toISOString(), theirs);
  if (ours instanceof Uint8Array) return Buffer.from(ours).toString("hex") === theirs;
  if (typeof ours === "bigint") return isSame(Number(ours), theirs);
  if (typeof ours === "number" && Number.isNaN(ours)) return theirs === null;
  if (typeof ours === "number" && typeof theirs === "number")
    return Math.abs(ours - theirs) <= 1e-9 * Math.abs(theirs);
  if (typeof ours === "string" && typeof theirs === "string") return plainTime(ours) === plainTime(theirs);
  if (typeof ours === "object" && ours !== null && typeof theirs === "object" && theirs !== null)
    return Object.entries(ours).every(([name, value]) => isSame(value, Reflect.get(theirs, name)));
  return ours === theirs;
}

function plainTime(text: string): string {
  return text
    .replace(/(\d)T(?=\d)/, "$1 ")
    .replace(/(?:Z|\+00:00)$/, "")
    .replace(/(?:\.0+)?$/, "")
    .replace(/ 00:00:00$/, "");
}

test("what the page says for pandas and SQL gives what ours gives, but where it says so", async () => {
  const cells = (at: number) =>
    rows
      .filter((row) => evaluate(row[0]) instanceof api.Expression && row[at] && !row[at].includes("…"))
      .map((row) => ({ ours: row[0], theirs: row[at] }));
  const asked = { pandas: cells(3), sql: cells(4) };
  const input = JSON.stringify(asked, (_, value) => value?.theirs ?? value);
  const { stdout, stderr } = spawnSync(inject("testPython"), [join(import.meta.dirname, "coming_from.py")], {
    input,
    encoding: "utf8",
  });
  expect(stdout, stderr).not.toBe("");
  const same = new Set<string>();
  const other = new Map<string, unknown>();
  for (const { language, rows, values } of JSON.parse(stdout) as readonly Answers[]) {
    // Those that the first table of the language has not shown to be the same: some are of whole numbers alone.
    const listed = asked[language]
      .map((each, index) => ({ ...each, index }))
      .filter(({ ours, theirs }) => !same.has(nameCell(ours, language, theirs)));
    const found = await evaluateAll(
      listed.map(({ ours }) => ours),
      Buffer.from(rows, "base64"),
    );
    for (const [at, { ours, theirs, index }] of listed.entries()) {
      const cell = nameCell(ours, language, theirs);
      if (isSame(found[at], values[index])) same.add(cell);
      else if (!(ours in differences)) other.set(cell, [found[at], values[index]]);
    }
  }
  expect([...other].filter(([cell]) => !same.has(cell))).toEqual([]);
  expect(same.size).toBeGreaterThan(250);
});

test("the page is up to date", async () => {
  const page = join(resolve(import.meta.dirname, "../../.."), "docs/coming-from.md");
  await expect(comingFromPage()).toMatchFileSnapshot(page);
});
