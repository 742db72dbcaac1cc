/**
 * The one import of tslab and of its TypeScript: its converter (checks a cell against all earlier ones) and its
 * executor (runs it), used as a library.
 */
import { createRequire } from "node:module";
import { adaptTypeScript } from "./adapted-typescript.ts";
import type { OwnTypes } from "./module-lookup.ts";
import { createNotebookFolder, type NotebookFolder } from "./notebook-folder.ts";
import type { CellMaps } from "./source-position.ts";
import type { Converter, Executor, TypeScript } from "./tslab-types.ts";

export interface Compiler {
  readonly ts: typeof TypeScript;
  createConverter(): Converter;
  /** Compiles the cells for what is learnt from them; the next converter that is created has learnt it. */
  warmUp(earlier: string, cells: readonly string[]): void;
  /** True once it has been warmed up. */
  isWarm(): boolean;
  /** The declarations that have been read, of all libraries. */
  libraryFiles(): readonly string[];
  /** Cells are those of a notebook in the folder: what they import is looked for there. */
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

let loaded: { readonly own: OwnTypes; readonly compiler: Compiler } | undefined;

/** Loads TypeScript and tslab, once: some 200 ms. The first cell compiled with it costs more than a second. */
export function loadCompiler(own: OwnTypes): Compiler {
  if (loaded?.own.types !== own.types) loaded = { own, compiler: assembleCompiler(own) };
  return loaded.compiler;
}

function assembleCompiler(own: OwnTypes): Compiler {
  const tslab = createRequire(load.resolve("tslab/package.json"));
  const typescriptFile = tslab.resolve("@tslab/typescript-for-tslab");
  const ts = tslab(typescriptFile) as typeof TypeScript;
  const notebookFolder = createNotebookFolder();
  const parsed = new Map<string, TypeScript.SourceFile>();
  let maps: CellMaps | undefined;
  let warm: Converter | undefined;
  let isWarm = false;

  // tslab takes no compiler options: it must meet the adapted module when it loads.
  const cached = tslab.cache[typescriptFile];
  if (cached === undefined) throw new Error("TypeScript was loaded, but is not among the loaded modules");
  cached.exports = adaptTypeScript(ts, own, notebookFolder, parsed, (latest) => {
    maps = latest;
  });
  const converters = tslab("./dist/converter.js") as typeof import("tslab/dist/converter.js");
  const executors = tslab("./dist/executor.js") as typeof import("tslab/dist/executor.js");
  const inspection = tslab("./dist/inspect.js") as typeof import("tslab/dist/inspect.js");
  const metadata = tslab("./dist/metadata.js") as typeof import("tslab/dist/metadata.js");
  const jupyter = tslab("./dist/jupyter.js") as { lastWriteDisplayData: unknown };

  function createConverter(): Converter {
    return nameRealPaths(converters.createConverter({ isJS: false, isBrowser: false }), notebookFolder);
  }

  return {
    ts,
    createConverter: () => {
      const converter = warm ?? createConverter();
      warm = undefined;
      return converter;
    },
    warmUp: (earlier, cells) => {
      warm = createConverter();
      for (const cell of cells) warm.convert(earlier, cell);
      maps = undefined;
      isWarm = true;
    },
    isWarm: () => isWarm,
    libraryFiles: () => [...parsed.keys()],
    createExecutor: (folder, node, sink) => {
      notebookFolder.place(folder);
      return executors.createExecutor(folder, { node, browser: node, close: () => node.close() }, sink);
    },
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

/** The compiler has a name of its own for the notebook's folder; who asks it hears the real one. */
function nameRealPaths(converter: Converter, folder: NotebookFolder): Converter {
  return {
    ...converter,
    convert: (earlier, source) => {
      const result = converter.convert(earlier, source);
      const diagnostics = result.diagnostics.map((problem) => ({
        ...problem,
        messageText: folder.nameReal(problem.messageText),
      }));
      if (result.sideOutputs === undefined) return { ...result, diagnostics };
      const sideOutputs = result.sideOutputs.map((output) => ({
        ...output,
        path: folder.nameReal(output.path),
      }));
      return { ...result, diagnostics, sideOutputs };
    },
  };
}
