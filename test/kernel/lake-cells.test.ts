/** The kernel with its real helpers, as Jupyter starts it: what a cell says when it is given bad input. */
import { resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({
    entry: resolve(import.meta.dirname, "../../dist/run-kernel.js"),
    environment: { DLF_LANCE_DATA: "lake" },
  });
  const { error } = await kernel.execute(
    'const lake = await connect();\nawait lake.createTable("default.orders", [{ id: 1, note: "a" }]);',
  );
  expect(error).toBeUndefined();
}, 120_000);

afterAll(() => kernel.stop());

test("the helpers are in scope with their types, without an import", async () => {
  expect((await kernel.execute('await read("default.orders").toObjects()')).result?.["text/plain"]).toMatch(
    /│ bigint │ string │[\s\S]*│ {6}1 │ a {6}│/,
  );
  const { error } = await kernel.execute("read(5)");
  expect(error?.ename).toBe("TypeScriptError");
  expect(error?.evalue).toContain("pass the name of a table");
});

test.each([
  ["a table", 'read("default.missing" as string)', "TableNotFound", "default.missing"],
  ["a file", 'readFile("missing.csv")', "InvalidInput", "missing.csv"],
])(
  "a last line that is a frame over %s that is not there fails the cell",
  async (_name, code, ename, place) => {
    const { error, reply, result, stderr } = await kernel.execute(
      `import { readFile } from "dlf-lance";\n${code}`,
    );
    expect(reply.content).toMatchObject({ status: "error", ename });
    expect(error?.evalue).toContain(place);
    expect(error?.traceback.slice(1)).toEqual([
      expect.stringMatching(/^ {2}cell \d+, line 2$/),
      `    ${code}`,
      expect.stringMatching(/^ {4}\^$/),
    ]);
    expect({ result, stderr }).toEqual({ result: undefined, stderr: "" });
  },
);

test("the keys that readFile is given are known from the call on, also from one that is refused", async () => {
  const halves = (first: string, second: string) => `${JSON.stringify(first)} + ${JSON.stringify(second)}`;
  await kernel.execute(
    `import { readFile } from "dlf-lance";
    const keySecret = ${halves("Zq8vRt2mLw8x", "TpB1eJ6hYsQd")}; const token = ${halves("CAISn5Wc0Zk3", "yGu9aPfXjHb2")};
    const login = { endpoint: "127.0.0.1:1", accessKeyId: "LTAI5tFakeKeyOfNobody", accessKeySecret: keySecret };
    const orders = readFile("oss://bucket/a.csv", { oss: login });
    try { readFile("bucket/a.csv", { oss: { ...login, securityToken: token } }) } catch {}`,
  );
  const { stdout, result } = await kernel.execute(
    "console.log(keySecret, token); [keySecret, token].join(' ')",
  );
  expect(stdout).toBe("<redacted> <redacted>\n");
  expect(result).toEqual({ "text/plain": "<redacted> <redacted>" });
});

test.each([
  [
    "an unknown table",
    'await describe("default.order")',
    "TableNotFound",
    /default\.order:.*did you mean default\.orders/,
  ],
  ["an unknown namespace", 'await describe("sale.orders")', "NamespaceNotFound", /sale/],
  ["a malformed name", 'read("orders")', "InvalidInput", /"orders".*"database\.table"/],
  [
    "a table that exists",
    'await lake.createTable("default.orders", [{ x: 1 }])',
    "TableAlreadyExists",
    /default\.orders/,
  ],
  [
    "a row that does not fit",
    'await append("default.orders" as string, [{ id: 2 }, { id: "three" }])',
    "TableSchemaValidationError",
    /row 2, column id: "three" is not a number; the column is int64; .*Nothing was written/,
  ],
  [
    "a column that is not there",
    'await read("default.orders" as string).select("ID").collect()',
    "TableColumnNotFound",
    /ID.*id/,
  ],
  [
    "a wrong secret",
    [
      'import { readFileSync } from "node:fs";',
      'const keys = JSON.parse(readFileSync("lake/keys.json", "utf8"));',
      "await connect({ uri: lakeUri, warehouse: 'lake', 'token.provider': 'dlf', 'dlf.region': 'cn-local',",
      "  'dlf.access-key-id': keys.accessKeyId, 'dlf.access-key-secret': 'certainly-not-the-secret' });",
    ].join("\n"),
    "Unauthenticated",
    /signature/i,
  ],
])("%s is one clear error in the cell, and the kernel lives on", async (_, code, name, message) => {
  await kernel.execute("const lakeUri = 'http://' + /at (\\S+)/.exec(lake.namespaceId())?.[1];");
  const { error, published } = await kernel.execute(code);
  expect(published.filter(({ type }) => type === "error")).toHaveLength(1);
  expect(error?.ename).toBe(name);
  expect(error?.evalue).toMatch(message);
  expect((await kernel.execute("1 + 1")).result).toEqual({ "text/plain": "2" });
});

test("none of these left anything half-made", async () => {
  const code = '[await lake.listTables("default"), (await describe("default.orders")).version]';
  expect((await kernel.execute(code)).result?.["text/plain"]).toBe("[ [ 'orders' ], 1 ]");
});

test("an interrupted scan ends the cell with Interrupted", async () => {
  await kernel.execute(
    'await append("default.orders", { id: Array.from({ length: 200_000 }, (_, i) => i), note: Array.from({ length: 200_000 }, () => "n") });',
  );
  const running = kernel.execute('for (;;) { await read("default.orders").collect(); console.log("read"); }');
  await kernel.until(({ content }) => String(content.text).startsWith("read\n"));
  await kernel.request("interrupt_request", {}, "control");
  const { error } = await running;
  expect(error?.ename).toMatch(/Interrupted/);
});

test.each([
  'read("default.orders").toObjects()',
  'lake.listTables("default")',
  'append("default.orders", [{ id: 2, note: "b" }])',
  "Promise.resolve(5)",
])("a promise as the result says that await is missing: %s", async (code) => {
  const { result } = await kernel.execute(code);
  expect(result?.["text/plain"]).toMatch(
    /^Promise \{[\s\S]*\nThis is a promise of a value: put await in front/,
  );
});

test.each([
  [
    '[1, 2].map(() => lake.listTables("default"))',
    /These are promises of values: put await Promise\.all\(…\) around/,
  ],
  ['({ tables: lake.listTables("default") })', /tables is a promise of a value: put await in front/],
])("promises in the result say that await is missing: %s", async (code, told) => {
  expect((await kernel.execute(code)).result?.["text/plain"]).toMatch(told);
});

test.each([
  ["append", 'append("default.orders" as string, [{ id: "x" }]);', "TableSchemaValidationError", "append"],
  [
    "createTable",
    'lake.createTable("default.orders", [{ id: 1 }]);',
    "TableAlreadyExists",
    "lake.createTable",
  ],
  [
    "an edit",
    'lake.table("default.orders" as string).delete("nothing > 1");',
    "InvalidInput|TableColumn",
    "lake",
  ],
  ["a frame", 'read("default.orders").write("default.orders");', "TableAlreadyExists", "read"],
  ["the catalog", 'lake.dropTable("default.none");', "TableNotFound", "lake.dropTable"],
])(
  "a write that nobody awaits says in its cell, with the line, that it failed: %s",
  async (_, code, name, start) => {
    const id = await kernel.send("execute_request", {
      code: `const before = 1;\n${code}\n"done"`,
      silent: false,
      store_history: true,
      user_expressions: {},
      allow_stdin: false,
      stop_on_error: true,
    });
    await kernel.reply(id);
    const said = () =>
      kernel.published
        .filter(({ parentId, type }) => parentId === id && (type === "stream" || type === "error"))
        .map(({ text }) => text)
        .join("\n");
    await expect
      .poll(said, { timeout: 10_000 })
      .toContain("Nothing awaited this promise: put await in front");
    expect(said()).toMatch(new RegExp(`(${name})[\\s\\S]*cell \\d+, line 2[\\s\\S]*${start}`));
  },
);

test("a write that a later cell awaits is said to have failed once, and Node adds no warning", async () => {
  await kernel.execute(
    'const late = append("default.orders" as string, [{ id: "x" }]);\nawait new Promise((done) => setTimeout(done, 1_000));',
  );
  const { stderr, result } = await kernel.execute("await late.catch((error) => error.code);");
  expect(result?.["text/plain"]).toContain("TableSchemaValidationError");
  await kernel.execute("await new Promise((done) => setTimeout(done, 100));");
  const all = kernel.published.map(({ text }) => text).join("\n");
  expect(stderr + all).not.toContain("PromiseRejectionHandledWarning");
});
