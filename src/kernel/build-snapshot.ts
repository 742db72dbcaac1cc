/** Builds the snapshot that the compiler's process starts from. */
import { execFile } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { setPriority } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { z } from "zod";
import { DlfLanceError } from "../errors.ts";
import { makePrivateFolder } from "./cache-folder.ts";
import type { CompilerAnswers, CompilerQuestion, CompilerSetup } from "./compiler-messages.ts";
import { nodeOptions } from "./compiler-process.ts";
import { isRunning } from "./is-running.ts";
import type { Prelude } from "./prelude.ts";
import {
  describeSnapshot,
  locateSnapshot,
  removeOldSnapshots,
  type SnapshotPlace,
  snapshotState,
} from "./snapshot-store.ts";

export interface BuiltSnapshot {
  readonly file: string;
  /** False when a usable one was there. */
  readonly isNew: boolean;
}

const run = promisify(execFile);
const builder = fileURLToPath(new URL("../../src/kernel/snapshot-entry.cjs", import.meta.url));
const entryName = import.meta.url.endsWith(".ts") ? "serve-compiler.ts" : "serve-compiler.js";
const entry = fileURLToPath(new URL(`./${entryName}`, import.meta.url));
/** Milliseconds the building, or the first start, may take. */
const longest = 180_000;

/**
 * Builds the snapshot of this package under this Node, if there is no usable one: some 6 seconds of one core. Of
 * several processes that build it at once, one does, and the others wait. What is not urgent leaves the machine to
 * everybody else.
 *
 * @throws DlfLanceError `Internal` when Node cannot build it; kernels then start without
 */
export async function buildSnapshot(
  prelude: Prelude,
  options: { readonly isUrgent: boolean },
): Promise<BuiltSnapshot> {
  const place = locateSnapshot();
  makePrivateFolder(place.folder);
  for (;;) {
    if (snapshotState(place) === "fresh") return { file: place.snapshot, isNew: false };
    if (takeLock(place.lock)) break;
    await delay(100);
  }
  try {
    if (snapshotState(place) !== "fresh") await build(place, prelude, options.isUrgent ? 0 : 19);
    removeOldSnapshots();
    return { file: place.snapshot, isNew: true };
  } finally {
    rmSync(place.lock, { force: true });
  }
}

async function build(
  place: SnapshotPlace,
  { module, names, types }: Prelude,
  priority: number,
): Promise<void> {
  const temporary = `${place.snapshot}.${process.pid}`;
  const listing = `${temporary}.files`;
  const removeParts = () => {
    for (const file of [temporary, listing, `${temporary}.json`]) rmSync(file, { force: true });
  };
  process.once("exit", removeParts);
  const order = JSON.stringify({ entry, listing, scope: { module, names, types } });
  try {
    await runNode(["--snapshot-blob", temporary, "--build-snapshot", builder], priority, order);
    await tryToCompile(temporary, priority, { folder: dirname(builder), module, names, types });
    const read = z.array(z.string()).parse(JSON.parse(readFileSync(listing, "utf8")));
    chmodSync(temporary, 0o600);
    renameSync(temporary, place.snapshot);
    const record = describeSnapshot(place.snapshot, [builder, ...inputsOf(read)]);
    writeFileSync(`${temporary}.json`, JSON.stringify(record), { mode: 0o600 });
    renameSync(`${temporary}.json`, place.record);
  } catch (error) {
    const { stderr = "" } = error as { stderr?: string };
    const reason = stderr.trim().split("\n").slice(-5).join("\n") || String(error);
    throw new DlfLanceError(
      "Internal",
      `Cannot build the kernel's snapshot: ${reason}. Kernels start without it, only slower.`,
    );
  } finally {
    process.off("exit", removeParts);
    removeParts();
  }
}

/** Not all that Node writes into a snapshot comes to life again. */
async function tryToCompile(snapshot: string, priority: number, setup: CompilerSetup): Promise<void> {
  const question: CompilerQuestion = { ask: "compile", earlier: "", source: "6 * 7" };
  const lines = [setup, question].map((line) => `${JSON.stringify(line)}\n`).join("");
  const told = await runNode(["--snapshot-blob", snapshot], priority, lines);
  const { answer } = JSON.parse(told) as { answer?: CompilerAnswers["compile"] };
  if (answer?.code === undefined)
    throw new Error(`the compiler that starts from it does not compile: ${told}`);
}

/** Answers what it writes. The folder is no notebook's: nothing of it may end up in the snapshot. */
async function runNode(arguments_: readonly string[], priority: number, input: string): Promise<string> {
  const environment = { ...process.env, NODE_OPTIONS: "" };
  const options = { cwd: dirname(builder), env: environment, timeout: longest };
  const running = run(process.execPath, [...nodeOptions, ...arguments_], options);
  const { child } = running;
  if (priority !== 0 && child.pid !== undefined) setPriority(child.pid, priority);
  const end = () => child.kill("SIGKILL");
  // Before the parts that it writes are removed.
  process.prependOnceListener("exit", end);
  try {
    child.stdin?.end(input);
    return (await running).stdout;
  } finally {
    process.off("exit", end);
  }
}

/**
 * The files whose change makes the snapshot stale. Of an installed package its manifest stands for all its files: they
 * change together. What the compiler only believes to be a file is left out.
 */
function inputsOf(files: readonly string[]): ReadonlySet<string> {
  return new Set(files.map((file) => manifestOf(file) ?? file).filter((file) => existsSync(file)));
}

function manifestOf(file: string): string | undefined {
  const parts = file.split(/[\\/]node_modules[\\/]/);
  const [, scope, name] = /^(@[^\\/]+[\\/])?([^\\/]+)/.exec(parts.at(-1) ?? "") ?? [];
  if (parts.length === 1 || name === undefined) return undefined;
  return join(parts.slice(0, -1).join("/node_modules/"), "node_modules", scope ?? "", name, "package.json");
}

/** False while another process, which still runs, holds it. */
function takeLock(file: string): boolean {
  try {
    const lock = openSync(file, "wx", 0o600);
    writeSync(lock, String(process.pid));
    closeSync(lock);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    const holder = readHolder(file);
    if (holder !== undefined && !isRunning(holder)) rmSync(file, { force: true });
    return false;
  }
}

/** Undefined while it is being written, or when it is gone. */
function readHolder(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8")) || undefined;
  } catch {
    return undefined;
  }
}
