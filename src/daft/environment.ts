/** The Python environment of the sidecar: where it is, and how it is made. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { DlfLanceError } from "../errors.ts";
import { packageFolder } from "../package-folder.ts";

/** The folder of the Python half, in the sources of this package. */
export const pythonFolder = join(packageFolder, "src/daft/python");

const requirements = join(pythonFolder, "requirements.txt");
const rayRequirements = join(pythonFolder, "requirements-ray.txt");

/** Where `npx --no-install dlf-lance daft install` puts the environment. */
export function environmentFolder(): string {
  return join(process.env.XDG_DATA_HOME || join(homedir(), ".local", "share"), "dlf-lance", "daft");
}

function pythonOf(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/**
 * The interpreter with Daft: the one asked for, `DLF_LANCE_DAFT_PYTHON`, or that of the installed environment.
 * @throws DlfLanceError Unsupported with the command that installs it
 */
export function findPython(asked: string | undefined): string {
  const python = asked ?? (process.env.DLF_LANCE_DAFT_PYTHON || pythonOf(environmentFolder()));
  if (dirname(python) === "." || existsSync(python)) return python;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot run on Daft: no Python environment with Daft at ${python}; run npx --no-install dlf-lance daft install`,
  );
}

export interface InstallOptions {
  /** Of the environment; {@link environmentFolder} when left out. */
  readonly folder?: string | undefined;
  /** The interpreter it is made with: `python3` when left out. */
  readonly python?: string | undefined;
  /** Whether frames are to run on Ray too. */
  readonly withRay?: boolean;
}

const oldestPython = [3, 10] as const;

/**
 * Makes the environment, or brings it up to the versions of this package.
 * @returns its interpreter
 * @throws DlfLanceError Unsupported without Python 3.10; Internal when pip fails, with its last words
 */
export async function installDaft(options: InstallOptions): Promise<string> {
  const { folder = environmentFolder(), python = "python3", withRay = false } = options;
  const version = await run(python, ["-c", "import sys; print(*sys.version_info[:2])"]).catch(() => "0 0");
  const [major = 0, minor = 0] = version.trim().split(" ").map(Number);
  if (major !== oldestPython[0] || minor < oldestPython[1]) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot install Daft: ${python} is ${major === 0 ? "missing" : `Python ${major}.${minor}`}; install Python ${oldestPython.join(".")} or newer, or name one with --python`,
    );
  }
  await mkdir(dirname(folder), { recursive: true });
  if (!existsSync(pythonOf(folder))) await run(python, ["-m", "venv", folder]);
  const packages = withRay ? rayRequirements : requirements;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", packages];
  await run(pythonOf(folder), pip);
  return pythonOf(folder);
}

async function run(command: string, parts: readonly string[]): Promise<string> {
  const child = spawn(command, parts, { stdio: ["ignore", "pipe", "pipe"] });
  let [output, errors] = ["", ""];
  child.stdout.on("data", (part: Buffer) => {
    output += part.toString();
  });
  child.stderr.on("data", (part: Buffer) => {
    errors = (errors + part.toString()).slice(-2_000);
  });
  const code = await new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", resolve);
  });
  if (code === 0) return output;
  throw new DlfLanceError("Internal", `Cannot install Daft: ${errors.trim()}`);
}
