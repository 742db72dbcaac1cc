/**
 * The one import of tslab and of its TypeScript: its converter (checks a cell against all earlier ones) and its
 * executor (runs it), used as a library.
 */
import { createRequire } from "node:module";
import { adaptTypeScript, type OwnTypes } from "./adapted-typescript.ts";
import type { CellMaps } from "./source-position.ts";
import type { Converter, Executor, TypeScript } from "./tslab-types.ts";

export interface Compiler {
  readonly ts: typeof TypeScript;
  createConverter(): Converter;
  createExecutor(
    folder: string,
    converter: Converter,
    sink: { log(value: unknown): void; error(...problem: unknown[]): void },
  ): Executor;
  printQuickInfo(info: TypeScript.QuickInfo): string;
  /** True for a cell that is a module of its own by tslab's `@module` tag. */
  isModule(source: string): boolean;
  /** Takes what cells show through tslab's own `display`. */
  onTslabDisplay(show: (content: Record<string, unknown>, isUpdate: boolean) => void): void;
  /** The maps of the code converted last; undefined when there was none. */
  takeMaps(): CellMaps | undefined;
}

const load = createRequire(import.meta.url);

/** TypeScript's version, without loading it. */
export function compilerVersion(): string {
  const tslab = createRequire(load.resolve("tslab/package.json"));
  return (tslab("@tslab/typescript-for-tslab/package.json") as { version: string }).version;
}

/** Loads TypeScript and tslab: some 200 ms. The first converter made from it costs more than a second. */
export function loadCompiler(own: OwnTypes): Compiler {
  const tslab = createRequire(load.resolve("tslab/package.json"));
  const typescriptFile = tslab.resolve("@tslab/typescript-for-tslab");
  const ts = tslab(typescriptFile) as typeof TypeScript;
  let maps: CellMaps | undefined;

  // tslab takes no compiler options: it must meet the adapted module when it loads.
  const cached = tslab.cache[typescriptFile];
  if (cached === undefined) throw new Error("TypeScript was loaded, but is not among the loaded modules");
  cached.exports = adaptTypeScript(ts, own, (latest) => {
    maps = latest;
  });
  const converters = tslab("./dist/converter.js") as typeof import("tslab/dist/converter.js");
  const executors = tslab("./dist/executor.js") as typeof import("tslab/dist/executor.js");
  const inspection = tslab("./dist/inspect.js") as typeof import("tslab/dist/inspect.js");
  const metadata = tslab("./dist/metadata.js") as typeof import("tslab/dist/metadata.js");
  const jupyter = tslab("./dist/jupyter.js") as { lastWriteDisplayData: unknown };

  return {
    ts,
    createConverter: () => converters.createConverter({ isJS: false, isBrowser: false }),
    createExecutor: (folder, node, sink) =>
      executors.createExecutor(folder, { node, browser: node, close: () => node.close() }, sink),
    printQuickInfo: inspection.printQuickInfo,
    isModule: (source) => metadata.getCodeMetadata(source).module !== undefined,
    onTslabDisplay: (show) => {
      jupyter.lastWriteDisplayData = show;
    },
    takeMaps: () => {
      const taken = maps;
      maps = undefined;
      return taken;
    },
  };
}
