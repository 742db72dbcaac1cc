/** A real kernel process whose cells end it: every client learns why, and the process ends as it was told to. */
import { once } from "node:events";
import { afterEach, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

afterEach(() => kernel.stop());

/** The code that the process ends with. */
async function ended(): Promise<unknown> {
  const { process } = kernel;
  if (process.exitCode === null && process.signalCode === null) await once(process, "exit");
  return process.exitCode ?? process.signalCode;
}

test.each([
  ["at its top", "process.exit(3)"],
  ["where errors are caught", "try { process.exit(3) } catch {} while (true);"],
  ["after a wait", "await new Promise((resolve) => setTimeout(resolve, 1)); process.exit(3)"],
  ["in a timer of its own", "setTimeout(() => process.exit(3), 1); await new Promise(() => {});"],
  ["by a code set before", "process.exitCode = 3; process.exit()"],
])("a cell that exits %s is answered, with all it wrote before", async (_, exit) => {
  kernel = await startKernelClient();
  const code = `for (let n = 0; n < 20_000; n++) console.log(n);\nprocess.on("exit", () => console.log("bye"));\n${exit}`;
  const later = kernel.execute(code);
  const waiting = await kernel.send("execute_request", { code: "1" });
  const { reply, error, stdout } = await later;
  expect(stdout.split("\n").slice(-3)).toEqual(["19999", "bye", ""]);
  expect(stdout.split("\n")).toHaveLength(20_002);
  expect(error).toMatchObject({ ename: "ProcessExit", evalue: "process.exit(3) ends the kernel" });
  expect(error?.traceback.join("\n")).toMatch(/line 3/);
  expect(reply.content).toMatchObject({ status: "error", evalue: "process.exit(3) ends the kernel" });
  expect((await kernel.reply(waiting)).content.status).toBe("aborted");
  expect(await ended()).toBe(3);
  expect(kernel.terminal()).toBe("");
});

test("an exit after the end of a cell is told where the cell is shown", async () => {
  kernel = await startKernelClient();
  const code = 'process.once("SIGUSR2", () => process.exit()); -1';
  const { reply, published } = await kernel.execute(code);
  expect(reply.content.status).toBe("ok");
  kernel.process.kill("SIGUSR2");
  expect(await ended()).toBe(0);
  const told = () =>
    kernel.published
      .filter(({ parentId, type }) => parentId === published[0]?.parentId && type === "stream")
      .map(({ content }) => content.text);
  await expect.poll(told).toEqual(["process.exit(0) ends the kernel\n"]);
  expect(kernel.terminal()).toBe("");
});

test("a code that is none is refused, and the kernel goes on", async () => {
  kernel = await startKernelClient();
  const { error } = await kernel.execute('process.exit("three")');
  expect(error?.evalue).toMatch(/code/);
  expect((await kernel.execute("1 + 1")).result).toEqual({ "text/plain": "2" });
});
