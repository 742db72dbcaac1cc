/** A real kernel process: what child processes, and writes to descriptors, show in the cell that made them. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient();
  await kernel.execute(
    'const children = await import("node:child_process"); const fs = await import("node:fs");',
  );
});

afterAll(async () => {
  // Nothing has come out where the kernel was started.
  expect(kernel.terminal()).toBe("");
  await kernel.stop();
});

test.each([
  ["execSync", 'children.execSync("echo out; echo error >&2", { stdio: "inherit" })'],
  ["execFileSync", 'children.execFileSync("sh", ["-c", "echo out; echo error >&2"], { stdio: "inherit" })'],
  ["spawnSync", 'children.spawnSync("echo out; echo error >&2", { shell: true, stdio: [0, 1, 2] }).status'],
  [
    "spawn",
    'await new Promise((end) => children.spawn("sh", ["-c", "echo out; echo error >&2"], { stdio: "inherit" }).on("exit", end));',
  ],
  [
    "streams",
    'await new Promise((end) => children.spawn("sh", ["-c", "echo out; echo error >&2"], { stdio: ["ignore", process.stdout, process.stderr] }).on("exit", end));',
  ],
  [
    "fork",
    'fs.writeFileSync("child.js", "console.log(\'out\'); console.error(\'error\')"); await new Promise((end) => children.fork("child.js").on("exit", end));',
  ],
  [
    "one of both",
    'children.execSync("echo out", { stdio: ["ignore", "inherit", "pipe"] }); fs.writeSync(2, "error\\n");',
  ],
])("a child that inherits the kernel's output writes to the cell: %s", async (_, code) => {
  const { stdout, stderr, error } = await kernel.execute(
    `console.log("before"); ${code}; console.log("after")`,
  );
  expect(error).toBeUndefined();
  // A child that runs next to the cell writes when it likes: only one that the cell waits in has written before it goes on.
  const isAwaited = code.startsWith("children.");
  if (isAwaited) expect(stdout).toBe("before\nout\nafter\n");
  else expect(stdout.trim().split("\n").sort()).toEqual(["after", "before", "out"]);
  expect(stderr).toBe("error\n");
});

test("what a child writes comes while it runs, whatever the main thread does", async () => {
  const id = await kernel.send("execute_request", {
    code: 'children.execSync("echo first; while [ ! -e go ]; do sleep 0.05; done; echo last", { stdio: "inherit" });',
  });
  await expect.poll(() => textOf(id)).toBe("first\n");
  writeFileSync(join(kernel.folder, "go"), "");
  expect((await kernel.reply(id)).content.status).toBe("ok");
  await kernel.untilIdle(id);
  expect(textOf(id)).toBe("first\nlast\n");
});

test("a child that outlives its cell goes on writing to it", async () => {
  const first = await kernel.execute(
    'children.spawn("sh", ["-c", "while [ ! -e late ]; do sleep 0.05; done; echo late"], { stdio: "inherit" }).unref();',
  );
  const id = first.published[0]?.parentId ?? "";
  const second = await kernel.execute('fs.writeFileSync("late", "");');
  await expect.poll(() => textOf(id)).toBe("late\n");
  expect(second.stdout).toBe("");
});

test("a child that writes without end holds up no cell, and megabytes come whole", async () => {
  const { stdout } = await kernel.execute(
    'children.execSync("head -c 5000000 /dev/zero | tr \'\\\\0\' x; echo", { stdio: "inherit" });',
  );
  expect(stdout.length).toBe(5_000_001);
  await kernel.execute('const endless = children.spawn("yes", { stdio: "inherit" });');
  expect((await kernel.execute("endless.kill()")).result).toEqual({ "text/plain": "true" });
});

test("a secret leaves in no output of a child, nor of a descriptor, however it is cut", async () => {
  await kernel.execute('remember("open sesame, quickly");');
  const { stdout, stderr } = await kernel.execute(
    "children.execSync(\"printf 'open ses'; sleep 0.2; echo 'ame, quickly.'\", { stdio: \"inherit\" });" +
      'fs.writeSync(2, "open ses"); fs.writeSync(2, Buffer.from("ame, quickly.\\n"));',
  );
  expect(stdout).toBe("<redacted><redacted>.\n");
  expect(stderr).toMatch(/^<redacted>\.\nWarning: /);
});

test("what is written to descriptors 1 and 2 is output, in order", async () => {
  const { stdout, stderr, result, error } = await kernel.execute(`
    import { promisify } from "node:util";
    import { writeSync } from "node:fs";
    console.log("a");
    const counts = [writeSync(1, "é\\n"), fs.writeSync(1, Buffer.from("-b\\n-"), 1, 2), fs.writeSync(1, "Yw==", null, "base64")];
    fs.writeFileSync(1, "\\nd\\n"); fs.appendFileSync(1, "e\\n"); fs.writevSync(2, [Buffer.from("f"), Buffer.from("g")]);
    const { bytesWritten } = await promisify(fs.write)(1, "h\\n");
    await promisify(fs.writeFile)(1, "i\\n");
    await new Promise<void>((end) => fs.createWriteStream("", { fd: 1, autoClose: false }).end("j\\n", () => end()));
    process.stdout.write("k\\n");
    fs.writeFileSync("kept.txt", "in a file");
    [...counts, bytesWritten, fs.readFileSync("kept.txt", "utf8")]`);
  expect(error).toBeUndefined();
  expect(stdout).toBe("a\né\nb\nc\nd\ne\nh\ni\nj\nk\n");
  expect(stderr).toBe("fg");
  expect(result?.["text/plain"]).toBe("[ 3, 2, 1, 2, 'in a file' ]");
});

test.each([
  "process.stdin.on('data', () => {})",
  "for await (const line of process.stdin) console.log(line)",
  "process.stdin.pipe(process.stdout)",
  "(await import('node:readline')).createInterface({ input: process.stdin, output: process.stdout })",
  "(await import('node:readline/promises')).createInterface({ input: process.stdin, terminal: true })",
  "fs.readFileSync(0, 'utf8')",
])("a cell that reads from the terminal learns of input(): %s", async (code) => {
  const { error } = await kernel.execute(code);
  expect(error?.evalue).toMatch(
    /^Cannot read from [\w. ]+: a cell has none; ask with await input\("Your name: "\)$/,
  );
  expect(error?.traceback.join("\n")).toMatch(/cell \d+, line 1/);
});

test("a silent cell's children are silent, and one that does not start is reported as always", async () => {
  const { published } = await kernel.execute('children.execSync("echo out", { stdio: "inherit" })', {
    silent: true,
  });
  expect(published.map(({ type }) => type)).toEqual(["status", "status"]);
  const { error } = await kernel.execute('children.execFileSync("./missing", { stdio: "inherit" })');
  expect(error?.evalue).toMatch(/ENOENT/);
  const failed = await kernel.execute('children.execSync("exit 3", { stdio: "inherit" })');
  expect(failed.error?.evalue).toMatch(/Command failed: exit 3/);
});

function textOf(id: string): string {
  const own = kernel.published.filter(({ parentId, type }) => parentId === id && type === "stream");
  return own.map(({ content }) => content.text).join("");
}
