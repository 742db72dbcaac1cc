/** The kernel beside ipykernel and plain tslab, all spoken to by the same client. */
import { execFile } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { type KernelClient, startKernelClient } from "../kernel/kernel-client.ts";
import type { BenchCase, BenchSide } from "./case.ts";

const dist = resolve(import.meta.dirname, "../../dist");
const tslab = join(dirname(createRequire(import.meta.url).resolve("tslab/package.json")), "bin", "tslab");
const execute = promisify(execFile);
const warmCells = 20;
const prints = 5_000;

interface Kernel {
  readonly name: string;
  start(): Promise<KernelClient>;
  /** A cell that gives a number. */
  readonly first: string;
  /** A cell of new text, and a name to complete that it declares. */
  cell(index: number): string;
  readonly print: string;
}

const typescript = {
  first: "const n: number = 6; n * 7",
  cell: (index: number) => `const warm${index} = ${index} + 1; warm${index}`,
  print: `for (let i = 0; i < ${prints}; i++) console.log("line " + i)`,
};

const ours: Kernel = {
  ...typescript,
  // It uses this package, and is checked.
  first: "const n: number = [connect].length * 42; n",
  name: "dlf-lance",
  start: () =>
    startKernelClient({
      transport: "tcp",
      command: (file) => [
        process.execPath,
        "--max-old-space-size=8192",
        "--no-force-async-hooks-checks",
        join(dist, "run-kernel.js"),
        file,
      ],
    }),
};

const plainTslab: Kernel = {
  ...typescript,
  name: "plain tslab",
  start: () =>
    startKernelClient({
      transport: "tcp",
      isWelcoming: false,
      command: (file) => [process.execPath, tslab, "kernel", "--config-path", file],
    }),
};

const ipykernel: Kernel = {
  name: "ipykernel",
  first: "6 * 7",
  cell: (index) => `warm${index} = ${index} + 1; warm${index}`,
  print: `for i in range(${prints}): print("line", i)`,
  start: () => {
    const { testPython } = JSON.parse(process.env.DLF_LANCE_PREPARED ?? "{}") as { testPython?: string };
    if (testPython === undefined) throw new Error("run this by: npm run bench");
    return startKernelClient({
      transport: "tcp",
      isWelcoming: false,
      command: (file) => [testPython, "-m", "ipykernel_launcher", "-f", file],
    });
  },
};

async function runCell(client: KernelClient, code: string): Promise<string> {
  const content = { code, silent: false, store_history: true, user_expressions: {}, allow_stdin: false };
  const id = await client.send("execute_request", { ...content, stop_on_error: true });
  const reply = await client.reply(id);
  if (reply.content.status !== "ok") throw new Error(`a cell failed: ${JSON.stringify(reply.content)}`);
  return id;
}

async function startWarm(kernel: Kernel): Promise<KernelClient> {
  const client = await kernel.start();
  await client.request("kernel_info_request", {});
  await runCell(client, kernel.first);
  return client;
}

/** A case on kernels that run, all of them for all its runs. */
function warmCase(
  name: string,
  kernels: readonly Kernel[],
  run: (client: KernelClient, kernel: Kernel) => Promise<number | undefined>,
  unit: "ms" | "MB" = "ms",
): BenchCase {
  return {
    name,
    unit,
    async prepare() {
      const clients = await Promise.all(kernels.map(startWarm));
      const sides = kernels.map((kernel, index): BenchSide => {
        const client = clients[index];
        if (client === undefined) throw new Error(`${kernel.name} was not started`);
        return { name: kernel.name, run: () => run(client, kernel) };
      });
      return {
        sides,
        async close() {
          await Promise.all(clients.map((client) => client.stop()));
        },
      };
    },
  };
}

const startCase: BenchCase = {
  name: "kernel: start to the first result",
  async prepare() {
    const sides = [ours, ipykernel, plainTslab].map(
      (kernel): BenchSide => ({
        name: kernel.name,
        async run() {
          const start = performance.now();
          const client = await startWarm(kernel);
          const time = performance.now() - start;
          await client.stop();
          return time;
        },
      }),
    );
    return { sides, close: async () => {} };
  },
};

/** Cells of one kernel that name a table: its columns are known, or its name is only known when the cell runs. */
const typedCase: BenchCase = {
  name: `kernel: ${warmCells} warm cells on a table whose columns are known`,
  async prepare() {
    const data = await mkdtemp(join(tmpdir(), "dlf-lance-typed-"));
    const client = await startWarm({
      ...ours,
      start: () =>
        startKernelClient({ entry: join(dist, "run-kernel.js"), environment: { DLF_LANCE_DATA: data } }),
    });
    await runCell(
      client,
      'const lake = await connect(); await lake.seedDemo(); const name: string = "demo.sales";',
    );
    let cells = 0;
    const side = (label: string, table: string): BenchSide => ({
      name: label,
      async run() {
        for (let index = 0; index < warmCells; index++) {
          cells += 1;
          const frame = `read(${table}).where(col("quantity").gt(${cells})).select("price", "paid")`;
          await runCell(client, `await ${frame}.limit(1).toObjects(); ${cells}`);
        }
        return undefined;
      },
    });
    return {
      sides: [side("columns known", '"demo.sales"'), side("untyped", "name")],
      async close() {
        await client.stop();
        await rm(data, { recursive: true });
      },
    };
  },
};

/** The first cell that names a table: the catalog lists its columns, or the name is only known when the cell runs. */
const firstMentionCase: BenchCase = {
  name: "kernel: the first cell that names a table",
  async prepare() {
    const data = await mkdtemp(join(tmpdir(), "dlf-lance-mention-"));
    const client = await startWarm({
      ...ours,
      start: () =>
        startKernelClient({ entry: join(dist, "run-kernel.js"), environment: { DLF_LANCE_DATA: data } }),
    });
    await runCell(client, `let lake = await connect(); const name: string = "default.t0";`);
    const make = `for (let i = 0; i < ${mentionedTables}; i++) await lake.createTable(["default", "t" + i], [{ id: 1n }]);`;
    await runCell(client, `${make} await lake.close(); lake = await connect(); 1`);
    let cells = 0;
    const side = (label: string, table: () => string): BenchSide => ({
      name: label,
      async run() {
        cells += 1;
        await runCell(client, `read(${table()}).select("id"); ${cells}`);
        return undefined;
      },
    });
    let mentioned = 0;
    return {
      sides: [
        side("columns asked for", () => `"default.t${mentioned++ % mentionedTables}"`),
        side("untyped", () => "name"),
      ],
      async close() {
        await client.stop();
        await rm(data, { recursive: true });
      },
    };
  },
};

const mentionedTables = 50;

const loopSteps = 1e7;
const loop = `let s = 0; for (let i = 0; i < ${loopSteps}; i++) s += i;`;

/** The loop's own milliseconds, at the top of a cell and of a module of Node's. */
const loopCase: BenchCase = {
  name: `kernel: s += i over ${loopSteps} top-level steps`,
  async prepare() {
    const client = await startWarm(ours);
    const folder = await mkdtemp(join(tmpdir(), "dlf-lance-loop-"));
    const file = join(folder, "loop.mjs");
    await writeFile(file, `const start = performance.now(); ${loop} console.log(performance.now() - start);`);
    let runs = 0;
    return {
      sides: [
        {
          name: ours.name,
          async run() {
            runs += 1;
            const code = `const start${runs} = performance.now(); ${loop} performance.now() - start${runs}`;
            return Number((await client.execute(code)).result?.["text/plain"]);
          },
        },
        { name: "plain Node", run: async () => Number((await execute(process.execPath, [file])).stdout) },
      ],
      async close() {
        await client.stop();
        await rm(folder, { recursive: true });
      },
    };
  },
};

/** Of all its threads: the front thread starts the checker. */
function listChildren(processId: string): readonly string[] {
  const threads = `/proc/${processId}/task`;
  return readdirSync(threads).flatMap(
    (thread) => readFileSync(join(threads, thread, "children"), "utf8").match(/\d+/g) ?? [],
  );
}

/** Megabytes of a process and those it has started. */
function readMemory(processId: string): number {
  const status = readFileSync(`/proc/${processId}/status`, "utf8");
  const children = listChildren(processId);
  const own = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]) / 1_024;
  return children.map(readMemory).reduce((sum, megabytes) => sum + megabytes, own);
}

const manyCells = 2_000;

interface ManyCells {
  /** Milliseconds of each cell. */
  readonly times: readonly number[];
  /** Megabytes of the checker after the first cell and after the last. */
  readonly memory: readonly [first: number, last: number];
}

let manyCellsRun: Promise<ManyCells> | undefined;

/** Cells that each declare a name of their own; run once, for all that is measured of them. */
async function runManyCells(): Promise<ManyCells> {
  const client = await startWarm(ours);
  const readChecker = (): number => Math.max(...listChildren(String(client.process.pid)).map(readMemory));
  const first = readChecker();
  const times: number[] = [];
  for (let cell = 0; cell < manyCells; cell++) {
    const start = performance.now();
    await runCell(client, ours.cell(cells++));
    times.push(performance.now() - start);
  }
  const last = readChecker();
  await client.stop();
  return { times, memory: [first, last] };
}

function manyCellsCase(
  name: string,
  unit: "ms" | "MB",
  readSides: (run: ManyCells) => Readonly<Record<string, number | undefined>>,
): BenchCase {
  return {
    name: `kernel: ${name} over ${manyCells} cells with new names`,
    unit,
    async prepare() {
      manyCellsRun ??= runManyCells();
      const sides = Object.entries(readSides(await manyCellsRun));
      return {
        sides: sides.map(([side, value]) => ({ name: side, run: async () => value })),
        close: async () => {},
      };
    },
  };
}

function medianOf(times: readonly number[]): number | undefined {
  return times.toSorted((a, b) => a - b)[times.length >> 1];
}

let cells = 0;

export const kernelCases: readonly BenchCase[] = [
  startCase,
  loopCase,
  manyCellsCase("median time", "ms", ({ times }) => ({
    "last 50": medianOf(times.slice(-50)),
    "first 50": medianOf(times.slice(0, 50)),
  })),
  manyCellsCase("memory of the checker", "MB", ({ memory: [first, last] }) => ({
    "after the last": last,
    "after the first": first,
  })),
  typedCase,
  firstMentionCase,
  warmCase(`kernel: ${warmCells} warm cells`, [ours, plainTslab, ipykernel], async (client, kernel) => {
    for (let cell = 0; cell < warmCells; cell++) await runCell(client, kernel.cell(cells++));
    return undefined;
  }),
  // Each of a text of its own, as a cell has after each key: plain tslab answers for the same text from what it has.
  warmCase(`kernel: ${warmCells} completions`, [ours, plainTslab, ipykernel], async (client, kernel) => {
    for (let count = 0; count < warmCells; count++) {
      const code = kernel.cell(cells++).slice(0, -1);
      const { content } = await client.request("complete_request", { code, cursor_pos: code.length });
      if ((content.matches as string[]).length === 0)
        throw new Error(`no completion: ${JSON.stringify(content)}`);
    }
    return undefined;
  }),
  // As a front end asks that offers names while one is written.
  warmCase(
    "kernel: completions after each key of a name",
    [ours, plainTslab, ipykernel],
    async (client, kernel) => {
      const code = kernel.cell(cells++);
      for (let end = code.lastIndexOf("warm") + 1; end <= code.length; end++) {
        await client.request("complete_request", { code: code.slice(0, end), cursor_pos: end });
      }
      return undefined;
    },
  ),
  warmCase(`kernel: ${prints} printed lines`, [ours, ipykernel], async (client, { print }) => {
    await client.untilIdle(await runCell(client, print));
    return undefined;
  }),
  warmCase(
    "kernel: memory after the first result",
    [ours, ipykernel, plainTslab],
    async ({ process: kernel }) => readMemory(String(kernel.pid)),
    "MB",
  ),
];
