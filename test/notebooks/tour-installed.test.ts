/** The tour over the package as somebody installs it, in both kernels and on the oldest Node that we take. */
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { installApart } from "../display/install-apart.ts";
import { type InstalledPackage, installPackage, installTime } from "../installed-package.ts";
import { ownKernelTag, runNotebook } from "./run-notebook.ts";

const isFull = process.env.DLF_LANCE_TEST_SIZE === "full";

let installed: InstalledPackage;
beforeAll(async () => {
  installed = await installPackage();
}, installTime);

const oldestNode = async () => {
  const name = `node-${process.platform}-${process.arch}`;
  return join(await installApart(`${name}@22.19.0`), "node_modules", name, "bin", "node");
};

const ways = [
  { engine: "dlf-lance", on: "this Node", findNode: async () => process.execPath },
  { engine: "dlf-lance", on: "Node 22.19", findNode: oldestNode },
  { engine: "tslab", on: "Node 22.19", findNode: oldestNode },
] as const;

test.each(isFull ? ways : ways.slice(0, 1))(
  "$engine runs it on $on",
  async ({ engine, findNode }) => {
    const node = await findNode();
    const run = await runNotebook("01_tour.ipynb", { engine, launcher: installed.launcher, node });
    const isRun = (tags: readonly string[] = []) => engine !== "tslab" || !tags.includes(ownKernelTag);
    const cells = run.cells.filter(({ metadata }) => isRun(metadata.tags));
    const outputs = cells.flatMap((cell) => cell.outputs);
    expect(cells.length).toBeGreaterThan(5);
    expect(cells.filter((cell) => cell.execution_count === null)).toEqual([]);
    expect(outputs.filter(({ output_type, name }) => output_type === "error" || name === "stderr")).toEqual(
      [],
    );
    expect(run.text).toMatch(/daft-d/);
  },
  600_000,
);
