/** TypeScript as tslab is to meet it: with our options, our module resolution, and what tslab leaves out. */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { cellLibrary } from "./cell-library.ts";
import { type CellProgramHost, createCellProgram } from "./cell-program.ts";
import { guardLoops } from "./guard-loops.ts";
import { createModuleLookup, type OwnTypes } from "./module-lookup.ts";
import type { NotebookFolder } from "./notebook-folder.ts";
import type { CellMaps } from "./source-position.ts";
import type { TypeScript } from "./tslab-types.ts";

/** The complaints about a missing annotation: cells are checked strictly, but a sketch needs no annotations. */
const implicitAnyCodes: ReadonlySet<number> = new Set([7005, 7006, 7016, 7019, 7031, 7034]);

const inlineMapMark = "//# sourceMappingURL=data:application/json;base64,";

/** Where the compiler believes our library file to be. */
const cellLibraryFile = fileURLToPath(new URL("../../lib.cell.d.ts", import.meta.url)).replaceAll("\\", "/");

/**
 * `parsed` keeps the files of libraries, by name; `onMaps` hears of the source maps of everything that is compiled.
 */
export function adaptTypeScript(
  ts: typeof TypeScript,
  own: OwnTypes,
  folder: NotebookFolder,
  parsed: Map<string, TypeScript.SourceFile>,
  onMaps: (maps: CellMaps) => void,
): typeof TypeScript {
  const ownFolder = `${dirname(own.types)}/`;
  const isLibrary = (path: string): boolean =>
    !folder.has(path) &&
    (path.includes("/node_modules/") || path.startsWith(ownFolder) || path === cellLibraryFile);
  const listeners = new Map<string, TypeScript.FileWatcherCallback>();
  const findModules = createModuleLookup(ts, own, folder, isLibrary);

  function createWatchCompilerHost(
    roots: readonly string[],
    given: TypeScript.CompilerOptions,
    system: TypeScript.System,
  ): CellProgramHost {
    return { roots, options: adaptOptions(ts, given), system };
  }

  function createWatchProgram(host: CellProgramHost): ReturnType<typeof createCellProgram> {
    return createCellProgram(ts, host, {
      has: isLibrary,
      parsed,
      lookUp: findModules(host.options, host.system),
      tellChange: (path) => listeners.get(path)?.(path, ts.FileWatcherEventKind.Changed),
    });
  }

  function transpileModule(
    emitted: string,
    request: TypeScript.TranspileOptions,
  ): TypeScript.TranspileOutput {
    const [code = "", map = ""] = emitted.split(inlineMapMark);
    const compilerOptions = { ...request.compilerOptions, sourceMap: true };
    const transformers = { before: [guardLoops(ts)] };
    const output = ts.transpileModule(code, { ...request, compilerOptions, transformers });
    const emittedToSource = Buffer.from(map, "base64").toString("utf8");
    onMaps({ runToEmitted: output.sourceMapText ?? "", emittedToSource });
    return { ...output, outputText: output.outputText.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n") };
  }

  const internal = ts as unknown as {
    getPreEmitDiagnosticsOfFiles(program: object, files: object): TypeScript.Diagnostic[];
  };
  const getPreEmitDiagnosticsOfFiles: typeof internal.getPreEmitDiagnosticsOfFiles = (program, files) =>
    internal.getPreEmitDiagnosticsOfFiles(program, files).filter(({ code }) => !implicitAnyCodes.has(code));

  const adapted = {
    ...ts,
    sys: adaptSystem(ts.sys, folder, listeners),
    createWatchCompilerHost,
    createWatchProgram,
    transpileModule,
    getPreEmitDiagnosticsOfFiles,
  };
  return adapted as unknown as typeof TypeScript;
}

function adaptOptions(ts: typeof TypeScript, given: TypeScript.CompilerOptions): TypeScript.CompilerOptions {
  return {
    ...given,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    allowImportingTsExtensions: true,
    lib: ["lib.esnext.d.ts", cellLibraryFile],
    // Without its rule on implicit any an empty array would be `never[]`: the rule stays, its complaints are dropped.
    strict: true,
    useUnknownInCatchVariables: false,
    inlineSourceMap: true,
    types: ["node"],
  };
}

/**
 * The file system with the notebook's folder in its place and our library file. Nothing is watched: files are looked
 * at when a cell is compiled, and who wants to know of changes is told then.
 */
function adaptSystem(
  system: TypeScript.System,
  folder: NotebookFolder,
  listeners: Map<string, TypeScript.FileWatcherCallback>,
): TypeScript.System {
  const at = <T>(path: string, look: (real: string) => T, nothing: T): T => {
    const real = folder.toReal(path);
    return real === undefined ? nothing : look(real);
  };
  return Object.assign(Object.create(system) as TypeScript.System, {
    getCurrentDirectory: () => folder.virtual,
    readFile: (path: string, encoding?: string) =>
      path === cellLibraryFile ? cellLibrary : at(path, (real) => system.readFile(real, encoding), undefined),
    fileExists: (path: string) => at(path, system.fileExists, false),
    directoryExists: (path: string) => at(path, system.directoryExists, false),
    watchFile: (path: string, listener: TypeScript.FileWatcherCallback): TypeScript.FileWatcher => {
      listeners.set(path, listener);
      return { close: () => void listeners.delete(path) };
    },
  });
}
