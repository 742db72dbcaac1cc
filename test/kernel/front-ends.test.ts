/** The installed kernel in the front ends that people run it from. */
import { execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { z } from "zod";
import { startJupyterServer } from "../browser/jupyter-server.ts";

const run = promisify(execFile);
const python = inject("testPython");
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-front-ends-"));
  environment = { JUPYTER_PATH: join(folder, "share", "jupyter") };
  const launcher = resolve(import.meta.dirname, "../../src/launcher.cjs");
  await run(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
}, 120_000);

afterAll(() => rm(folder, { recursive: true, force: true }));

const notebookShape = z.object({
  cells: z.array(z.object({ outputs: z.array(z.looseObject({ output_type: z.string() })) })),
});

async function writeNotebook(...sources: string[]): Promise<string> {
  const cells = sources.map((source, index) => ({
    cell_type: "code",
    id: `cell-${index}`,
    metadata: {},
    execution_count: null,
    outputs: [],
    source,
  }));
  const kernelspec = { name: "dlf-lance", display_name: "TypeScript", language: "typescript" };
  const file = join(folder, "in.ipynb");
  await writeFile(file, JSON.stringify({ cells, metadata: { kernelspec }, nbformat: 4, nbformat_minor: 5 }));
  return file;
}

test("papermill runs a notebook with the parameters of its environment", async () => {
  const source = await writeNotebook(
    "const rows = Number(parameters.rows ?? 1);\nrows * 2",
    "parameters.day",
  );
  const executed = join(folder, "out.ipynb");
  await run(python, ["-m", "papermill", "--no-progress-bar", source, executed], {
    env: { ...process.env, ...environment, DLF_LANCE_PARAMETERS: '{"rows": 21, "day": "2024-05-01"}' },
  });
  const { cells } = notebookShape.parse(JSON.parse(await readFile(executed, "utf8")));
  expect(cells.map(({ outputs }) => outputs[0]?.data)).toEqual([
    { "text/plain": ["42"] },
    { "text/plain": ["2024-05-01"] },
  ]);
});

test("papermill hears of a cell that fails, and of parameters that are none", {
  timeout: 180_000,
}, async () => {
  const runWith = async (source: string, parameters: string): Promise<string> => {
    const failed = run(
      python,
      ["-m", "papermill", "--no-progress-bar", source, join(folder, "failed.ipynb")],
      {
        env: { ...process.env, ...environment, DLF_LANCE_PARAMETERS: parameters },
      },
    );
    return failed.then(
      () => "no failure",
      ({ stderr }: { stderr: string }) => stderr,
    );
  };
  expect(await runWith(await writeNotebook("const n: number = 'x';"), "{}")).toMatch(
    /TypeScriptError: Type 'string' is not assignable to type 'number'/,
  );
  for (const wrong of ["[1,2]", '{"a":']) {
    expect(await runWith(await writeNotebook("1"), wrong)).toMatch(
      /InvalidInput: Cannot run the cell: DLF_LANCE_PARAMETERS is not a JSON object; set it to one/,
    );
  }
});

test("jupyter console shows results and type errors", { timeout: 300_000 }, async () => {
  const child = spawn(python, ["-m", "jupyter_console", "--kernel", "dlf-lance", "--simple-prompt"], {
    cwd: folder,
    env: { ...process.env, ...environment },
    stdio: "pipe",
  });
  child.stdin.end("6 * 7\nconst wrong: string = 5;\n");
  const [shown, complained] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect(shown).toContain("Out[1]: 42");
  expect(complained).toMatch(
    /TypeScriptError: Type 'number' is not assignable to type 'string'.*\n\s+cell 2, line 1/,
  );
});

test("Notebook 7 lists the kernel with its icons, and runs a cell", async () => {
  const state = join(folder, "state");
  await mkdir(state);
  const server = await startJupyterServer({ python, application: "notebook", folder, state, environment });
  try {
    const listed: unknown = await (await fetch(server.page("api/kernelspecs"))).json();
    const { spec, resources } = specsShape.parse(listed).kernelspecs["dlf-lance"];
    expect(spec).toMatchObject({ display_name: "TypeScript (DLF Lance)", language: "typescript" });
    expect(Object.keys(resources).sort()).toEqual(["logo-32x32", "logo-64x64", "logo-svg"]);
    const body = JSON.stringify({ name: "dlf-lance" });
    const started = await fetch(server.page("api/kernels"), { method: "POST", body });
    const { id } = z.object({ id: z.string() }).parse(await started.json());
    expect(await runThrough(server.page(`api/kernels/${id}/channels`), "await Promise.resolve(6 * 7)")).toBe(
      "42",
    );
  } finally {
    await server.close();
  }
}, 120_000);

const specsShape = z.object({
  kernelspecs: z.object({
    "dlf-lance": z.object({ spec: z.looseObject({}), resources: z.record(z.string(), z.string()) }),
  }),
});

const resultShape = z.object({
  msg_type: z.literal("execute_result"),
  content: z.object({ data: z.object({ "text/plain": z.string() }) }),
});

/** Runs a cell by the server's socket, as its pages do; answers the result's text. */
function runThrough(address: string, code: string): Promise<string> {
  const socket = new WebSocket(address.replace("http", "ws"));
  const header = {
    msg_id: "1",
    msg_type: "execute_request",
    session: "test",
    username: "",
    date: "",
    version: "5.4",
  };
  const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
  const request = { header, parent_header: {}, metadata: {}, content, channel: "shell", buffers: [] };
  return new Promise((resolve, reject) => {
    socket.addEventListener("open", () => socket.send(JSON.stringify(request)));
    socket.addEventListener("error", () => reject(new Error("the server's socket failed")));
    socket.addEventListener("message", ({ data }) => {
      const result = resultShape.safeParse(JSON.parse(String(data)));
      if (!result.success) return;
      socket.close();
      resolve(result.data.content.data["text/plain"]);
    });
  });
}
