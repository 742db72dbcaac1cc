/** The command, with what this machine has: Jupyter, kernels, and a lake of its own. */
import { execFile } from "node:child_process";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { installKernel } from "../../src/kernel/install/install-kernel.ts";

const launcher = resolve(import.meta.dirname, "../../src/launcher.cjs");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-doctor-"));
  await mkdir(join(folder, "empty"));
});
afterEach(() => rm(folder, { recursive: true }));

interface Answer {
  readonly findings: readonly { check: string; state: string; detail: string; next?: string }[];
}

interface Machine {
  /** In front of the PATH. */
  readonly programs?: string;
  readonly jupyterPath?: string;
  /** The Python environment that is active. */
  readonly environment?: string;
}

async function runDoctor(machine: Machine, ...options: readonly string[]) {
  const { programs = join(folder, "empty"), jupyterPath = "", environment } = machine;
  const { VIRTUAL_ENV: _, CONDA_PREFIX: __, ...own } = process.env;
  const kept = Object.fromEntries(Object.entries(own).filter(([name]) => !name.startsWith("DLF_")));
  const env = {
    ...kept,
    ...(environment === undefined ? {} : { VIRTUAL_ENV: environment }),
    PATH: [programs, "/usr/bin", "/bin"].join(delimiter),
    JUPYTER_PATH: jupyterPath,
    JUPYTER_DATA_DIR: join(folder, "data"),
    XDG_CONFIG_HOME: folder,
    XDG_STATE_HOME: join(folder, "state"),
    DLF_LANCE_DATA: join(folder, "lake"),
  };
  const ended = promisify(execFile)(process.execPath, [launcher, "doctor", ...options], { env });
  return ended.catch((error: { stdout: string; stderr: string; code: number }) => error);
}

async function findKernel(machine: Machine) {
  const { stdout } = await runDoctor(machine, "--json");
  return (JSON.parse(stdout) as Answer).findings.find(({ check }) => check === "kernel");
}

test("prints a line per check and a summary, and writes a report", async () => {
  const report = join(folder, "report.md");
  const { stdout } = await runDoctor({}, "--report", report);
  expect(stdout).toMatch(/^✓ node {23}v\d+/m);
  expect(stdout).toMatch(/^✓ warehouse .*accepts the signature/m);
  expect(stdout).toMatch(/^\d+ passed, \d+ failed, \d+ not reached$/m);
  const written = await readFile(report, "utf8");
  expect(written).toMatch(/^dlf-lance \d+\.\d+\.\d+, 20/);
  const { accessKeySecret } = JSON.parse(await readFile(join(folder, "lake", "keys.json"), "utf8"));
  expect(stdout + written).not.toContain(accessKeySecret);
  const missing = await runDoctor({}, "--report", join(folder, "missing", "report.md"));
  expect(missing.stderr).toMatch(/^dlf-lance: Cannot write the report .*: ENOENT; name a file in a folder/m);
});

test("stops without a word when its reader has seen enough", async () => {
  const env = { ...process.env, XDG_CONFIG_HOME: folder, DLF_LANCE_DATA: join(folder, "lake") };
  const pipe = '"$0" "$1" doctor | head -n 1';
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", pipe, process.execPath, launcher], {
    env,
  });
  expect(stdout.split("\n")).toHaveLength(2);
  expect(stderr).toBe("");
});

test("finds the kernel where the Jupyter on the PATH looks, and names the one that it does not see", async () => {
  const programs = dirname(inject("testPython"));
  const prefix = join(folder, "elsewhere");
  const { folder: installed } = await installKernel({ prefix });
  const jupyterPath = join(prefix, "share", "jupyter");
  const detail = expect.stringContaining(installed);
  expect(await findKernel({ programs, jupyterPath })).toMatchObject({ state: "passed", detail });
  // The environment is active, but the Jupyter is another one's.
  expect(await findKernel({ programs, environment: prefix })).toMatchObject({
    state: "failed",
    detail: expect.stringMatching(/where the Jupyter on the PATH does not look$/),
    next: expect.stringContaining("--sys-prefix"),
  });
});

test("names a kernel that starts a Node too old, and one whose package is gone", async () => {
  const data = join(folder, "data");
  const place = { prefix: join(folder, "prefix") };
  const { folder: kernel } = await installKernel(place);
  // A Jupyter that does not look where npm start, which other tests run, installs one.
  const machine = {
    programs: dirname(inject("testPython")),
    jupyterPath: join(folder, "prefix", "share", "jupyter"),
  };
  const file = join(kernel, "kernel.json");
  const spec = JSON.parse(await readFile(file, "utf8"));

  const oldNode = join(folder, "old-node");
  await writeFile(oldNode, "#!/bin/sh\necho v18.20.4\n");
  await chmod(oldNode, 0o755);
  await writeFile(file, JSON.stringify({ ...spec, argv: [oldNode, ...spec.argv.slice(1)] }));
  expect(await findKernel(machine)).toMatchObject({
    state: "failed",
    detail: expect.stringContaining("starts Node v18.20.4, and needs 22.19 or newer"),
    next: expect.stringContaining("kernel install --force"),
  });

  const gone = spec.argv.map((argument: string) => argument.replace(/^.*\/dist\//, `${data}/gone/dist/`));
  await writeFile(file, JSON.stringify({ ...spec, argv: [process.execPath, ...gone.slice(1)] }));
  expect(await findKernel(machine)).toMatchObject({
    state: "failed",
    detail: expect.stringMatching(/gone or not built/),
  });
});
