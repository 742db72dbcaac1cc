/** A real kernel process: secrets of the environment it was started with are known before any cell. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { longestLeak } from "../secrets.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

const environment = {
  DLF_ACCESS_KEY_SECRET: "dQ7v/Rt2+mLw8xTpB1eJ6hYs",
  DLF_SECURITY_TOKEN: "CAISn5Wc0Zk3yGu9aPfXjHb2Vo8rMi",
  DLF_TOKEN: "u4NsE7gKq1ZbT0yLh6Wc",
  ALIBABA_CLOUD_ACCESS_KEY_SECRET: "Jm3xP9fVd5Rk7tHz2BoQ",
  ALIBABA_CLOUD_SECURITY_TOKEN: "yC8aGw1eUi6nSl4jXp0M",
  OSS_ACCESS_KEY_SECRET: "kD2rFv7bNq9Zm5cTh3Yo",
  OSS_SECURITY_TOKEN: "Wg6uLs0iKx8pEa4tJd1R",
  AWS_SECRET_ACCESS_KEY: "Bf5zQy3oHn7cVm9kMw2e",
  AWS_SESSION_TOKEN: "Tt1jPl6gXr8sUb4dZi0a",
};
/** Seven characters of a secret, and the public beginning of one of them, are no leak. */
const harmless = 11;

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient({ environment });
  await kernel.execute(`const names = ${JSON.stringify(Object.keys(environment))}; 0`);
});

afterAll(() => kernel.stop());

test.each([
  [
    "print",
    "for (const name of names) { console.log(process.env[name]); console.error(process.env[name]); }",
  ],
  ["print of an object", "console.log(Object.fromEntries(names.map((name) => [name, process.env[name]])))"],
  [
    "print beyond a cut",
    "for (const name of names) console.log({ a: 'x'.repeat(9_980) + process.env[name] })",
  ],
  ["result", "names.map((name) => process.env[name])"],
  ["Base64", "names.map((name) => Buffer.from(process.env[name] ?? '').toString('base64'))"],
  ["error", "throw new Error(names.map((name) => process.env[name]).join(' '))"],
])("nothing of them is in a %s", async (_name, code) => {
  const before = kernel.received.length;
  await kernel.execute(code);
  const text = kernel.received.slice(before).join("\n");
  expect(text).toContain("<redacted>");
  for (const secret of Object.values(environment)) {
    expect(longestLeak(text, secret)).toBeLessThanOrEqual(harmless);
  }
});

test("lines of both streams and displays keep their order, though a line's end may begin a secret", async () => {
  // Each line ends in what Base64 or the numbers of a secret's bytes may begin with.
  const tails = Object.values(environment).flatMap((secret) => [
    String(Buffer.from(secret)[0]),
    Buffer.from(secret).toString("base64").slice(0, 3),
    Buffer.from(secret).toString("hex").slice(0, 2),
    secret.slice(0, 4),
  ]);
  const { published } = await kernel.execute(
    `for (const tail of ${JSON.stringify(tails)}) {
      console.log("o" + tail); console.error("e" + tail); console.log("p" + tail);
      display({ "text/plain": "d" + tail }, { raw: true }); console.warn("w" + tail);
    }`,
  );
  const shown = published.flatMap(({ type, content }) => {
    if (type === "stream") return `${content.name} ${content.text}`;
    return type === "display_data"
      ? `display ${(content.data as Record<string, string>)["text/plain"]}\n`
      : [];
  });
  const expected = tails.flatMap((tail) => [
    `stdout o${tail}\n`,
    `stderr e${tail}\n`,
    `stdout p${tail}\n`,
    `display d${tail}\n`,
    `stderr w${tail}\n`,
  ]);
  // Two messages of one stream in a row are one text.
  const joined = shown.reduce<string[]>((all, text) => {
    const last = all.at(-1);
    const [name = ""] = text.split(" ");
    if (last?.startsWith(name) === true && name !== "display")
      all[all.length - 1] = last + text.slice(name.length + 1);
    else all.push(text);
    return all;
  }, []);
  expect(joined).toEqual(expected);
});

test("a line is shown whole while its cell goes on, though its end may begin a secret", async () => {
  const id = await kernel.send("execute_request", {
    code: 'console.log("step 1"); await new Promise(() => {})',
  });
  const stdout = (): string =>
    kernel.published
      .filter(({ type, parentId }) => type === "stream" && parentId === id)
      .map(({ content }) => content.text)
      .join("");
  await expect.poll(stdout, { timeout: 20_000 }).toBe("step 1\n");
  await kernel.request("interrupt_request", {}, "control");
  await kernel.untilIdle(id);
});

test("a secret in pieces is found though the other stream or a display comes between", async () => {
  const secret = environment.DLF_ACCESS_KEY_SECRET;
  for (const between of ["console.error('.')", "display('.')"]) {
    const { stdout, published } = await kernel.execute(
      `for (const c of process.env.DLF_ACCESS_KEY_SECRET ?? '') { process.stdout.write(c); ${between} } console.log("!")`,
    );
    expect(longestLeak(stdout, secret)).toBeLessThan(8);
    expect(stdout.startsWith(secret.slice(0, 7))).toBe(true);
    expect(stdout.endsWith("<redacted>!\n")).toBe(true);
    expect(published.length).toBeGreaterThan(secret.length);
  }
});

test("a secret that a cell sets in the environment is known from then on, also to the child of that cell", async () => {
  const set = (name: string, first: string, second: string): string =>
    `process.env.${name} = ${JSON.stringify(first)} + ${JSON.stringify(second)};`;
  const same = await kernel.execute(
    `${set("DLF_TOKEN", "q9WmZx4tKb", "7HsLe2Vd0P")} console.log(process.env.DLF_TOKEN); process.env.DLF_TOKEN`,
  );
  expect([same.stdout, same.result?.["text/plain"]]).toEqual(["<redacted>\n", "<redacted>"]);
  const failed = await kernel.execute(
    `${set("OSS_SECURITY_TOKEN", "v3NfYc8rTj", "1GuXo6Ba5S")} throw new Error(process.env.OSS_SECURITY_TOKEN)`,
  );
  expect(failed.error?.evalue).toBe("<redacted>");
  const child = await kernel.execute(
    `import { execFileSync } from "node:child_process";
    import { writeFileSync } from "node:fs";
    writeFileSync("later.env", "AWS_SECRET_ACCESS_KEY=" + "p5RkDz0wMi" + "8QhCn3Fy6E\\n");
    delete process.env.AWS_SECRET_ACCESS_KEY;
    process.loadEnvFile("later.env");
    execFileSync("sh", ["-c", "echo $AWS_SECRET_ACCESS_KEY"], { stdio: "inherit" }); 0`,
  );
  expect([child.error, child.stdout]).toEqual([undefined, "<redacted>\n"]);
});

test("a secret is known in what a cell puts in place of process.env, and the environment stays an object", async () => {
  const set = 'process.env = { ...process.env, DLF_TOKEN: "m2YtGd7xUc" + "4LbPq9Ws1J" };';
  const replaced = await kernel.execute(`${set} console.log(process.env.DLF_TOKEN); process.env.DLF_TOKEN`);
  expect([replaced.stdout, replaced.result?.["text/plain"]]).toEqual(["<redacted>\n", "<redacted>"]);
  for (const value of ["null", "undefined", '"A=1"']) {
    const refused = await kernel.execute(`// @ts-nocheck\nprocess.env = ${value}; 1`);
    expect(refused.error?.evalue).toMatch(
      /^Cannot set process\.env to .*: it holds the variables of the process/,
    );
  }
  const after = await kernel.execute('const { sep } = await import("node:path"); sep');
  expect(after.result?.["text/plain"]).toBe("/");
});
