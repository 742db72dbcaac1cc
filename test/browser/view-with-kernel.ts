/** Runs a notebook in JupyterLab with this package's own kernel and a lake of its own. */
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { inject } from "vitest";
import { type LabView, viewInJupyterLab } from "./jupyter-lab.ts";

const root = path.resolve(import.meta.dirname, "../..");

export interface KernelView extends LabView {
  /** The lake's lasting secrets: the owner's key and the key that temporary keys derive from. */
  readonly secrets: readonly string[];
}

interface LakeKeys {
  readonly accessKeySecret: string;
  readonly tokenKey: string;
}

/** @param name the folder below `.dlf-lance/screenshots` for the pictures */
export async function viewWithKernel(notebook: string, name: string): Promise<KernelView> {
  const folder = await mkdtemp(path.join(tmpdir(), "dlf-lance-lab-"));
  try {
    const launcher = path.join(root, "src", "launcher.cjs");
    await promisify(execFile)(process.execPath, [launcher, "kernel", "install", "--prefix", folder]);
    const lake = path.join(folder, "lake");
    const view = await viewInJupyterLab({
      jupyterPython: inject("jupyterPython"),
      chromium: inject("chromium"),
      notebook,
      folder,
      screenshots: path.join(root, ".dlf-lance", "screenshots", name),
      environment: { JUPYTER_PATH: path.join(folder, "share", "jupyter"), DLF_LANCE_DATA: lake },
    });
    const keys = JSON.parse(await readFile(path.join(lake, "keys.json"), "utf8")) as LakeKeys;
    return { ...view, secrets: [keys.accessKeySecret, keys.tokenKey] };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
