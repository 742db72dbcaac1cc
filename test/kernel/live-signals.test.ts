/** A real kernel process: interrupts and its end. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeEach(async () => {
  kernel = await startKernelClient();
});

afterEach(() => kernel.stop());

/** Starts a cell, waits until it prints `begun` or is being compiled, and returns what it did after `action`. */
async function during(code: string, action: (id: string) => unknown) {
  const id = await kernel.send("execute_request", { code });
  const type = code.includes("'begun'") ? "stream" : "execute_input";
  await kernel.until((message) => message.parentId === id && message.type === type);
  await action(id);
  const reply = await kernel.reply(id);
  return { reply, published: await kernel.untilIdle(id) };
}

/** As a person does: once more when nothing happens, for `node:vm` loses a signal that comes just as it ends. */
async function interrupt(id: string): Promise<void> {
  const reply = kernel.reply(id);
  for (let isOver = false; !isOver; ) {
    kernel.process.kill("SIGINT");
    const pause = new Promise<boolean>((resolve) => setTimeout(resolve, 3_000, false));
    isOver = await Promise.race([reply.then(() => true), pause]);
  }
}

const interrupted = { status: "error", ename: "Interrupted", evalue: "the cell was interrupted" };

test("SIGINT ends a cell that waits, one that computes, and one that is being shown; names stay", async () => {
  await kernel.execute("let state = 'kept'; const never = new Promise(() => {});");
  const shown = "({ [Symbol.for('Jupyter.display')]: () => { console.log('begun'); return never } })";
  for (const code of [
    "console.log('begun'); await never",
    "console.log('begun'); while (true) {}",
    shown,
    `display(${shown}); 0`,
  ]) {
    expect((await during(code, interrupt)).reply.content).toMatchObject(interrupted);
  }
  kernel.process.kill("SIGINT");
  // Between two cells it does nothing; were it heard later, it would rightly end the next one.
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect((await kernel.execute("state")).result).toEqual({ "text/plain": "kept" });
});

test("SIGINT is heard while a cell is compiled", async () => {
  await kernel.execute("0");
  const many = Array.from({ length: 400 }, (_, index) => `const v${index}: number[] = [${index}];`).join(
    "\n",
  );
  const { reply } = await during(`${many}\nwhile (true) {}`, interrupt);
  expect(reply.content).toMatchObject(interrupted);
});

test("interrupt_request ends a cell that waits, aborts what waits behind it, and fires the cell's signal", async () => {
  await kernel.execute("let fired = 0;");
  const code =
    "const signal = (globalThis as any)[Symbol.for('dlf-lance.interrupt-signal')] as AbortSignal;\n" +
    "signal.addEventListener('abort', () => { fired += 1 });\nconsole.log('begun'); await new Promise(() => {})";
  let waiting = "";
  const { reply } = await during(code, async () => {
    waiting = await kernel.send("execute_request", { code: "fired += 100" });
    expect((await kernel.request("interrupt_request", {}, "control")).content).toEqual({ status: "ok" });
  });
  expect(reply.content).toMatchObject(interrupted);
  expect((await kernel.reply(waiting)).content.status).toBe("aborted");
  expect((await kernel.execute("fired")).result).toEqual({ "text/plain": "1" });
});

test("shutdown delivers everything, then ends the process", async () => {
  const id = await kernel.send("execute_request", {
    code: "for (let i = 0; i < 20_000; i++) console.log('x'.repeat(500))",
  });
  await kernel.reply(id);
  const reply = await kernel.request("shutdown_request", { restart: false }, "control");
  expect(reply.content).toEqual({ status: "ok", restart: false });
  const texts = (await kernel.untilIdle(id)).filter((m) => m.type === "stream").map((m) => m.content.text);
  expect(texts.join("").length).toBe(20_000 * 501);
  if (kernel.process.exitCode === null) await once(kernel.process, "exit");
  expect(kernel.process.exitCode).toBe(0);
});

test("SIGTERM ends the kernel whatever it computes", async () => {
  const ended = once(kernel.process, "exit");
  await kernel.execute("setTimeout(() => { console.log('begun'); for (;;) {} }, 500); 0");
  await kernel.until(({ content }) => content.text === "begun\n");
  kernel.process.kill("SIGTERM");
  await ended;
});

test("the kernel ends when the process that Jupyter names as its parent does", async () => {
  const parent = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"]);
  await once(parent, "spawn");
  const orphan = await startKernelClient({ environment: { JPY_PARENT_PID: String(parent.pid) } });
  try {
    expect(orphan.process.exitCode).toBe(null);
    parent.kill("SIGKILL");
    const { process } = orphan;
    if (process.exitCode === null && process.signalCode === null) await once(process, "exit");
  } finally {
    await orphan.stop();
  }
});
