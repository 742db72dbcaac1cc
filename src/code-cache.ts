/**
 * A large file of ours, loaded from what V8 made of it before: it takes a fraction of the time. Node's own cache of this kind
 * would keep every module that a program loads, and is the program's to turn on.
 */
import { createHash, randomBytes } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { createRequire, Module } from "node:module";
import { homedir } from "node:os";
import { basename, dirname, isAbsolute, join } from "node:path";
import { cachedDataVersionTag } from "node:v8";
import { Script } from "node:vm";

/** Milliseconds: other versions of Node and of the file have left what is older. */
const mostAge = 30 * 24 * 3600e3;

/**
 * Runs a CommonJS file, and returns it as a module. A folder that cannot be written, or that others can, costs the time that is
 * saved, and nothing else.
 */
export function loadThroughCache(file: string): Module {
  const source = readFileSync(file, "utf8");
  const cache = new CodeCache(basename(file), source);
  const cachedData = cache.read();
  const script = new Script(Module.wrap(source), {
    filename: file,
    ...(cachedData === undefined ? {} : { cachedData }),
  });
  const module = new Module(file);
  module.filename = file;
  script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
  module.loaded = true;
  // At the end, it also has the functions that the program has used.
  if (cachedData === undefined || script.cachedDataRejected === true)
    process.once("exit", () => cache.write(script));
  return module;
}

class CodeCache {
  readonly #name: string;

  constructor(name: string, source: string) {
    // V8 compares the length of a source alone, and refuses what another version of it, or another setting, has made.
    this.#name = `${name}-${digest(source)}-${cachedDataVersionTag()}`;
  }

  /** Undefined where there is none, or others may have written it. */
  read(): Buffer | undefined {
    try {
      const folder = findFolder();
      const file = join(folder, this.#name);
      const stats = lstatSync(file);
      // To open a pipe would wait for its writer.
      if (!stats.isFile() || !isOurs(stats) || !isOurs(lstatSync(folder))) return undefined;
      const [data, sum] = splitSum(readFileSync(file));
      return digest(data) === sum ? data : undefined;
    } catch {
      return undefined;
    }
  }

  write(script: Script): void {
    try {
      const folder = findFolder();
      createFolder(dirname(folder));
      createFolder(folder);
      if (!isOurs(lstatSync(folder))) return;
      const data = script.createCachedData();
      const written = join(folder, `${this.#name}.${randomBytes(8).toString("hex")}`);
      writeFileSync(written, Buffer.concat([data, Buffer.from(digest(data))]), { mode: 0o600, flag: "wx" });
      renameSync(written, join(folder, this.#name));
      removeOld(folder);
    } catch {
      // The next process tries again.
    }
  }
}

/** @throws Error where a user has no home, or the folder depends on where the process runs. */
function findFolder(): string {
  const folder = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "dlf-lance");
  if (!isAbsolute(folder)) throw new Error(`${folder} is relative`);
  return folder;
}

/** Not with those above it: in /proc, Node would try for ever. */
function createFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    if (Date.now() - lstatSync(path).mtimeMs > mostAge) rmSync(path, { force: true });
  }
}

/** V8 trusts what it is given: a damaged one could end the process. */
function digest(data: string | Buffer): string {
  return createHash("sha256").update(data).digest("hex").slice(0, sumLength);
}

const sumLength = 32;

function splitSum(bytes: Buffer): readonly [Buffer, string] {
  const end = Math.max(0, bytes.length - sumLength);
  return [bytes.subarray(0, end), bytes.subarray(end).toString("latin1")];
}

/** Whether this user has made it and nobody else can write it. Windows has no such bits. */
function isOurs({ uid, mode }: Stats): boolean {
  return process.getuid === undefined || (uid === process.getuid() && (mode & 0o022) === 0);
}
