/** A real kernel process: what computes is shown, asked and stopped while it computes. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Subscriber } from "zeromq";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient();
  await kernel.execute(
    "let state = 0; let printed = 0; const pause = (ms: number) => new Promise((done) => setTimeout(done, ms)); const loop = () => { while (true) {} }; const loopLater = () => setTimeout(() => { console.log('begun'); loop() }, 20);",
  );
});

afterAll(() => kernel.stop());

const interrupted = { status: "error", ename: "Interrupted", evalue: "the cell was interrupted" };

function textOf(id: string, name: string): string {
  const own = kernel.published.filter((m) => m.parentId === id && m.content.name === name);
  return own.map((m) => m.content.text).join("");
}

/** Runs a cell that prints `begun`, interrupts it then, and answers its id, its reply and the milliseconds it took. */
async function interruptWhenBegun(code: string) {
  const id = await kernel.send("execute_request", { code });
  await expect.poll(() => textOf(id, "stdout"), { timeout: 20_000 }).toContain("begun\n");
  const start = performance.now();
  const answer = await kernel.request("interrupt_request", {}, "control");
  expect(answer.content).toEqual({ status: "ok" });
  const reply = await kernel.reply(id);
  await kernel.untilIdle(id);
  return { id, reply, took: performance.now() - start };
}

test.each([
  ["an empty loop", "console.log('begun'); while (true) {}"],
  [
    "a loop whose calls are in line",
    "console.log('begun'); for (;;) new Array(1e3).fill({}).map((_, x) => ({ x }));",
  ],
  ["a loop after an await", "await pause(1); console.log('begun'); for (;;) state += 1;"],
  ["a loop in an earlier cell's function", "await null; console.log('begun'); loop();"],
  [
    "recursion",
    "await null; console.log('begun'); const fib = (n: number): number => n < 2 ? 1 : fib(n - 1) + fib(n - 2); fib(60)",
  ],
  [
    "recursion of methods",
    "await null; console.log('begun'); class Deep { down(n: number): number { return n < 2 ? 1 : this.down(n - 1) + this.down(n - 2); } }\nnew Deep().down(60)",
  ],
  [
    "a generator",
    "await null; function* count() { let n = 0; while (true) yield n++; }\nconsole.log('begun'); for (const n of count()) state = n;",
  ],
  [
    "a loop that catches everything",
    "await null; console.log('begun'); while (true) { try { loop() } catch { state += 1 } }",
  ],
  [
    "a loop without a block, with a label",
    "await null; console.log('begun'); outer: do for (let i = 0; ; i++) if (i < 0) continue outer; while (true)",
  ],
  [
    "a wait on shared memory",
    "await null; console.log('begun'); Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)",
  ],
  [
    "a library's own loop after an await",
    "await null; console.log('begun'); ('0'.repeat(40) + 'x').match(/^(0+)+$/)",
  ],
  [
    "a sort after an await",
    "await null; console.log('begun'); while (true) Array.from({ length: 1e5 }, (_, i) => (i * 7919) % 100_003).sort()",
  ],
  [
    "callbacks of a library",
    "await null; console.log('begun'); while (true) [3, 1, 2].sort((a, b) => Math.sign(a - b))",
  ],
  ["a microtask loop", "console.log('begun'); while (true) await null;"],
  ["a loop of timers", "console.log('begun'); while (true) await pause(1);"],
  ["a loop in a timer", "setTimeout(() => { console.log('begun'); loop() }, 1); await pause(100_000)"],
  [
    "a library's own loop before an await",
    "console.log('begun'); '0'.repeat(28).match(/^(0+)+$/) ; ('0'.repeat(40) + 'x').match(/^(0+)+$/)",
  ],
  ["a loop that prints", "console.log('begun'); await null; while (true) console.log('more and more')"],
])("an interrupt stops %s, and what was assigned stays", async (_name, code) => {
  await kernel.execute("state = 41");
  const { reply, took } = await interruptWhenBegun(code);
  expect(reply.content).toMatchObject(interrupted);
  expect(took).toBeLessThan(10_000);
  const after = await kernel.execute("state >= 0 && typeof loop");
  expect(after.result).toEqual({ "text/plain": "function" });
});

test("what an interrupted cell leaves behind stops too, and other cells' work goes on", async () => {
  await kernel.execute(
    "let kept = 0; let left = 0;\n(async () => { while (true) { await pause(5); kept += 1; } })(); 0",
  );
  const { id } = await interruptWhenBegun(
    "(async () => { while (true) { await pause(5); left += 1; } })();\nconsole.log('begun'); await pause(100_000)",
  );
  await kernel.execute("await pause(50); const before = { kept, left };");
  const { result } = await kernel.execute("await pause(100); [kept > before.kept, left === before.left]");
  expect(result).toEqual({ "text/plain": "[ true, true ]" });
  expect(textOf(id, "stderr")).toBe("");
});

test("what catches its interruption again and again does not keep later cells from running or stopping", async () => {
  for (const wait of ["await pause(30)", "await null; await pause(30)"]) {
    const { reply } = await interruptWhenBegun(
      `console.log('begun'); for (;;) { try { ${wait} } catch { state = 0 } }`,
    );
    expect(reply.content).toMatchObject(interrupted);
    await pause(60);
    expect((await interruptWhenBegun("console.log('begun'); for (;;) {}")).reply.content).toMatchObject(
      interrupted,
    );
  }
  expect((await kernel.execute("6 * 7")).result).toEqual({ "text/plain": "42" });
});

test("code that a cell has left behind and that blocks is ended by the stop button, in the next cell or before it", async () => {
  const leaveLoop = async () => {
    const id = await kernel.send("execute_request", { code: "loopLater(); 0" });
    await kernel.until(({ parentId, content }) => parentId === id && content.text === "begun\n");
  };
  await leaveLoop();
  const blocked = await kernel.send("execute_request", { code: "state" });
  await expect
    .poll(() => kernel.published.some((m) => m.parentId === blocked && m.type === "execute_input"))
    .toBe(true);
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.reply(blocked)).content).toMatchObject(interrupted);
  await leaveLoop();
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.execute("6 * 7")).result).toEqual({ "text/plain": "42" });
});

test("SIGINT that a cell sends to its own process stops that cell, and none later", async () => {
  const codes = ["process.kill(process.pid, 'SIGINT')", "1 + 1", "await pause(50); 3"];
  const ids = await Promise.all(
    codes.map((code) => kernel.send("execute_request", { code, stop_on_error: false })),
  );
  const replies = await Promise.all(ids.map((id) => kernel.reply(id)));
  expect(replies.map(({ content }) => content.ename ?? content.status)).toEqual(["Interrupted", "ok", "ok"]);
  const heard = await kernel.execute(
    "let heard = ''; process.once('SIGINT', (signal) => { heard = signal }); try { process.kill(process.pid, 'SIGINT'); await null } finally { console.log(heard) }",
  );
  expect(heard.stdout).toBe("SIGINT\n");
  // A loop that was ended could not give back what hears the signal.
  await interruptWhenBegun("console.log('begun'); for (;;) {}");
  kernel.process.kill("SIGINT");
  await pause(100);
  expect((await kernel.execute("6 * 7")).result).toEqual({ "text/plain": "42" });
});

test("says within two seconds why a cell does not stop, and the next interrupt is no restart", async () => {
  const id = await kernel.send("execute_request", {
    code: "import { execSync } from 'node:child_process'; console.log('begun'); state = 42; execSync('sleep 3.5'); while (true) {}",
  });
  await expect.poll(() => textOf(id, "stdout"), { timeout: 20_000 }).toContain("begun\n");
  const start = performance.now();
  await kernel.request("interrupt_request", {}, "control");
  await kernel.request("interrupt_request", {}, "control");
  await expect
    .poll(() => textOf(id, "stderr"), { timeout: 3_000, interval: 20 })
    .toMatch(/can not be interrupted now: .* Restarting the kernel ends it at once/);
  expect(performance.now() - start).toBeLessThan(2_500);
  expect((await kernel.reply(id)).content).toMatchObject(interrupted);
  expect(textOf(id, "stderr").match(/can not be interrupted/g)).toHaveLength(1);
  expect((await kernel.execute("state")).result).toEqual({ "text/plain": "42" });
});

test("an interrupt between two cells does nothing", async () => {
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.execute("let n = 0; for (let i = 0; i < 1e5; i++) n += 1; n")).result).toEqual({
    "text/plain": "100000",
  });
});

test("while a cell computes, its output is shown and the kernel answers", async () => {
  const id = await kernel.send("execute_request", {
    code: "console.log('shown'); const end = Date.now() + 3_000; while (Date.now() < end); console.log('done')",
  });
  await expect.poll(() => textOf(id, "stdout"), { timeout: 20_000, interval: 10 }).toBe("shown\n");
  expect(await kernel.heartbeat("ping")).toBe("ping");
  for (const channel of ["shell", "control"] as const) {
    const info = await kernel.request("kernel_info_request", {}, channel);
    expect(info.content).toMatchObject({ implementation: "dlf-lance" });
  }
  // Front ends show the state they heard last.
  await expect.poll(() => kernel.published.at(-1)?.content.execution_state).toBe("busy");
  expect(textOf(id, "stdout")).toBe("shown\n");
  await kernel.untilIdle(id);
  expect(textOf(id, "stdout")).toBe("shown\ndone\n");
});

test("a cell that prints without end waits for a client that does not read, and fills no memory", async () => {
  const { ip, iopub_port } = JSON.parse(readFileSync(join(kernel.folder, "kernel-0a1b.json"), "utf8"));
  const stuck = new Subscriber({ linger: 0, receiveHighWaterMark: 1 });
  stuck.connect(`ipc://${ip}-${iopub_port}`);
  stuck.subscribe("");
  await stuck.receive();
  const before = residentMemory();
  const code =
    "printed = 0; console.log('begun'); while (true) { printed += 1; console.log('x'.repeat(10_000)) }";
  const id = await kernel.send("execute_request", { code });
  await expect.poll(() => textOf(id, "stdout").length, { timeout: 20_000 }).toBeGreaterThan(1_000_000);
  await pause(2_000);
  expect(residentMemory() - before).toBeLessThan(300 * 2 ** 20);
  await kernel.request("interrupt_request", {}, "control");
  stuck.close();
  expect((await kernel.reply(id)).content).toMatchObject(interrupted);
  await kernel.untilIdle(id);
  const { result } = await kernel.execute("printed");
  // The last line may be the one that the interrupt kept from being written.
  const lines = textOf(id, "stdout").split("\n").length - 2;
  expect(Number(result?.["text/plain"]) - lines).toBeLessThanOrEqual(1);
});

/** Bytes. */
function residentMemory(): number {
  const status = readFileSync(`/proc/${kernel.process.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

test("the text of a function is runnable elsewhere", async () => {
  const { result } = await kernel.execute(
    "import { runInNewContext } from 'node:vm';\nconst sum = (n: number) => { let all = 0; for (let i = 0; i <= n; i++) all += Math.abs(i); return all; };\nrunInNewContext('(' + sum + ')(4)')",
  );
  expect(result).toEqual({ "text/plain": "10" });
});

test("an interrupt stops a cell whose types take too long to check", async () => {
  const numbers = Array.from({ length: 690 }, (_, index) => index + 300).join("|");
  const id = await kernel.send("execute_request", {
    code:
      "type Count<N, A extends unknown[] = []> = A['length'] extends N ? A : Count<N, [...A, 0]>;\n" +
      `type Each<N> = N extends number ? Count<N>['length'] : never; const each: Each<${numbers}> = 5;`,
  });
  await pause(500);
  const start = performance.now();
  await kernel.request("interrupt_request", {}, "control");
  expect((await kernel.reply(id)).content).toMatchObject(interrupted);
  expect(performance.now() - start).toBeLessThan(2_000);
  expect((await kernel.execute("typeof state")).result).toEqual({ "text/plain": "number" });
});

test("an interrupted cell keeps what it has assigned", async () => {
  const { reply } = await interruptWhenBegun(
    "let found = [1]; console.log('begun'); while (true) found = [found.length + 1]; const unreached = 1;",
  );
  expect(reply.content).toMatchObject(interrupted);
  expect((await kernel.execute("found.length")).result).toEqual({ "text/plain": "1" });
  expect((await kernel.execute("unreached")).error?.evalue).toMatch(/^Cannot find name 'unreached'/);
});

test("an interrupt stops a cell that prints faster than its lines are looked through for secrets", async () => {
  await kernel.execute(
    `for (let i = 0; i < 40; i++) redact(Buffer.from(crypto.getRandomValues(new Uint8Array(40))).toString("base64"));`,
  );
  const { reply, took } = await interruptWhenBegun(
    "console.log('begun'); for (let i = 0; ; i++) console.log(i, 'lines');",
  );
  expect(reply.content).toMatchObject(interrupted);
  expect(took).toBeLessThan(10_000);
});
