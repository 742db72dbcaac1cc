/** A real kernel process: a secret it knows is in nothing that it sends. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { longestLeak } from "../secrets.ts";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

/** Kept in halves here and in the cells, so that no cell's own text holds it. */
const halves = ["zK9-q/Vt+2m", "&Lw7_Rx4pB1e"] as const;
const secret = halves.join("");
const bytes = Buffer.from(secret);

let kernel: KernelClient;

beforeAll(async () => {
  kernel = await startKernelClient();
  await kernel.execute(
    `const secret = remember(${JSON.stringify(halves[0])} + ${JSON.stringify(halves[1])}); 0`,
  );
});

afterAll(() => kernel.stop());

/** Every way in which the kernel must not have said it. */
function leaks(text: string): string[] {
  const core = (prefix: string): string =>
    Buffer.from(prefix + secret)
      .toString("base64")
      .slice(4, 28);
  const forms = {
    raw: secret,
    url: encodeURIComponent(secret),
    html: secret.replace("&", "&amp;"),
    base64: core("").slice(0, 24),
    "base64 at one": core("a"),
    "base64 at two": core("ab"),
    hex: bytes.toString("hex"),
    reversed: JSON.stringify(secret).slice(1, -1),
    decimal: [...bytes].join(","),
  };
  const cut = longestLeak(text, secret) > 7 ? ["cut"] : [];
  return [
    ...cut,
    ...Object.entries(forms)
      .filter(([, form]) => text.includes(form))
      .map(([name]) => name),
  ];
}

test.each([
  ["a result", "secret"],
  ["a nested result", "({ key: { inside: [secret] }, ['key-' + secret]: 1 })"],
  [
    "Base64 at three places",
    "['', 'a', 'ab'].map((pad) => Buffer.from(pad + secret + '!').toString('base64'))",
  ],
  ["Base64 for URLs", "Buffer.from(secret).toString('base64url')"],
  ["hex", "Buffer.from(secret).toString('hex').toUpperCase()"],
  ["the bytes of a buffer", "Buffer.from(secret)"],
  ["a long text in an object", "console.log({ body: 'x'.repeat(9980) + secret })"],
  [
    "a long cell",
    "display([{ o: { k: 'p'.repeat(245) + secret }, ['n'.repeat(390) + secret]: 'p'.repeat(390) + secret }])",
  ],
  ["a buffer that is cut", "Buffer.from('x'.repeat(35) + secret)"],
  ["decimal bytes", "console.log([...Buffer.from(secret)], JSON.stringify(Buffer.from(secret)))"],
  ["bytes as JSON", "display({ 'application/json': [...Buffer.from(secret)] }, { raw: true })"],
  ["a group", "console.group(secret); console.log({ a: [secret] }); console.groupEnd()"],
  ["the global object", "console.log(secret, globalThis)"],
  ["a URL", "new URL('https://host/path?token=' + encodeURIComponent(secret)).href"],
  ["JSON", "JSON.stringify(JSON.stringify({ secret }))"],
  ["a stream", "console.log(secret); console.error('x' + secret + 'y')"],
  ["a stream in pieces", "for (const c of secret) process.stdout.write(c)"],
  [
    "a stream in pieces over time",
    "for (const c of secret) { process.stdout.write(c); await new Promise((done) => setTimeout(done, 10)) }",
  ],
  [
    "a stream in pieces around a display",
    "process.stdout.write(secret.slice(0, 9)); display('between'); process.stdout.write(secret.slice(9))",
  ],
  ["an error", "throw new Error('refused for ' + secret)"],
  ["a cause", "throw new Error('refused', { cause: new Error(secret) })"],
  ["a thrown value", "throw { secret }"],
  [
    "a display",
    "display({ 'text/html': '<b>' + secret.replace('&', '&amp;') + '</b>', 'application/json': { [secret]: [secret] } }, { raw: true })",
  ],
  ["a broken display", "display({ [Symbol.for('Jupyter.display')]() { throw new Error(secret) } })"],
  ["a picture that is none", "display({ 'image/png': secret, 'text/plain': secret }, { raw: true })"],
  [
    "a picture that holds it",
    "display({ 'image/png': Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.from('tEXt' + secret)]).toString('base64') }, { raw: true })",
  ],
  [
    "an unhandled rejection",
    "Promise.reject(new Error(secret)); await new Promise((done) => setTimeout(done, 20))",
  ],
  [
    "an error after the cell",
    "setTimeout(() => { throw new Error(secret) }, 1); await 0; process.stdout.write('<redacted>')",
  ],
  ["tslab's display", "import * as tslab from 'tslab'; tslab.display.html(secret)"],
])("it is not in %s", async (_name, code) => {
  const before = kernel.received.length;
  const { published } = await kernel.execute(code, { user_expressions: { again: "secret" } });
  const text = kernel.received.slice(before).join("\n");
  expect(leaks(text)).toEqual([]);
  expect(
    leaks(
      published
        .filter((m) => m.type === "stream")
        .map((m) => m.content.text)
        .join(""),
    ),
  ).toEqual([]);
  expect(text).toMatch(/<redacted>|<withheld/);
});

test("it is not in completions, inspections and history, and a cell that holds it is warned about", async () => {
  const typed = `const holder = { "${secret}": 1 } as const;`;
  const before = kernel.received.length;
  const { stderr, reply } = await kernel.execute(typed);
  expect(reply.content.status).toBe("ok");
  expect(stderr).toMatch(/the text of this cell holds a secret, and so does the notebook file/);
  await kernel.request("inspect_request", { code: "holder", cursor_pos: 3, detail_level: 0 });
  await kernel.request("complete_request", { code: 'holder["', cursor_pos: 8 });
  const history = await kernel.request("history_request", { hist_access_type: "tail", n: 5, output: true });
  expect(history.text).toContain("<redacted>");
  expect(leaks(kernel.received.slice(before).join("\n"))).toEqual([]);
});

test("it is not in a comm or an input prompt", async () => {
  const before = kernel.received.length;
  await kernel.untilIdle(await kernel.send("comm_open", { comm_id: secret, target_name: "echo", data: {} }));
  await kernel.untilIdle(await kernel.send("comm_msg", { comm_id: secret, data: { [secret]: secret } }));
  await kernel.request("comm_info_request", {});
  await kernel.execute("await input(secret)", { allow_stdin: true });
  expect(kernel.received.slice(before).some((text) => text.includes("input_request"))).toBe(true);
  expect(leaks(kernel.received.slice(before).join("\n"))).toEqual([]);
});

test("a picture without it arrives unchanged", async () => {
  const picture = `iVBORw0KGgo${"abcd".repeat(50)}A`;
  const { published } = await kernel.execute(
    `display({ 'image/png': ${JSON.stringify(picture)} }, { raw: true })`,
  );
  const shown = published.find((m) => m.type === "display_data")?.content.data;
  expect(shown).toEqual({ "image/png": picture });
});

test("nothing of it is left in the terminal either", async () => {
  await kernel.untilIdle(await kernel.send(`unknown_${secret}`, {}));
  await expect.poll(() => kernel.terminal()).toContain("unknown_<redacted>");
  expect(leaks(kernel.terminal())).toEqual([]);
});

test.each(["7", "throw new Error('end')"])(
  "what may begin a secret is written before what the cell shows at its end: %s",
  async (end) => {
    const { published } = await kernel.execute(`process.stdout.write("it ends with zK9"); ${end}`);
    const shown = published.filter(({ type }) => /^(stream|execute_result|error)$/.test(type));
    expect(
      shown
        .map(({ type, content }) => content.text ?? type)
        .slice(0, -1)
        .join(""),
    ).toBe("it ends with zK9");
    expect(shown.at(-1)?.type).toMatch(/^(execute_result|error)$/);
  },
);
