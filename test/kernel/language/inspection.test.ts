import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startChecker } from "../../../src/kernel/language/start-checker.ts";
import { analyseCell } from "../../../src/kernel/source/cell-source.ts";

const folder = mkdtempSync(join(tmpdir(), "dlf-lance-inspection-"));
let checker: ReturnType<typeof startChecker>;

beforeAll(async () => {
  checker = startChecker(folder, {
    module: "dlf-lance",
    types: resolve(import.meta.dirname, "../../../dist/index.d.ts"),
    names: ["connect", "read"],
    declarations: "",
  });
  const cell = analyseCell(`
    const lake = await connect(); let limit = 3; const row = { "unit price": 1, price: 2 };
    interface Part { /** In {@link Meter}. */ width?: number; height?: number }
    const part: { inner?: Part } = {};
    /**
     * Adds, as {@link limit} says; see {@link https://example.com the page}.
     *
     * @param left the one
     * @param right the other
     * @returns the sum
     * @example
     * add(1, 2)
     */
    function add(left: number, right = 2): number { return left + right }
    function over(a: string): string; function over(a: number): number; function over(a: any) { return a }`);
  expect(await checker.check(1, cell)).toEqual([]);
  checker.keep(1, cell.names.keys());
});

afterAll(() => {
  checker.close();
  rmSync(folder, { recursive: true, force: true });
});

/** `|` is the cursor. */
function at(code: string): [string, number] {
  const offset = code.indexOf("|");
  return [code.replace("|", ""), offset];
}

async function matchesAt(code: string): Promise<string[]> {
  return (await checker.complete(...at(code))).matches.map(({ text }) => text);
}

test.each([
  ["la|ke", "const lake: Connection"],
  ["lake|", "const lake: Connection"],
  ["limit|", "let limit: number"],
  [
    "lake.table|",
    "(method) Connection.table<const N extends TableName<types.DeclaredTableName>>(table: N): LakeTable<ColumnsOf<N>>",
  ],
  ["const fresh = 3;\nfre|sh", "const fresh: 3"],
  ["add(li|mit)", "let limit: number"],
  ["type P = Par|t", "interface Part"],
])("%s", async (code, signature) => {
  const found = await checker.inspect(...at(code));
  expect(found?.text.split("\n")[0]).toBe(signature);
  expect(found?.markdown.split("\n").slice(0, 2)).toEqual(["```typescript", signature]);
});

test("documentation comes with its tags and links rendered, on the name and inside the call", async () => {
  const onName = await checker.inspect(...at("ad|d(1)"));
  const inCall = await checker.inspect(...at("add(1, |)"));
  expect(onName?.text).toMatch(
    /^function add\(left: number, right\?: number\): number\nAdds, as limit says; see the page\./,
  );
  expect(inCall?.text).toMatch(/^add\(left: number, right\?: number\): number\n\nAdds, as limit says/);
  for (const found of [onName, inCall]) {
    expect(found?.text).toMatch(/^@param `left` — the one$/m);
    expect(found?.markdown).toMatch(/^\*@param\* `left` — the one$/m);
    expect(found?.markdown).not.toMatch(/\{@link/);
    expect(found?.text).not.toMatch(/\{@link|```|\*@/);
  }
  expect((await checker.inspect(...at("over(|")))?.text).toBe("over(a: string): string (+1 overload)");
  expect((await checker.inspect(...at("read(|")))?.text).toMatch(/^read\(table: TableName/);
});

test.each(["  |", "// wor|ds", "no|thing", "1|2"])("nothing to say: %s", async (code) => {
  expect(await checker.inspect(...at(code))).toBeUndefined();
});

test("completes members, names of every scope, keywords and what a broken text leaves", async () => {
  expect(await matchesAt("lake.tableE|")).toEqual(["tableExists"]);
  expect(await matchesAt("const lakeside = 1; lak|")).toEqual(["lake", "lakeside"]);
  expect(await matchesAt("conn|")).toEqual(["connect"]);
  expect(await matchesAt("awai|")).toEqual(["await"]);
  expect(await matchesAt("add(1, Math.hyp|")).toEqual(["hypot"]);
  expect(await matchesAt("if (limit.toFi|")).toEqual(["toFixed"]);
  expect(await matchesAt("console.lo|")).toEqual(["log"]);
  expect(await matchesAt("const lake = 'text'; lake.toUpper|")).toEqual(["toUpperCase"]);
  expect(await matchesAt("import lake from 'node:path'; lake.basen|")).toEqual(["basename"]);
  expect(await matchesAt("connect({ warehou|")).toEqual(["warehouse"]);
  expect(await matchesAt("/* lak|")).toEqual([]);
  expect(await matchesAt("'lak|'")).toEqual([]);
  expect(await matchesAt("lake.tableE|;\nmore()")).toEqual(["tableExists"]);
});

test("replaces what is typed, whatever stands before it", async () => {
  const wide = await checker.complete(...at('"🦀🦀"; lake.ta|'));
  expect(wide).toMatchObject({ start: 13, end: 15 });
  expect(await checker.complete(...at("part.inner.|"))).toEqual({
    start: 10,
    end: 11,
    matches: [
      { text: "?.height", kind: "property" },
      { text: "?.width", kind: "property" },
    ],
  });
  // What would replace the dot cannot stand beside what would not.
  expect(await matchesAt("row.|")).toEqual(["price"]);
  expect(await matchesAt("row['u|'")).toEqual(["unit price"]);
  expect(await checker.complete("", 0)).toMatchObject({ start: 0, end: 0 });
});

test("a draft leaves no trace in what is checked", async () => {
  await checker.complete("declare global { var draftOnly: number } draftOnl", 49);
  expect((await checker.check(2, analyseCell("draftOnly"))).map(({ code }) => code)).toEqual([2304]);
});

test("questions asked at once are each answered", async () => {
  const answers = await Promise.all(
    ["lake.tableE", "limit.toFix", "console.lo", "lake.tableE"].map((code) => matchesAt(`${code}|`)),
  );
  expect(answers).toEqual([["tableExists"], ["toFixed"], ["log"], ["tableExists"]]);
  const stop = new AbortController();
  const asked = checker.complete("lake.", 5, stop.signal);
  stop.abort(new Error("typed on"));
  await expect(asked).rejects.toThrow("typed on");
  expect(await matchesAt("lake.tableE|")).toEqual(["tableExists"]);
});
