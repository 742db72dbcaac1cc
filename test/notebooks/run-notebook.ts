/** Runs a notebook with this package's own kernel in nbclient, as Jupyter would. */
import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";

export interface NotebookOutput {
  readonly output_type: string;
  /** Of a stream: `stdout` or `stderr`. */
  readonly name?: string;
  readonly ename?: string;
  readonly evalue?: string;
  readonly text?: string | string[];
  readonly data?: Readonly<Record<string, unknown>>;
}

export interface NotebookCell {
  readonly id: string;
  readonly metadata: { readonly tags?: readonly string[] };
  readonly execution_count: number | null;
  readonly outputs: readonly NotebookOutput[];
}

export interface NotebookRun {
  /** The code cells. */
  readonly cells: readonly NotebookCell[];
  /** The file that the run leaves. */
  readonly text: string;
  /** As nbconvert makes a page of it; empty unless asked for. */
  readonly html: string;
}

export interface NotebookOptions {
  /** Go on behind a cell that fails, also where it is not marked as one that may. */
  readonly allowsErrors?: boolean;
  readonly makesPage?: boolean;
  /** Cells with this tag are left out; in tslab always those that it cannot run. */
  readonly skippedTag?: string | undefined;
  /** How long a cell may take; default 120. */
  readonly cellSeconds?: number;
  /** What runs the cells; default `dlf-lance`. */
  readonly engine?: "dlf-lance" | "tslab";
  /** The launcher whose kernel is installed; default that of this clone. */
  readonly launcher?: string;
  /** The Node that the kernel runs on; default that of the tests. */
  readonly node?: string;
}

const root = path.resolve(import.meta.dirname, "../..");
/** Marks cells that plain tslab cannot run, or after which it drops the next ones, as it does for 200 ms after an error. */
export const ownKernelTag = "dlf-lance-kernel";

/** Runs a notebook on a lake and a folder for temporary files of its own. */
export async function runNotebook(name: string, options: NotebookOptions = {}): Promise<NotebookRun> {
  const folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-notebook-"));
  try {
    const run = promisify(execFile);
    const { engine = "dlf-lance", launcher = path.join(root, "src", "launcher.cjs") } = options;
    const { node = process.execPath } = options;
    const install = ["kernel", "install", "--prefix", folder, "--name", "engine", "--engine", engine];
    await run(node, [launcher, ...install]);
    const env = {
      ...process.env,
      JUPYTER_PATH: path.join(folder, "share", "jupyter"),
      DLF_LANCE_DATA: path.join(folder, "lake"),
      TMPDIR: folder,
    };
    const convert = (...given: readonly string[]) =>
      run(inject("jupyterPython"), ["-m", "nbconvert", `--output-dir=${folder}`, ...given], { env });
    const skippedTag = engine === "tslab" ? ownKernelTag : options.skippedTag;
    const execute = [
      "--to=notebook",
      "--execute",
      "--ExecutePreprocessor.kernel_name=engine",
      `--ExecutePreprocessor.timeout=${options.cellSeconds ?? 120}`,
      "--output=run",
      ...(skippedTag === undefined ? [] : [`--ExecutePreprocessor.skip_cells_with_tag=${skippedTag}`]),
    ];
    const errors = options.allowsErrors === true ? ["--allow-errors"] : [];
    // A kernel runs in the folder of its notebook: one that has nothing of ours in reach.
    const notebook = path.join(folder, "of", "a", "user", name);
    await mkdir(path.dirname(notebook), { recursive: true });
    await copyFile(path.join(root, "notebooks", name), notebook);
    await convert(...execute, ...errors, notebook);
    const executed = path.join(folder, "run.ipynb");
    if (options.makesPage === true) await convert("--to=html", "--output=page", executed);
    const text = await readFile(executed, "utf8");
    const { cells } = JSON.parse(text) as { cells: (NotebookCell & { readonly cell_type: string })[] };
    return {
      cells: cells.filter((cell) => cell.cell_type === "code"),
      text,
      html: options.makesPage === true ? await readFile(path.join(folder, "page.html"), "utf8") : "",
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** All that a cell shows as text. */
export function textOf({ cells }: NotebookRun, id: string): string {
  const outputs = cells.find((cell) => cell.id === id)?.outputs ?? [];
  return outputs
    .flatMap(({ text, data, evalue }) => [text, data?.["text/plain"], evalue])
    .flat()
    .join("");
}
