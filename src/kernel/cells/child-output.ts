/** Leads what child processes write to the kernel's own stdout and stderr (`stdio: "inherit"`) into cells. */
import type * as ChildProcesses from "node:child_process";
import { createRequire, registerHooks, syncBuiltinESMExports } from "node:module";
import type { Lease } from "./front.ts";

type Stdio = unknown;
interface SpawnOptions {
  readonly stdio?: Stdio;
}
/** What every asynchronous way to start a process comes to. */
interface Spawning {
  spawn(options: SpawnOptions): number;
}

/** `undefined` where nobody is to see the output. */
export type LendDescriptors = () => Lease | undefined;

/**
 * From now on a child that is given descriptor 1 or 2 of this process writes to a cell instead. Not on Windows, where
 * a socket has no descriptor to hand on.
 */
export function showChildOutput(lend: LendDescriptors): void {
  if (process.platform === "win32") return;
  let isChanged = false;
  // To load the module would take a good part of what a start takes.
  registerHooks({
    resolve: (specifier, context, next) => {
      if (!isChanged && /^(node:)?child_process$/.test(specifier)) {
        isChanged = true;
        changeSpawning(createRequire(import.meta.url)("node:child_process"), lend);
      }
      return next(specifier, context);
    },
  });
}

function changeSpawning(childProcess: typeof ChildProcesses, lend: LendDescriptors): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as Spawning;
  const { spawn } = prototype;
  prototype.spawn = function (this: unknown, options: SpawnOptions): number {
    const redirected = redirect(options, lend);
    try {
      return spawn.call(this, redirected.options);
    } finally {
      redirected.lease?.giveBack();
    }
  };
  for (const name of ["spawnSync", "execSync", "execFileSync"] as const) {
    const start = childProcess[name] as (...given: unknown[]) => unknown;
    (childProcess as Record<string, unknown>)[name] = (...given: unknown[]): unknown => {
      const place = given.findIndex((each, index) => index > 0 && isOptions(each));
      if (place < 0) return start(...given);
      const redirected = redirect(given[place] as SpawnOptions, lend);
      try {
        return start(...given.with(place, redirected.options));
      } finally {
        // All that it wrote is to stand before what the cell prints next.
        redirected.lease?.giveBack(true);
      }
    };
  }
  syncBuiltinESMExports();
}

function isOptions(value: unknown): value is SpawnOptions {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function redirect(options: SpawnOptions, lend: LendDescriptors): { options: SpawnOptions; lease?: Lease } {
  const { stdio } = options;
  const entries: readonly unknown[] =
    typeof stdio === "string" ? [stdio, stdio, stdio] : Array.isArray(stdio) ? stdio : [];
  const descriptors = entries.map(descriptorOf);
  if (!descriptors.some((each) => each === 1 || each === 2)) return { options };
  const lease = lend();
  const replaced = entries.map((entry, index) => {
    if (descriptors[index] === 1) return lease?.stdout ?? "ignore";
    return descriptors[index] === 2 ? (lease?.stderr ?? "ignore") : entry;
  });
  return { options: { ...options, stdio: replaced }, ...(lease && { lease }) };
}

/** The descriptor of this process that a child is given; undefined for a pipe, or none. */
function descriptorOf(entry: unknown, index: number): number | undefined {
  if (entry === "inherit") return index;
  const descriptor = typeof entry === "object" && entry !== null ? (entry as { fd?: unknown }).fd : entry;
  return typeof descriptor === "number" ? descriptor : undefined;
}
