/** A real kernel process: what cells give back. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({ transport: "tcp" });
});

afterAll(() => kernel.stop());

test("answers kernel_info before the compiler is loaded", async () => {
  const { content } = await kernel.request("kernel_info_request", {});
  expect(content).toMatchObject({
    status: "ok",
    protocol_version: "5.4",
    implementation: "dlf-lance",
    language_info: { name: "typescript", version: "7.0.2", file_extension: ".ts" },
  });
});

test("echoes heartbeats, and ignores messages that are wrongly signed", async () => {
  expect(await kernel.heartbeat("ping")).toBe("ping");
  const header = JSON.stringify({ msg_id: "forged", msg_type: "execute_request", session: "x" });
  await kernel.sendRaw(["<IDS|MSG>", "0".repeat(64), header, "{}", "{}", '{"code":"console.log(1)"}']);
  await kernel.sendRaw(["not a message"]);
  await kernel.execute("1");
  expect(kernel.published.filter((message) => message.parentId === "forged")).toEqual([]);
  expect(kernel.terminal()).toMatch(/wrongly signed message on shell was ignored/);
});

test("publishes busy, the input, the output, the result and idle, in this order", async () => {
  const { published, reply, result } = await kernel.execute("console.log('a'); console.error('b'); 6 * 7");
  expect(published.map((message) => message.content.execution_state ?? message.type)).toEqual([
    "busy",
    "execute_input",
    "stream",
    "stream",
    "execute_result",
    "idle",
  ]);
  expect(result).toEqual({ "text/plain": "42" });
  expect(reply.content).toMatchObject({ status: "ok", payload: [], user_expressions: {} });
});

test("loads the prelude once, while the kernel starts", async () => {
  const countLoads = async () =>
    (await kernel.execute("(globalThis as { preludeLoads?: number }).preludeLoads ?? 0")).result;
  await expect.poll(countLoads).toEqual({ "text/plain": "1" });
  const first = await kernel.execute("greet('Ann')");
  expect(first.result).toEqual({ "text/plain": "Hello, Ann!" });
  const again = await kernel.execute("import { greet as sayHello } from 'test-prelude'; sayHello('Bob')");
  expect(again.result).toEqual({ "text/plain": "Hello, Bob!" });
  expect(await countLoads()).toEqual({ "text/plain": "1" });
});

test("a cell that fails keeps what it has assigned, and the rest is as it was before", async () => {
  await kernel.execute("const old = 1; const redone = 'first'; function again() { return 'one' }");
  const failed = await kernel.execute(
    "const [made, rows] = ['made', [1, 2]]; interface Row { n: number } rows.push(3);\n" +
      "function helper() { return rows.length }\n" +
      "if (rows.length > 2) throw new Error('half way');\n" +
      "const redone = 2; const greet = 3; const missing: Row = { n: 4 }; class Late {}",
  );
  expect(failed.error?.evalue).toBe("half way");
  const kept = await kernel.execute(
    "const row: Row = { n: 5 }; [made, rows, helper(), row, old, redone.length, again(), greet('you')]",
  );
  expect(kept.error).toBeUndefined();
  expect(kept.result?.["text/plain"]).toBe(
    "[ 'made', [ 1, 2, 3 ], 3, { n: 5 }, 1, 5, 'one', 'Hello, you!' ]",
  );
  const { error } = await kernel.execute("missing; new Late()");
  expect(error?.traceback.join("\n")).toMatch(/Cannot find name 'missing'[\s\S]*Cannot find name 'Late'/);
});

test("lets a cell redeclare names, also those of the prelude", async () => {
  await kernel.execute("const n = 1;");
  expect((await kernel.execute("const n = 'now text'; n.toUpperCase()")).result).toEqual({
    "text/plain": "NOW TEXT",
  });
  await kernel.execute("const remember = 5;");
  expect((await kernel.execute("remember + 1")).result).toEqual({ "text/plain": "6" });
  const back = await kernel.execute("import { remember } from 'test-prelude'; typeof remember");
  expect(back.result).toEqual({ "text/plain": "function" });
});

test("keeps what is declared without a type for later cells, and checks it strictly", async () => {
  expect((await kernel.execute("const list = []; let later;")).error).toBeUndefined();
  expect((await kernel.execute("list.push(1); later = list; later")).result).toEqual({
    "text/plain": "[ 1 ]",
  });
  const { error } = await kernel.execute("const maybe: { a?: number } = {};\nmaybe.a.toFixed()");
  expect(error?.evalue).toBe("'maybe.a' is possibly 'undefined'. (line 2, TS18048)");
});

test("finds earlier names in every position, also in shorthand properties", async () => {
  await kernel.execute("let left = 1; let right = 2; const point = { left };");
  const { result, error } = await kernel.execute(
    "import { greet as call } from 'test-prelude';\n({ left, right = 7 } = { left: 5 } as { left: number; right?: number });\n({ point, left, right, call: typeof call, greet, list: [{ left }] })",
  );
  expect(error).toBeUndefined();
  expect(result?.["text/plain"]).toMatch(
    /point: \{ left: 1 \},\s+left: 5,\s+right: 7,\s+call: 'function',\s+greet: \[Function: greet\],\s+list: \[ \{ left: 5 \} \]/,
  );
});

test("knows the library of this Node, and leaves its names alone", async () => {
  const { result, error } = await kernel.execute(
    "const parity = Object.groupBy([3, 1, 2], (n) => (n % 2 ? 'odd' : 'even'));\n[...new Set(parity.odd).union(new Set([9]))].toSorted()",
  );
  expect(error).toBeUndefined();
  expect(result).toEqual({ "text/plain": "[ 1, 3, 9 ]" });
});

test("tells a type error with its code, line and place, and runs nothing", async () => {
  const { error, stdout, reply } = await kernel.execute(
    "console.log('ran');\nconst count: number = 'many';\nconst pair: [number] = [1, 2];",
  );
  expect(stdout).toBe("");
  expect(error?.ename).toBe("TypeScriptError");
  expect(error?.evalue).toBe("Type 'string' is not assignable to type 'number'. (line 2, TS2322)");
  const cell = `cell ${String(reply.content.execution_count)}`;
  expect(error?.traceback).toEqual([
    "TypeScriptError: Type 'string' is not assignable to type 'number'. (TS2322)",
    `  ${cell}, line 2`,
    "    const count: number = 'many';",
    "          ^^^^^",
    "TypeScriptError: Type '[number, number]' is not assignable to type '[number]'.\n" +
      "  Source has 2 element(s) but target allows only 1. (TS2322)",
    `  ${cell}, line 3`,
    "    const pair: [number] = [1, 2];",
    "          ^^^^",
  ]);
  expect(reply.content).toMatchObject({ status: "error", ename: "TypeScriptError", evalue: error?.evalue });
});

test("traces an error through cells to the lines they were written in", async () => {
  const defined = await kernel.execute(
    "interface Count { n: number }\n\nfunction down(c: Count): number {\n  if (c.n === 0) throw new RangeError('bottom', { cause: 'rock' });\n  return down({ n: c.n - 1 });\n}",
  );
  const thrown = await kernel.execute("\nawait null;\ndown({ n: 1 })");
  const first = `cell ${String(defined.reply.content.execution_count)}`;
  const second = `cell ${String(thrown.reply.content.execution_count)}`;
  expect(thrown.error).toEqual({
    ename: "RangeError",
    evalue: "bottom",
    traceback: [
      "RangeError: bottom",
      `  ${first}, line 4, in down`,
      "      if (c.n === 0) throw new RangeError('bottom', { cause: 'rock' });",
      "                           ^",
      `  ${first}, line 5, in down`,
      "      return down({ n: c.n - 1 });",
      "             ^",
      `  ${second}, line 3`,
      "    down({ n: 1 })",
      "    ^",
      "Caused by: 'rock'",
    ],
  });
});

test("survives values that can not be shown", async () => {
  const hostile = await kernel.execute("throw { name: 'Odd', get message() { throw new Error('no') } }");
  expect(hostile.error?.ename).toBe("ThrownValue");
  const broken = await kernel.execute(
    "({ [Symbol.for('Jupyter.display')]() { throw new Error('broken renderer') } })",
  );
  expect(broken.reply.content.status).toBe("ok");
  expect(broken.stderr).toContain("Cannot display the result: Error: broken renderer");
  expect(broken.result).toHaveProperty("text/plain");
  const cyclic = await kernel.execute(
    "const loop: { self?: unknown } = {}; loop.self = loop;\nawait display({ 'application/json': loop }, { raw: true }); 'after'",
  );
  expect(cyclic.stderr).toContain("Cannot display a value: TypeError: Converting circular structure");
  expect(cyclic.result).toEqual({ "text/plain": "after" });
});

const revoked = "const gone = Proxy.revocable(new Error('x') as any, {}); gone.revoke();\n";
const trapped =
  "const trap = () => { throw trapped }; const trapped: any = new Proxy(new Error('x'), { get: trap, has: trap, getPrototypeOf: trap, ownKeys: trap, getOwnPropertyDescriptor: trap });\n";

test.each([
  ["a revoked proxy", `${revoked}`, "gone.proxy"],
  ["a proxy whose traps throw", trapped, "trapped"],
])("a cell that throws, awaits, returns or prints %s ends", async (_name, setUp, value) => {
  for (const code of [
    `throw ${value}`,
    `await Promise.reject(${value})`,
    `await null; throw ${value}`,
    `throw new Error("outer", { cause: ${value} })`,
    `throw new AggregateError([${value}], "many")`,
    `void Promise.reject(${value}); await new Promise((done) => setTimeout(done, 20))`,
    `setTimeout(() => { throw ${value} }); await new Promise((done) => setTimeout(done, 20))`,
    `({ [Symbol.for("Jupyter.display")]() { throw ${value} } })`,
  ]) {
    const { error, stderr, reply } = await kernel.execute(setUp + code);
    if (reply.content.status === "ok") expect(stderr).toContain("Cannot display the result: ");
    else expect(error?.ename).toMatch(/^(ThrownValue|Error|AggregateError)$/);
  }
  const shown = await kernel.execute(`${setUp}console.log(${value}); display(${value}); ${value}`);
  expect(shown.reply.content.status).toBe("ok");
  expect(shown.stdout).not.toBe("");
  expect(shown.result?.["text/plain"]).toMatch(/Revoked Proxy|Error: x/);
  expect((await kernel.execute("6 * 7")).result).toEqual({ "text/plain": "42" });
});

test("asks a value how it is shown, and waits for the answer", async () => {
  const { result } = await kernel.execute(
    "class Chart { async [Symbol.for('Jupyter.display')]() { return { 'text/plain': 'chart', 'text/html': '<b>chart</b>' } } }\nnew Chart()",
  );
  expect(result).toEqual({ "text/plain": "chart", "text/html": "<b>chart</b>" });
});

test("shows Arrow tables as tables, from a folder without any package", async () => {
  const { result, error } = await kernel.execute(
    "import { tableFromArrays } from 'apache-arrow';\ntableFromArrays({ f0: [201, 202] })",
  );
  expect(error).toBeUndefined();
  expect(String(result?.["text/html"])).toContain("201");
});

test("displays, updates and clears", async () => {
  const { published } = await kernel.execute(
    "await display('one', { display_id: 'entry' });\nawait display('two', { display_id: 'entry', update: true });\nclearOutput(true);\ndisplay({ 'text/html': '<i>x</i>' }, { raw: true })",
  );
  const shown = published.filter((message) => /display|clear/.test(message.type));
  expect(shown.map(({ type, content }) => [type, content])).toEqual([
    ["display_data", { data: { "text/plain": "one" }, metadata: {}, transient: { display_id: "entry" } }],
    [
      "update_display_data",
      { data: { "text/plain": "two" }, metadata: {}, transient: { display_id: "entry" } },
    ],
    ["clear_output", { wait: true }],
    ["display_data", { data: { "text/html": "<i>x</i>" }, metadata: {}, transient: {} }],
  ]);
  expect(published.some((message) => message.type === "execute_result")).toBe(false);
});

test("keeps displays that nobody awaits in the order of their calls, also among printed text", async () => {
  const { published } = await kernel.execute(
    "const later = (text: string, after: Promise<unknown>) => ({ [Symbol.for('Jupyter.display')]: () => after.then(() => ({ 'text/plain': text })) });\n" +
      "const [slow, quick] = [1, 2].map(() => Promise.withResolvers<void>());\n" +
      "display(later('first', slow!.promise)); display(later('second', quick!.promise)); console.log('third');\n" +
      "display('fourth'); display(later('fifth', Promise.resolve())); quick!.resolve(); setTimeout(slow!.resolve, 20); void 0",
  );
  const entries: { text: unknown; id?: unknown }[] = [];
  for (const { type, content } of published) {
    const { data, transient, text } = content as Record<string, Record<string, string>>;
    const id = transient?.display_id;
    if (type === "stream") entries.push({ text });
    if (type === "display_data") entries.push({ text: data?.["text/plain"], id });
    const shown = entries.find((entry) => entry.id !== undefined && entry.id === id);
    if (type === "update_display_data" && shown !== undefined) shown.text = data?.["text/plain"];
  }
  expect(entries.map(({ text }) => text)).toEqual(["first", "second", "third\n", "fourth", "fifth"]);
});

test("shows what tslab's own display shows", async () => {
  const { published } = await kernel.execute(
    "import * as tslab from 'tslab'; tslab.display.html('<b>x</b>')",
  );
  const { content } = published.find((message) => message.type === "display_data") ?? {};
  expect(content).toEqual({ data: { "text/html": "<b>x</b>" }, metadata: {}, transient: {} });
});

test("keeps displays and printed text in order", async () => {
  const { published } = await kernel.execute("console.log(1); display('d'); console.log(2); display('e');");
  const order = published.flatMap(({ type, content }) => {
    if (type === "stream") return [content.text];
    return type === "display_data" ? [(content.data as Record<string, string>)["text/plain"]] : [];
  });
  expect(order).toEqual(["1\n", "d", "2\n", "e"]);
});

test("delivers every printed line before the cell is done", async () => {
  const lines = sizes.printedLines;
  const { stdout } = await kernel.execute(`for (let i = 0; i < ${lines}; i++) console.log("line " + i)`);
  const expected = Array.from({ length: lines }, (_, index) => `line ${index}\n`).join("");
  expect(stdout === expected).toBe(true);
});

test("delivers output that comes while the cell waits, and after it is done", async () => {
  const { stdout } = await kernel.execute(
    "for (let i = 0; i < 3; i++) { console.log(i); await new Promise((done) => setTimeout(done, 80)) }\nsetTimeout(() => console.log('afterwards'), 50); undefined",
  );
  expect(stdout).toBe("0\n1\n2\n");
  await expect
    .poll(() => kernel.published.some((message) => message.content.text === "afterwards\n"))
    .toBe(true);
});

test("puts text together that is written in pieces, also within a character", async () => {
  const { stdout } = await kernel.execute(
    "for (const byte of Buffer.from('grün ✓')) process.stdout.write(Buffer.from([byte]));\nprocess.stdout.write('YWJj', 'base64', () => console.log('!')); await new Promise((done) => setTimeout(done))",
  );
  expect(stdout).toBe("grün ✓abc!\n");
});

test("waits at top level by for await, and where a comment hides the compiler's complaint", async () => {
  const loop = await kernel.execute("let sum = 0;\nfor await (const n of [1, 2]) sum += n;\nsum");
  expect(loop.result).toEqual({ "text/plain": "3" });
  const hidden = await kernel.execute("// @ts-ignore\nconst three = await Promise.resolve(3);\nthree");
  expect(hidden.result).toEqual({ "text/plain": "3" });
  const inner = await kernel.execute("const f = async () => await 1; typeof f()");
  expect(inner.result).toEqual({ "text/plain": "object" });
});

test("imports packages that only import() can load, and files beside the notebook", async () => {
  const packageFolder = join(kernel.folder, "node_modules", "import-only");
  const { mkdirSync } = await import("node:fs");
  mkdirSync(packageFolder, { recursive: true });
  writeFileSync(
    join(packageFolder, "package.json"),
    JSON.stringify({
      name: "import-only",
      type: "module",
      exports: { ".": { types: "./index.d.ts", import: "./index.js" } },
    }),
  );
  writeFileSync(join(packageFolder, "index.js"), "export const answer = await Promise.resolve(42);\n");
  writeFileSync(join(packageFolder, "index.d.ts"), "export declare const answer: number;\n");
  writeFileSync(join(kernel.folder, "beside.ts"), "export const double = (n: number): number => 2 * n;\n");
  const { result, error } = await kernel.execute(
    "import { answer } from 'import-only';\nimport { double } from './beside';\ndouble(answer)",
  );
  expect(error).toBeUndefined();
  expect(result).toEqual({ "text/plain": "84" });
  const dynamic = await kernel.execute("(await import('import-only')).answer");
  expect(dynamic.result).toEqual({ "text/plain": "42" });
  const missing = await kernel.execute("import { x } from 'no-such-package';");
  expect(missing.error?.evalue).toMatch(/Cannot find module 'no-such-package'/);
});

test("takes a cell as a module, and loads nothing for a cell that is refused", async () => {
  expect(
    (await kernel.execute("/** @module parts */\nexport const part: number = 3;")).error,
  ).toBeUndefined();
  expect((await kernel.execute("import { part } from './parts'; part")).result).toEqual({
    "text/plain": "3",
  });
  const wrong = await kernel.execute("/** @module wrong */\nexport const part: number = 'x';");
  expect(wrong.error?.ename).toBe("TypeScriptError");
  writeFileSync(join(kernel.folder, "loud.js"), "console.log('loud')");
  const refused = await kernel.execute("import './loud.js'; const n: number = 'x';");
  expect(refused.error?.ename).toBe("TypeScriptError");
  expect(refused.stdout).toBe("");
});

test("reads a cell however deep it nests, and outlives one that nobody can read", async () => {
  await kernel.execute("const before = 'still here';");
  const nest = (depth: number) => kernel.execute(`${"(".repeat(depth)}1${")".repeat(depth)}`);
  expect((await nest(20_000)).result).toEqual({ "text/plain": "1" });
  expect((await nest(200_000)).error?.evalue).toBe("the cell nests its brackets deeper than 20,000 times");
  expect((await kernel.execute("before")).result).toEqual({ "text/plain": "still here" });
});

test("leads rejections and exceptions that nobody handles to the cell that made them", async () => {
  const running = await kernel.execute(
    "Promise.reject(new Error('unseen')); setTimeout(() => { throw new Error('from a timer') }, 1);\nawait new Promise((done) => setTimeout(done, 50))",
  );
  const errors = running.published.filter((m) => m.type === "error").map((m) => m.content.evalue);
  expect(errors).toEqual(["unseen", "from a timer"]);
  expect(running.error?.traceback[1]).toMatch(/^ {2}cell \d+, line 1$/);
  expect(running.reply.content).toMatchObject({ status: "error", ename: "Error", evalue: "unseen" });
  const atOnce = await kernel.execute("Promise.reject(new RangeError('at once')); 1");
  expect(atOnce.reply.content).toMatchObject({ status: "error", ename: "RangeError", evalue: "at once" });

  const id = await kernel.send("execute_request", {
    code: "const later = async () => { await new Promise((done) => setTimeout(done, 100)); throw new Error('late') };\nlater(); undefined",
  });
  expect((await kernel.reply(id)).content.status).toBe("ok");
  const next = await kernel.execute("await new Promise((done) => setTimeout(done, 200)); 'alive'");
  expect(next.result).toEqual({ "text/plain": "alive" });
  expect(next.stderr).toBe("");
  const told = kernel.published.filter((m) => m.parentId === id && m.type === "stream");
  expect(told.map((m) => m.content.text).join("")).toMatch(
    /^Unhandled rejection: Error: late\n {2}cell \d+, line 1, in later\n/,
  );
});

test("evaluates user expressions", async () => {
  const { reply } = await kernel.execute("const base = 20;", {
    user_expressions: { sum: "base + 1", wrong: "nowhere" },
  });
  expect(reply.content.user_expressions).toMatchObject({
    sum: { status: "ok", data: { "text/plain": "21" }, metadata: {} },
    wrong: { status: "error", ename: "TypeScriptError" },
  });
});

test("shows nothing of a silent cell, and counts only what is stored", async () => {
  const before = (await kernel.execute("0")).reply.content.execution_count as number;
  const silent = await kernel.execute("console.log('x'); display('y'); 5", { silent: true });
  expect(silent.published.map((message) => message.type)).toEqual(["status", "status"]);
  expect(silent.reply.content.execution_count).toBe(before);
  const unstored = await kernel.execute("5", { store_history: false });
  expect(unstored.result).toEqual({ "text/plain": "5" });
  expect((await kernel.execute("0")).reply.content.execution_count).toBe(before + 1);
});

test("asks for input where the front end allows it", async () => {
  kernel.onInput((request) => `${String(request.prompt)}|${String(request.password)}`);
  const asked = await kernel.execute(
    "const [one, two] = [await input('name?'), await input('code?', true)];\none",
    {
      allow_stdin: true,
    },
  );
  expect(asked.result).toEqual({ "text/plain": "name?|false" });
  expect((await kernel.execute("two")).result).toEqual({ "text/plain": "<redacted>" });
  const refused = await kernel.execute("await input('name?')");
  expect(refused.error?.evalue).toMatch(/this front end takes no input/);
});

test("does not run what waits behind a failed cell, but what comes after its reply", async () => {
  const slowFailure = "const end = Date.now() + 200; while (Date.now() < end); throw new Error('stop')";
  const ids = [];
  for (const code of [slowFailure, "1", "2"]) ids.push(await kernel.send("execute_request", { code }));
  const replies = await Promise.all(ids.map((id) => kernel.reply(id)));
  expect(replies.map((reply) => reply.content.status)).toEqual(["error", "aborted", "aborted"]);
  for (const id of ids) await kernel.untilIdle(id);
  expect((await kernel.execute("3")).reply.content.status).toBe("ok");
  const going = [];
  for (const code of ["throw new Error('go on')", "4"]) {
    going.push(await kernel.send("execute_request", { code, stop_on_error: false }));
  }
  const went = await Promise.all(going.map((id) => kernel.reply(id)));
  expect(went.map((reply) => reply.content.status)).toEqual(["error", "ok"]);
});

test("answers other requests while a cell waits, and says busy again", async () => {
  const id = await kernel.send("execute_request", {
    code: "await new Promise((done) => setTimeout(done, 500)); 'done'",
  });
  await expect
    .poll(() => kernel.published.some((m) => m.parentId === id && m.type === "execute_input"))
    .toBe(true);
  const reply = await kernel.request("complete_request", { code: "Math.hyp", cursor_pos: 8 });
  expect(reply.content.matches).toEqual(["hypot"]);
  await expect.poll(() => kernel.published.at(-1)?.content.execution_state).toBe("busy");
  const published = await kernel.untilIdle(id);
  expect(published.map((m) => m.content.execution_state).filter(Boolean)).toEqual(["busy", "busy", "idle"]);
});

test("completes and inspects, with positions that count code points", async () => {
  await kernel.execute("const reading = { temperature: 21, time: 'now' };");
  const code = "'🙂🙂'; reading.te";
  const { content } = await kernel.request("complete_request", { code, cursor_pos: [...code].length });
  expect(content).toMatchObject({
    status: "ok",
    matches: ["temperature"],
    cursor_start: [...code].length - 2,
    cursor_end: [...code].length,
  });
  expect(content.metadata).toMatchObject({
    _jupyter_types_experimental: [{ text: "temperature", type: "property" }],
  });
  const helper = await kernel.request("complete_request", { code: "gree", cursor_pos: 4 });
  expect(helper.content.matches).toEqual(["greet"]);
  const inspected = await kernel.request("inspect_request", {
    code: "'🙂'; greet",
    cursor_pos: 7,
    detail_level: 0,
  });
  expect(inspected.content).toMatchObject({ status: "ok", found: true });
  expect((inspected.content.data as Record<string, string>)["text/plain"]).toMatch(
    /greet\(name: string\): string[\s\S]*Greets\./,
  );
  const nothing = await kernel.request("inspect_request", { code: "  ", cursor_pos: 1, detail_level: 0 });
  expect(nothing.content).toMatchObject({ status: "ok", found: false, data: {} });
});

test.each([
  ["1 + 1", "complete"],
  ["", "complete"],
  ["for await (const x of y) {}", "complete"],
  ["function f() {", "incomplete"],
  ["const a = [1,", "incomplete"],
  ["`open", "incomplete"],
  ["/* open", "incomplete"],
  ["const = 1", "invalid"],
  ["}", "invalid"],
])("says whether %j is complete: %s", async (code, status) => {
  expect((await kernel.request("is_complete_request", { code })).content.status).toBe(status);
});

test("finds earlier cells", async () => {
  await kernel.execute("'for the history'");
  const tail = await kernel.request("history_request", { hist_access_type: "tail", n: 1, output: true });
  expect(tail.content.history).toEqual([[1, expect.any(Number), ["'for the history'", "for the history"]]]);
  const search = await kernel.request("history_request", {
    hist_access_type: "search",
    pattern: "*the hist?ry*",
    unique: true,
  });
  expect(search.content.history).toEqual([[1, expect.any(Number), "'for the history'"]]);
  const [, line] = (search.content.history as [number, number, string][])[0] ?? [];
  const range = await kernel.request("history_request", {
    hist_access_type: "range",
    start: line,
    stop: Number(line) + 1,
  });
  expect(range.content.history).toEqual([[1, line, "'for the history'"]]);
});

test("opens comms to the targets it has, and closes them from either side", async () => {
  const open = (comm_id: string, data = {}) =>
    kernel.send("comm_open", { comm_id, target_name: "echo", data }).then(kernel.untilIdle);
  const say = (comm_id: string, data: object) =>
    kernel.send("comm_msg", { comm_id, data }).then(kernel.untilIdle);
  const commsOf = async (target_name: string) =>
    (await kernel.request("comm_info_request", { target_name })).content.comms;
  await open("one");
  await open("two");
  expect(await commsOf("echo")).toEqual({ one: { target_name: "echo" }, two: { target_name: "echo" } });
  expect(await commsOf("other")).toEqual({});
  const heard = (await say("one", { n: 1 })).find((m) => m.type === "comm_msg");
  expect(heard?.content).toEqual({ comm_id: "one", data: { data: { n: 1 } } });
  const closed = (await say("one", { close: true })).find((m) => m.type === "comm_close");
  expect(closed?.content).toEqual({ comm_id: "one", data: { last: { close: true } } });
  await kernel.untilIdle(await kernel.send("comm_close", { comm_id: "two", data: {} }));
  await expect.poll(() => kernel.published.some((m) => m.content.text === "comm two is closed\n")).toBe(true);
  expect(await commsOf("echo")).toEqual({});
  const refused = await open("three", { refuse: true });
  expect(refused.map((m) => m.type)).toContain("comm_close");
  expect((await say("no such comm", {})).map((m) => m.type)).toEqual(["status", "status"]);
});

test("a cell opens comms to the front end, with metadata, and hears it", async () => {
  const code = `
    const slider = openComm("jupyter.widget", { state: { value: 5 } }, { version: "2.1.0" });
    let value = 5, isClosed = false;
    slider.onMessage((data) => { value = Number(data.value); slider.send({ double: 2 * value }); });
    slider.onClose(() => { isClosed = true });
    slider.id`;
  const { published, result, error } = await kernel.execute(code);
  expect(error).toBeUndefined();
  const opened = published.find(({ type }) => type === "comm_open");
  const comm_id = String(opened?.content.comm_id);
  expect(opened).toMatchObject({
    content: { target_name: "jupyter.widget", data: { state: { value: 5 } } },
    metadata: { version: "2.1.0" },
  });
  expect(result?.["text/plain"]).toBe(comm_id);
  const open = async () => (await kernel.request("comm_info_request", {})).content.comms;
  expect(await open()).toEqual({ [comm_id]: { target_name: "jupyter.widget" } });
  const heard = await kernel.untilIdle(await kernel.send("comm_msg", { comm_id, data: { value: 7 } }));
  expect(heard.find(({ type }) => type === "comm_msg")?.content).toEqual({ comm_id, data: { double: 14 } });
  expect((await kernel.execute("value")).result).toEqual({ "text/plain": "7" });
  await kernel.untilIdle(await kernel.send("comm_close", { comm_id, data: {} }));
  expect((await kernel.execute("isClosed")).result).toEqual({ "text/plain": "true" });
  const closing = await kernel.execute("const other = openComm('x'); other.close(); other.close();");
  expect(closing.published.filter(({ type }) => type.startsWith("comm")).map(({ type }) => type)).toEqual([
    "comm_open",
    "comm_close",
  ]);
  expect(await open()).toEqual({});
  expect((await kernel.execute("openComm('')")).error?.evalue).toMatch(
    /^Cannot open a comm: its target has no name/,
  );
});

test("is polite about comms and about what it does not know", async () => {
  expect((await kernel.request("comm_info_request", {})).content).toEqual({ status: "ok", comms: {} });
  const id = await kernel.send("comm_open", { comm_id: "c1", target_name: "jupyter.widget", data: {} });
  expect((await kernel.untilIdle(id)).find((m) => m.type === "comm_close")?.content.comm_id).toBe("c1");
  const unknown = await kernel.request("no_such_request", {});
  expect(unknown).toMatchObject({ type: "no_such_reply", content: { status: "error" } });
  await kernel.untilIdle(await kernel.send("no_such_message", {}));
  await expect.poll(() => kernel.terminal()).toMatch(/not known here: no_such_message/);
  const debug = await kernel.request("debug_request", { seq: 7, command: "setBreakpoints" }, "control");
  expect(debug).toMatchObject({
    type: "debug_reply",
    content: { type: "response", request_seq: 7, success: false, command: "setBreakpoints" },
  });
  const malformed = await kernel.request("complete_request", { code: 5 });
  expect(malformed.content.status).toBe("error");
  expect((await kernel.request("execute_request", { code: 5 })).content.status).toBe("error");
});

test.each([
  ["1; /* é */ JSON.parse('')", "                ^"],
  ["const fail = () => { throw new Error() };\n  (0, fail)()", "                           ^"],
  ["1;\n  { a: 1, b: JSON.parse('') }", "                  ^"],
  ["1; 2; await Promise.reject(new Error())", "                           ^"],
  ["({\n  a: JSON.parse('') })", "          ^"],
])("an error in the last expression is told at its place: %s", async (code, mark) => {
  const { error } = await kernel.execute(code);
  expect(error?.traceback.map((line) => line.replace(/^ {4}/, ""))).toContain(mark);
});

test("a cell of twelve thousand statements runs", async () => {
  const lines = Array.from({ length: 12_000 }, (_, index) => `const line${index} = ${index};`);
  expect((await kernel.execute([...lines, "line0 + line11999"].join("\n"))).result).toEqual({
    "text/plain": "11999",
  });
});
