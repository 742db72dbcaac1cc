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

/** An interpreter, and what names it. */
export interface ChosenPython {
  readonly path: string;
  /** As messages say it; undefined for the one of the installed environment. */
  readonly namedBy: string | undefined;
}

/** The interpreter with Daft: the one asked for, `DLF_LANCE_DAFT_PYTHON`, or that of the installed environment. */
export function choosePython(asked: string | undefined): ChosenPython {
  const named = process.env.DLF_LANCE_DAFT_PYTHON || undefined;
  if (asked !== undefined) return { path: asked, namedBy: "the engine's setting python" };
  if (named !== undefined) return { path: named, namedBy: "the variable DLF_LANCE_DAFT_PYTHON" };
  return { path: pythonOf(environmentFolder()), namedBy: undefined };
}

/**
 * The interpreter that {@link choosePython} chooses.
 * @throws DlfLanceError Unsupported where there is none
 */
export function findPython(asked: string | undefined): ChosenPython {
  const python = choosePython(asked);
  if (dirname(python.path) === "." || existsSync(python.path)) return python;
  throw refusePython(`no Python environment with Daft at ${python.path}`, python);
}

export function refusePython(reason: string, python: ChosenPython, isOnRay = false): DlfLanceError {
  const place = isOnRay ? "Ray" : "Daft";
  return new DlfLanceError(
    "Unsupported",
    `Cannot run on ${place}: ${reason}; ${describeWayOut(python, isOnRay)}`,
  );
}

/** To install one does not help while another is named. */
export function describeWayOut({ path, namedBy }: ChosenPython, withRay = false): string {
  const install = `run npx --no-install dlf-lance daft install${withRay ? " --ray" : ""}`;
  return namedBy === undefined
    ? install
    : `correct ${namedBy}, which names ${path}, or remove it and ${install}`;
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
 * @throws DlfLanceError Unsupported without Python 3.10; Internal when the environment cannot be made or pip fails, with the reason
 */
export async function installDaft(options: InstallOptions): Promise<string> {
  const { folder = environmentFolder(), python = "python3", withRay = false } = options;
  const version = await run(python, ["-c", "import sys; print(*sys.version_info[:2])"]);
  const [major = 0, minor = 0] = version.isDone ? version.output.trim().split(" ").map(Number) : [];
  if (major !== oldestPython[0] || minor < oldestPython[1]) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot install Daft: ${python} is ${major === 0 ? "missing" : `Python ${major}.${minor}`}; install Python ${oldestPython.join(".")} or newer, or name one with --python`,
    );
  }
  const interpreter = pythonOf(folder);
  if (!existsSync(interpreter)) await makeEnvironment(python, folder);
  const pip = await run(interpreter, ["-m", "pip", "--version"]);
  if (!pip.isDone) {
    throw new DlfLanceError(
      "Internal",
      `Cannot install Daft: the environment in ${folder} does not work (${lastLine(pip.output)}); remove that folder, or name another with --venv`,
    );
  }
  const packages = withRay ? rayRequirements : requirements;
  const parts = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", packages];
  const installed = await run(interpreter, parts);
  if (!installed.isDone) throw describePipFailure(installed.output);
  return interpreter;
}

async function makeEnvironment(python: string, folder: string): Promise<void> {
  const made = await mkdir(dirname(folder), { recursive: true }).then(
    () => run(python, ["-m", "venv", folder]),
    (error: Error) => ({ isDone: false, output: error.message }),
  );
  if (made.isDone) return;
  const wayOut = made.output.includes("ensurepip")
    ? "install the system's package for it, such as python3-venv"
    : "name another folder with --venv";
  throw new DlfLanceError(
    "Internal",
    `Cannot install Daft: ${python} makes no environment in ${folder} (${lastLine(made.output)}); ${wayOut}`,
  );
}

/** Of its lines the first error says what is wrong; those before it are attempts. */
function describePipFailure(output: string): DlfLanceError {
  const mark = "ERROR: ";
  const error = output.split("\n").find((line) => line.startsWith(mark));
  const reason = error === undefined ? lastLine(output) : error.slice(mark.length).trim();
  // Without an index, pip finds no version of anything.
  const isUnreached = /from versions: none|connection broken|Connection|SSLError/.test(output);
  const wayOut = isUnreached
    ? "see that this machine reaches the package index, or name another with PIP_INDEX_URL, and run it again"
    : "run it again; what is installed already stays";
  return new DlfLanceError("Internal", `Cannot install Daft: pip failed (${reason}); ${wayOut}`);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() || "it gives no reason";
}

interface Outcome {
  readonly isDone: boolean;
  /** What it printed, or why it did not start. */
  readonly output: string;
}

async function run(command: string, parts: readonly string[]): Promise<Outcome> {
  const child = spawn(command, parts, { stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output = (output + part.toString()).slice(-8_000);
    });
  }
  return new Promise((resolve) => {
    child.on("error", (error) => resolve({ isDone: false, output: error.message }));
    child.on("close", (code) => resolve({ isDone: code === 0, output }));
  });
}
