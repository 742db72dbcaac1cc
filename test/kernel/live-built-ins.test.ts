/** Real kernel processes whose cells change built-in objects: the filter stays on, each cell ends, and what was changed is said. */
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { type Executed, type KernelClient, startKernelClient } from "./kernel-client.ts";

const halves = ["zK9-q/Vt+2m", "&Lw7_Rx4pB1e"] as const;
const secret = halves.join("");

async function withKernel(work: (kernel: KernelClient) => Promise<void>): Promise<void> {
  const entry = resolve(import.meta.dirname, "../../dist/run-kernel.js");
  const kernel = await startKernelClient({ below: "one/two/three", entry });
  try {
    await kernel.execute("await connect(); 0");
    await work(kernel);
  } finally {
    await kernel.stop();
  }
}

const showSecret = `console.log(${JSON.stringify(halves[0])} + ${JSON.stringify(halves[1])}); 6 * 7`;

/** What throws where it is called, and what returns something else. */
const failing = "throw new Error('changed')";
const empty = "return ''";

test.each([
  ["JSON.stringify", failing],
  ["Function.prototype.apply", failing],
  ["Function.prototype.call", empty],
  ["String.prototype.replaceAll", empty],
  ["String.prototype.includes", failing],
  ["String.prototype.trim", empty],
  ["Array.prototype.map", failing],
  ["Array.prototype.includes", failing],
  ["Array.prototype[Symbol.iterator]", failing],
  ["Promise.prototype.then", failing],
  ["Promise.prototype.finally", empty],
  ["Map.prototype.get", empty],
  ["Map.prototype.set", failing],
  ["Set.prototype.add", empty],
  ["Set.prototype.has", failing],
  ["Symbol.for", empty],
  ["Object.assign", failing],
  ["Buffer.prototype.toString", empty],
  ["EventTarget.prototype.addEventListener", failing],
  ["require('node:worker_threads').MessagePort.prototype.postMessage", empty],
  ["Atomics.store", failing],
  ["process.emit", failing],
])("%s: %s; the cell's own calls have it, the kernel goes on", async (target, body) => {
  await withKernel(async (kernel) => {
    const outcome = (cell: Executed) => cell.error?.ename ?? cell.result?.["text/plain"];
    const name = target.replace(/^require\(.*\)\./, "");
    const changing = await kernel.execute(`// @ts-nocheck\n${target} = function () { ${body} };\n1`);
    expect(changing.stderr).toContain(`a cell has changed ${name}, which`);
    // Met only now, by code that uses what was changed.
    const met = await kernel.execute(`process.env.DLF_TOKEN = "${halves[0]}" + "${halves[1]}"; 0`);
    const shown = await kernel.execute(showSecret);
    expect([outcome(changing), outcome(met), outcome(shown)]).toEqual(["1", "0", "42"]);
    expect(shown.stdout).not.toBe("");
    const own = await kernel.execute(`String(${target}).includes("${body.slice(0, 6)}")`);
    if (!name.startsWith("String.prototype")) expect(outcome(own)).toBe("true");
    expect(kernel.received.filter((text) => text.includes(secret))).toEqual([]);
  });
});

test.each([
  [
    "a name on the prototype of all objects",
    "Object.prototype.then = function () {}",
    "Object.prototype.then",
  ],
  ["what every loop over keys finds", "Object.prototype.anything = 1", "Object.prototype"],
  ["a class of the platform", "globalThis.Map = class {}", "Map"],
])("%s is told while the cell runs", async (_name, code, told) => {
  await withKernel(async (kernel) => {
    await kernel.send("execute_request", { code: `// @ts-nocheck\n${code};\n1` });
    const { content } = await kernel.until(
      ({ type, content: { text } }) => type === "stream" && String(text).includes("a cell has changed"),
    );
    expect(content.text).toMatch(
      new RegExp(`^Warning: a cell has changed ${told}, which.*restart the kernel`),
    );
  });
});

test.each([
  ["deleted", "delete globalThis.Promise; delete globalThis.Array; delete globalThis.process"],
  ["frozen", "Object.freeze(globalThis); Object.freeze(Object.prototype); Object.freeze(Array.prototype)"],
])("what is %s does not stop the cells that follow", async (_name, code) => {
  await withKernel(async (kernel) => {
    await kernel.execute(`// @ts-nocheck\n${code};\n1`);
    const { result } = await kernel.execute(
      "const constructor = 1; let later = await 41; later + constructor",
    );
    expect(result?.["text/plain"]).toBe("42");
  });
});

test.each(["[]", "new Map()", "new Set()", '""'])(
  "the iterator of %s that ends at once does not stop the kernel",
  async (value) => {
    await withKernel(async (kernel) => {
      const changing = await kernel.execute(
        `// @ts-nocheck\nObject.getPrototypeOf(${value}[Symbol.iterator]()).next = () => ({ done: true, value: undefined });\n1`,
      );
      expect(changing.stderr).toMatch(/a cell has changed \w+Iterator\.prototype\.next, which/);
      const { result } = await kernel.execute("6 * 7");
      expect(result?.["text/plain"]).toBe("42");
    });
  },
);

test("what cells declare, add or seed is no change", async () => {
  await withKernel(async (kernel) => {
    const { stderr, result } = await kernel.execute(
      "let Map = 3; function setTimeout() { return 4 }\nMath.random = () => 0.5;\n" +
        "Object.defineProperty(Array.prototype, 'last', { get() { return this.at(-1) } });\n[Map, setTimeout(), Math.random()]",
    );
    expect([stderr, result?.["text/plain"]]).toEqual(["", "[ 3, 4, 0.5 ]"]);
  });
});
