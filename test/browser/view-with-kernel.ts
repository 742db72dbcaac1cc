/** Runs a notebook in JupyterLab with this package's own kernel and a lake of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { type LabView, viewInJupyterLab } from "./jupyter-lab.ts";

const root = path.resolve(import.meta.dirname, "../..");

export interface KernelView extends LabView {
  /** The owner's key, the key that temporary keys derive from, and every secret the kernel's process came to know. */
  readonly secrets: readonly string[];
}

interface LakeKeys {
  readonly accessKeySecret: string;
  readonly tokenKey: string;
}

/**
 * @param name the folder below `.dlf-lance/screenshots` for the pictures
 * @param pictured cells of which one picture in each theme is taken
 */
export async function viewWithKernel(
  notebook: string,
  name: string,
  pictured?: readonly string[],
): Promise<KernelView> {
  const folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-lab-"));
  try {
    await installKernel(folder);
    const lake = path.join(folder, "lake");
    const known = path.join(folder, "known-secrets.json");
    const copy = path.join(folder, path.basename(notebook));
    await writeFile(copy, await addKeepingCell(notebook));
    const view = await viewInJupyterLab({
      jupyterPython: inject("jupyterPython"),
      chromium: inject("chromium"),
      notebook: copy,
      folder,
      screenshots: path.join(root, ".dlf-lance", "screenshots", name),
      ...(pictured === undefined ? {} : { pictured }),
      environment: {
        JUPYTER_PATH: path.join(folder, "share", "jupyter"),
        DLF_LANCE_DATA: lake,
        KNOWN_SECRETS: known,
      },
    });
    const keys = JSON.parse(await readFile(path.join(lake, "keys.json"), "utf8")) as LakeKeys;
    const met = JSON.parse(await readFile(known, "utf8")) as string[];
    return { ...view, secrets: [keys.accessKeySecret, keys.tokenKey, ...met] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Installs this package's kernel below `folder`, where `JUPYTER_PATH` finds it in `share/jupyter`. */
export async function installKernel(folder: string): Promise<void> {
  const launcher = path.join(root, "src", "launcher.cjs");
  await promisify(execFile)(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
}

/** A cell that hands this test what must not be shown. */
const keepingCell = {
  cell_type: "code",
  id: "keep-secrets",
  execution_count: null,
  metadata: {},
  outputs: [],
  source: `import { writeFileSync as keep } from "node:fs";
const met = (globalThis as unknown as Record<symbol, { list(): string[] }>)[Symbol.for("dlf-lance.secret-registry")];
keep(process.env.KNOWN_SECRETS ?? "", JSON.stringify(met.list()));
met.list().length`,
};

/** The notebook with that cell before its last one. */
async function addKeepingCell(notebook: string): Promise<string> {
  const content = JSON.parse(await readFile(notebook, "utf8")) as { cells: unknown[] };
  return JSON.stringify({ ...content, cells: content.cells.toSpliced(-1, 0, keepingCell) });
}
