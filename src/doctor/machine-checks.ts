/** What this machine has: Node, Jupyter, our kernel, and Python's Lance where it is. */
import { execFile } from "node:child_process";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { choosePython, describeWayOut } from "../daft/environment.ts";
import { type InstalledKernel, listKernels } from "../kernel/install/install-kernel.ts";
import { jupyterFolders } from "../kernel/install/jupyter-folders.ts";
import { isBuilt, startsThisPackage } from "../kernel/install/kernel-status.ts";
import { isNewEnough, oldestNode } from "../kernel/install/node-version.ts";
import { z } from "../zod.ts";
import { Problem, type Sheet } from "./findings.ts";

const run = promisify(execFile);
/** How long a program of this machine may take to answer, in milliseconds. */
const patience = 30_000;

export async function examineMachine(sheet: Sheet): Promise<void> {
  await sheet.check("node", [], async () => ({
    detail: `${process.version} on ${process.platform} ${process.arch}, at ${process.execPath}`,
    value: undefined,
  }));
  const jupyter = await findJupyter();
  const places =
    jupyter === undefined
      ? sheet.skip("jupyter", "no jupyter on the PATH (pip install jupyterlab)")
      : await sheet.check("jupyter", [], async () => ({
          detail: `looks for kernels in ${jupyter.map((folder) => join(folder, "kernels")).join(", ")}`,
          value: jupyter,
        }));
  await sheet.check("kernel", [], () => examineKernel("value" in places ? places.value : undefined));
  const python = choosePython(undefined);
  const packages = await findPythonPackages(python.path);
  if (packages === undefined) {
    const use = "which only frames that run on Daft need";
    sheet.skip("daft", `no Python environment with Daft, ${use} (${describeWayOut(python)})`);
  } else await sheet.check("daft", [], async () => ({ detail: packages, value: undefined }));
}

/** The folders with data of the Jupyter on the PATH; undefined when there is none. */
async function findJupyter(): Promise<readonly string[] | undefined> {
  try {
    const { stdout } = await run("jupyter", ["--paths", "--json"], { timeout: patience });
    return z.object({ data: z.array(z.string()) }).parse(JSON.parse(stdout)).data;
  } catch {
    return undefined;
  }
}

const installNext = "run: npx --no-install dlf-lance kernel install";

async function examineKernel(places: readonly string[] | undefined) {
  const kernels = await listKernels();
  if (kernels.length === 0) throw new Problem("no kernel of dlf-lance is installed", installNext);
  const own = kernels.filter(startsThisPackage);
  const seen = kernels.filter((kernel) => isSeen(kernel, places ?? jupyterFolders()));
  // Without a Jupyter on the PATH nobody knows where the one in use looks.
  const seenOwn = places === undefined ? own : own.filter((kernel) => seen.includes(kernel));
  const examined = seenOwn.length > 0 ? seenOwn : seen;
  if (examined.length === 0 && (own.length === 0 || places === undefined)) {
    throw new Problem("no kernel starts this package", installNext);
  }
  if (examined.length === 0) {
    const where = own.map(({ folder }) => folder).join(", ");
    throw new Problem(
      `installed in ${where}, where the Jupyter on the PATH does not look`,
      "activate the environment that Jupyter is in and run: npx --no-install dlf-lance kernel install --sys-prefix",
    );
  }
  const descriptions = await Promise.all(examined.map(describeKernel));
  return { detail: descriptions.join("; "), value: undefined };
}

function isSeen({ folder }: InstalledKernel, places: readonly string[]): boolean {
  return places.some((place) => resolve(place) === dirname(dirname(folder)));
}

async function describeKernel(kernel: InstalledKernel): Promise<string> {
  const { name, folder, node, packageFolder } = kernel;
  const again = `${installNext} --force`;
  if (!isBuilt(kernel)) {
    throw new Problem(`${name} (${folder}) starts ${packageFolder}, which is gone or not built`, again);
  }
  const version = await run(node, ["--version"], { timeout: patience }).then(
    ({ stdout }) => stdout.trim(),
    () => undefined,
  );
  if (version === undefined) throw new Problem(`${name} starts ${node}, which does not run`, again);
  if (!isNewEnough(version)) {
    throw new Problem(`${name} starts Node ${version}, and needs ${oldestNode.join(".")} or newer`, again);
  }
  const other = startsThisPackage(kernel)
    ? ""
    : `, which starts another copy of this package: ${packageFolder}`;
  return `${name} with Node ${version}, in ${folder}${other}`;
}

const packagesProgram = `
from importlib.metadata import PackageNotFoundError, version
import sys
def of(name):
    try: return name + " " + version(name)
    except PackageNotFoundError: return ""
print(of("daft"), of("pylance"), of("lance-dlf"), "Python " + sys.version.split()[0], sep="|")`;

/** The versions of Daft, Lance and the DLF client in the Python that frames run on; undefined when there is no Daft. */
async function findPythonPackages(python: string): Promise<string | undefined> {
  try {
    const { stdout } = await run(python, ["-c", packagesProgram], { timeout: patience });
    const parts = stdout.trim().split("|");
    return parts[0] === "" ? undefined : parts.filter((part) => part !== "").join(", ");
  } catch {
    return undefined;
  }
}
