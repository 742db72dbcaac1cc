/**
 * What is said of a cell that takes the process with it: V8 ends it on the spot where one call wants more than its largest
 * sizes, and the machine where nothing is left. While a cell runs, a file next to the connection file holds the sentence.
 * A process that waits for this one to end writes it to the log, and the kernel that Jupyter starts next shows it.
 */
import { spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";

export interface LastWords {
  /** What the kernel before this one has left behind, once. */
  take(): string | undefined;
  /** Keeps the sentence ready until `work` settles. `replaced` is the built-in that a cell has changed before. */
  during<T>(name: string, replaced: string | undefined, work: () => Promise<T>): Promise<T>;
  /** The cell that runs has changed a built-in. */
  blame(replaced: string): void;
  /** Has the sentence written to the log, should it come to that. */
  watch(): void;
  /** The end is meant. */
  forget(): void;
}

export function createLastWords(connectionFile: string): LastWords {
  const file = `${connectionFile.replace(/\.json$/, "")}.running`;
  let found = read(file);
  remove(file);
  let isForgotten = false;
  let cell = "a cell";

  return {
    take: () => {
      const words = found;
      found = undefined;
      return words;
    },
    during: async (name, replaced, work) => {
      cell = name.startsWith("cell-") ? name.replace("-", " ") : "a cell";
      if (!isForgotten) write(file, cell, replaced);
      try {
        return await work();
      } finally {
        remove(file);
      }
    },
    blame: (replaced) => {
      if (!isForgotten) write(file, cell, replaced);
    },
    watch: () => {
      if (process.platform === "win32") return;
      // Its standard input is closed when this process ends, however it does.
      const watcher = spawn("sh", ["-c", 'cat > /dev/null; cat "$0" 2> /dev/null', file], {
        stdio: ["pipe", 2, "ignore"],
        env: { PATH: process.env.PATH ?? "" },
      });
      watcher.on("error", () => {});
      watcher.stdin?.on("error", () => {});
      watcher.unref();
      (watcher.stdin as { unref?(): void } | null)?.unref?.();
    },
    forget: () => {
      isForgotten = true;
      remove(file);
    },
  };
}

function write(file: string, cell: string, replaced: string | undefined): void {
  const cause =
    replaced === undefined
      ? "a single call took more memory than V8 or the machine has, such as one that makes an array of more than 134 million " +
        "elements; work in smaller parts"
      : `a cell has changed ${replaced}, which Node and packages use too; leave it as it is`;
  const sentence = `Cannot finish ${cell}: its kernel ended in the middle of it, most likely because ${cause}\n`;
  try {
    writeFileSync(file, sentence, { mode: 0o600 });
  } catch {
    // Where it cannot be written, the end is as silent as it was.
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function remove(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // A folder that has become read-only.
  }
}
