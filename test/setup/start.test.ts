import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { findSecrets } from "../secrets.ts";

const run = promisify(execFile);
const { copyNotebooks } = createRequire(import.meta.url)("../../src/setup/notebook-copies.cjs") as {
  copyNotebooks(from: string, to: string): string;
};
const root = path.resolve(import.meta.dirname, "../..");
const notebook = path.join(root, "notebooks", "01_tour.ipynb");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "start-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("npm start runs the tour, names the page, and leaves the notebook as it was", async () => {
  const before = await readFile(notebook, "utf8");
  const home = path.join(folder, "home");
  await mkdir(home);
  const { stdout } = await run(process.execPath, ["src/setup/start.cjs", "--no-lab"], {
    cwd: root,
    env: { ...process.env, HOME: home, DLF_LANCE_DATA: path.join(folder, "lake") },
  });
  expect(await readdir(home)).toEqual([]);
  const lines = stdout.trimEnd().split("\n");
  expect(lines).toContain("dlf + lance + typescript: ok");
  expect(lines.at(-2)).toMatch(/^Next: /);
  const codeCells = (JSON.parse(before) as { cells: { cell_type: string }[] }).cells.filter(
    (cell) => cell.cell_type === "code",
  );
  expect(lines.filter((line) => line.startsWith("    ✓ "))).toHaveLength(codeCells.length);
  const page = path.join(root, /^The tour with its results: (.+)$/m.exec(stdout)?.[1] ?? "");
  expect(await readFile(page, "utf8")).toContain("daft-d");
  const keys = JSON.parse(await readFile(path.join(folder, "lake", "keys.json"), "utf8"));
  const logs = path.join(root, ".dlf-lance", "logs");
  const written = [
    page,
    page.replace(/html$/, "ipynb"),
    ...(await readdir(logs)).map((log) => path.join(logs, log)),
  ];
  for (const text of [stdout, ...(await Promise.all(written.map((file) => readFile(file, "utf8"))))]) {
    expect(findSecrets(text, [keys.accessKeySecret, keys.tokenKey])).toEqual([]);
    expect(text).not.toMatch(/STS\.ey/);
  }
  expect(await readFile(notebook, "utf8")).toBe(before);
  const status = await run(process.execPath, ["src/launcher.cjs", "kernel", "status"], { cwd: root });
  expect(status.stdout).toContain(path.join(root, ".dlf-lance/python/share/jupyter/kernels/dlf-lance"));
}, 240_000);

test("in a terminal it opens JupyterLab on copies, says nothing but its steps and the address, and Ctrl-C stops it", async () => {
  const changes = () => run("git", ["status", "--porcelain"], { cwd: root });
  const before = await changes();
  // What a second one of this clone keeps there while it runs, and what one that is gone has left.
  const runtimes = path.join(root, ".dlf-lance", "jupyter", "runtime");
  for (const pid of [process.pid, 999_999_999])
    await mkdir(path.join(runtimes, `${pid}`), { recursive: true });
  const terminal = path.join(import.meta.dirname, "terminal.py");
  const command = [process.execPath, "src/setup/start.cjs"];
  // No desktop: a browser is not needed to see that it works.
  const { DISPLAY: _, WAYLAND_DISPLAY: __, BROWSER: ___, ...environment } = process.env;
  const { stdout } = await run(inject("testPython"), [terminal, "Ctrl-C here", ...command], {
    cwd: root,
    env: { ...environment, DLF_LANCE_DATA: path.join(folder, "lake") },
  });
  const said = stdout.replaceAll("\r", "").trimEnd().split("\n");
  const unexpected = said.filter(
    (line) =>
      line !== "" && !/^(✓|…| {4}✓|The tour|dlf \+ lance|JupyterLab: http|The notebooks are|\^C)/.test(line),
  );
  expect(unexpected).toEqual([]);
  expect(stdout).toMatch(/JupyterLab: http:\/\/localhost:\d+\/lab\/tree\/01_tour\.ipynb\?token=[0-9a-f]+/);
  expect(await changes()).toEqual(before);
  expect(await readdir(runtimes)).toEqual([`${process.pid}`]);
  await rm(path.join(runtimes, `${process.pid}`), { recursive: true });
  const log = await readFile(path.join(root, ".dlf-lance", "logs", "jupyterlab.log"), "utf8");
  expect(log).not.toContain("Traceback");
  expect(log).not.toContain("ReferenceError");
}, 240_000);

test("an option that it does not have is refused before anything is set up", async () => {
  const refused = run(process.execPath, ["src/setup/start.cjs", "--no-lap"], { cwd: root });
  await expect(refused).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/^Cannot run `npm start`: no option --no-lap; .*--no-lab/),
  });
});

test("a copy that somebody has worked in stays; the others follow their originals", async () => {
  const [from, to] = [path.join(folder, "from"), path.join(folder, "to")];
  await mkdir(from);
  const write = (place: string, name: string, text: string) =>
    writeFile(path.join(place, `${name}.ipynb`), text);
  const read = (name: string) => readFile(path.join(to, `${name}.ipynb`), "utf8");
  for (const name of ["a", "b"]) await write(from, name, "first");
  copyNotebooks(from, to);
  await write(to, "b", "my own");
  for (const name of ["a", "b"]) await write(from, name, "second");
  copyNotebooks(from, to);
  expect([await read("a"), await read("b")]).toEqual(["second", "my own"]);
});
