/**
 * The one import of tslab and of its TypeScript, both used as libraries: its converter, which checks a cell against all
 * earlier ones, in the compiler's process, and its executor, which runs it, in the kernel's.
 */
import { createRequire } from "node:module";
import type { CodeMetadata, Converter, Executor, TypeScript } from "./tslab-types.ts";

export interface Converters {
  createConverter(): Converter;
  readMetadata(source: string): CodeMetadata;
  printQuickInfo(info: TypeScript.QuickInfo): string;
}

const load = createRequire(import.meta.url);

function requireFromTslab(): NodeJS.Require {
  return createRequire(load.resolve("tslab/package.json"));
}

/** TypeScript's version, without loading it. */
export function compilerVersion(): string {
  return (requireFromTslab()("@tslab/typescript-for-tslab/package.json") as { version: string }).version;
}

export function loadTypeScript(): typeof TypeScript {
  return requireFromTslab()("@tslab/typescript-for-tslab") as typeof TypeScript;
}

/** tslab takes no compiler options: it meets the given module in place of TypeScript when it loads. */
export function loadConverters(adapted: typeof TypeScript): Converters {
  const tslab = requireFromTslab();
  const cached = tslab.cache[tslab.resolve("@tslab/typescript-for-tslab")];
  if (cached === undefined) throw new Error("TypeScript was loaded, but is not among the loaded modules");
  cached.exports = adapted;
  const { createConverter } = tslab("./dist/converter.js") as typeof import("tslab/dist/converter.js");
  const { printQuickInfo } = tslab("./dist/inspect.js") as typeof import("tslab/dist/inspect.js");
  const { getCodeMetadata } = tslab("./dist/metadata.js") as typeof import("tslab/dist/metadata.js");
  return {
    createConverter: () => createConverter({ isJS: false, isBrowser: false }),
    readMetadata: getCodeMetadata,
    printQuickInfo,
  };
}

/**
 * Cells are those of a notebook in the folder: what they import is looked for there. `readMetadata` answers for
 * tslab's own, which would load TypeScript.
 */
export function createExecutor(
  folder: string,
  converter: Converter,
  readMetadata: (source: string) => CodeMetadata,
  sink: { log(value: unknown): void; error(...problem: unknown[]): void },
): Executor {
  const tslab = requireFromTslab();
  const file = tslab.resolve("./dist/metadata.js");
  const module: Partial<NodeJS.Module> = { id: file, filename: file, loaded: true, children: [] };
  tslab.cache[file] = Object.assign(module as NodeJS.Module, { exports: { getCodeMetadata: readMetadata } });
  const executors = tslab("./dist/executor.js") as typeof import("tslab/dist/executor.js");
  return executors.createExecutor(folder, { node: converter, browser: converter, close: () => {} }, sink);
}

/** Takes what cells show through tslab's own `display`. Loads TypeScript with tslab. */
export function onTslabDisplay(show: (content: Record<string, unknown>, isUpdate: boolean) => void): void {
  (requireFromTslab()("./dist/jupyter.js") as { lastWriteDisplayData: unknown }).lastWriteDisplayData = show;
}

/** Starts tslab's own kernel, whichever copies of tslab are near the notebook. */
export function startTslab(connectionFile: string): void {
  const { startKernel } = requireFromTslab()("./dist/main.js") as typeof import("tslab/dist/main.js");
  startKernel({ configPath: connectionFile, enableFindLocal: false });
}
