/** A real kernel process: the list of variables, as JupyterLab asks for it. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { type KernelClient, startKernelClient } from "./kernel-client.ts";

let kernel: KernelClient;
let requests = 0;

beforeAll(async () => {
  kernel = await startKernelClient();
});

afterAll(() => kernel.stop());

interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly variablesReference: number;
}

async function debug(command: string, given: object = {}) {
  requests += 1;
  const content = { type: "request", seq: requests, command, arguments: given };
  const reply = await kernel.request("debug_request", content, "control");
  expect(reply).toMatchObject({
    type: "debug_reply",
    content: { type: "response", request_seq: requests, command },
  });
  return reply.content as { success: boolean; message?: string; body: Record<string, unknown> };
}

async function variables(): Promise<Readonly<Record<string, Variable>>> {
  const { body } = await debug("inspectVariables");
  return Object.fromEntries((body.variables as Variable[]).map((each) => [each.name, each]));
}

async function partsOf(variable: Variable | undefined): Promise<readonly (readonly [string, string])[]> {
  const { body } = await debug("variables", { variablesReference: variable?.variablesReference });
  return (body.variables as Variable[]).map(({ name, value }) => [name, value]);
}

test("a front end that starts a debugger gets the list of variables", async () => {
  expect((await kernel.request("kernel_info_request", {})).content.supported_features).toEqual(["debugger"]);
  expect((await debug("debugInfo")).body).toMatchObject({
    isStarted: false,
    breakpoints: [],
    richRendering: true,
  });
  for (const command of ["initialize", "attach", "configurationDone"])
    expect((await debug(command)).success).toBe(true);
  expect((await debug("debugInfo")).body).toMatchObject({ isStarted: true, stoppedThreads: [] });
  expect(await variables()).toEqual({});
  await debug("disconnect");
  expect((await debug("debugInfo")).body).toMatchObject({ isStarted: false });
});

test("lists what cells have declared, a line each, and nothing else", async () => {
  await kernel.execute(`
    import { join } from "node:path";
    const count = 5n, text = "a\\nb".repeat(200), nothing = null, missing = undefined;
    let rows = [{ id: 1 }, { id: 2 }];
    const map = new Map([["k", { deep: 1 }]]), set = new Set([7]);
    interface Row { id: number }
    class Point { x = 1; get broken() { throw new Error("run") } }
    const point = new Point(), bytes = new Uint8Array(1e6), trap = new Proxy({}, { get() { throw new Error("run") }, ownKeys() { throw new Error("run") } });
    const double = (n: number) => 2 * n;
    const hostile = { [Symbol.for("nodejs.util.inspect.custom")]() { throw new Error("run") } };
    throw new Error("half way"); const late = 1;`);
  const found = await variables();
  expect(Object.keys(found)).toEqual(
    "Point bytes count double hostile join map missing nothing point rows set text trap".split(" "),
  );
  expect(found.count).toMatchObject({ value: "5n", type: "bigint", variablesReference: 0 });
  expect(found.nothing).toMatchObject({ value: "null", type: "null" });
  expect(found.rows).toMatchObject({ type: "Array", value: "[ [Object], [Object] ]" });
  expect(found.double).toMatchObject({ type: "function", value: "(n) => 2 * n" });
  expect(found.point).toMatchObject({ type: "Point" });
  expect(found.hostile).toMatchObject({ value: "[object]" });
  expect(Object.values(found).every(({ value }) => value.length <= 201 && !value.includes("\n"))).toBe(true);
  expect(await partsOf(found.rows)).toEqual([
    ["0", "{ id: 1 }"],
    ["1", "{ id: 2 }"],
  ]);
  expect(await partsOf(found.map)).toEqual([["'k'", "{ deep: 1 }"]]);
  expect(await partsOf(found.set)).toEqual([["0", "7"]]);
  expect(await partsOf(found.point)).toEqual([["x", "1"]]);
  expect(found.trap?.variablesReference).toBe(0);
  expect(await partsOf({ ...(found.map as Variable), variablesReference: 99 })).toEqual([]);
  await kernel.execute("rows = []");
  expect((await variables()).rows).toMatchObject({ value: "[]", variablesReference: 0 });
});

test("a variable is drawn as a cell would show it", async () => {
  const { body } = await debug("richInspectVariables", { variableName: "set" });
  expect(body).toEqual({ data: { "text/plain": "Set(1) { 7 }" }, metadata: {} });
  expect(await debug("richInspectVariables", { variableName: "display" })).toMatchObject({
    success: false,
    message: "no cell has declared this variable",
  });
});

test("no secret is in the list", async () => {
  await kernel.execute("const token = remember('open sesame, quickly');");
  expect((await variables()).token).toMatchObject({ value: "'<redacted>'" });
  expect(kernel.received.filter((text) => text.includes("debug_reply")).join()).not.toMatch(/sesame/);
});

test("breakpoints are refused in words", async () => {
  for (const command of ["setBreakpoints", "dumpCell", "evaluate", "no such command"])
    expect(await debug(command)).toMatchObject({
      success: false,
      message: "this kernel has no debugger: it lists variables, and takes no breakpoints",
      body: {},
    });
});
