/** TypeScript as tslab is to meet it: with our options, our module resolution, and what tslab leaves out. */
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { cellLibrary } from "./cell-library.ts";
import { expandShorthands } from "./expand-shorthands.ts";
import { guardLoops } from "./guard-loops.ts";
import type { CellMaps } from "./source-position.ts";
import type { TypeScript } from "./tslab-types.ts";

/** Where the types of the module are that always means ours. */
export interface OwnTypes {
  readonly module: string;
  /** Absolute path of its declarations. */
  readonly types: string;
}

type Host = TypeScript.WatchCompilerHost<TypeScript.EmitAndSemanticDiagnosticsBuilderProgram>;
type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;
type LibraryTest = (path: string) => boolean;

/** The complaints about a missing annotation: cells are checked strictly, but a sketch needs no annotations. */
const implicitAnyCodes: ReadonlySet<number> = new Set([7005, 7006, 7016, 7019, 7031, 7034]);

const inlineMapMark = "//# sourceMappingURL=data:application/json;base64,";

const load = createRequire(import.meta.url);
const packageFolder = fileURLToPath(new URL("../..", import.meta.url));
/** Where the compiler believes it to be. */
const cellLibraryFile = join(packageFolder, "lib.cell.d.ts").replaceAll("\\", "/");

/** `onMaps` hears of the source maps of everything that is compiled. */
export function adaptTypeScript(
  ts: typeof TypeScript,
  own: OwnTypes,
  onMaps: (maps: CellMaps) => void,
): typeof TypeScript {
  const ownFolder = `${dirname(own.types)}/`;
  const isLibrary: LibraryTest = (path) => path.includes("/node_modules/") || path.startsWith(ownFolder);

  function createWatchCompilerHost(
    roots: string[],
    given: TypeScript.CompilerOptions,
    system: TypeScript.System,
    ...rest: unknown[]
  ): Host {
    adaptSystem(system, isLibrary);
    const options = adaptOptions(ts, given);
    const host = Reflect.apply(ts.createWatchCompilerHost, ts, [roots, options, system, ...rest]) as Host;
    Object.assign(host, createResolver(ts, own, isLibrary, options, system));
    return adaptEmit(ts, host);
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

  const adapted = { ...ts, createWatchCompilerHost, transpileModule, getPreEmitDiagnosticsOfFiles };
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
    typeRoots: [...(given.typeRoots ?? []), dirname(dirname(findNodeTypes()))],
  };
}

/** Ours, or those that tslab brings with it. */
function findNodeTypes(): string {
  const manifest = "@types/node/package.json";
  try {
    return load.resolve(manifest);
  } catch {
    return createRequire(load.resolve("tslab/package.json")).resolve(manifest);
  }
}

/**
 * Adds our library file, and watches only the notebook's own files: libraries have hundreds, and watching a folder
 * reads all below it.
 */
function adaptSystem(system: TypeScript.System, isLibrary: LibraryTest): void {
  const { readFile, watchFile } = system;
  system.readFile = (path, encoding) => (path === cellLibraryFile ? cellLibrary : readFile(path, encoding));
  const silent: TypeScript.FileWatcher = { close: () => {} };
  system.watchDirectory = () => silent;
  system.watchFile = (path, ...rest) =>
    isLibrary(path) || watchFile === undefined ? silent : watchFile(path, ...rest);
}

/**
 * Resolves from the importing file and then from this package, so that a notebook anywhere knows our types.
 * What the notebook's own files import is looked up anew each time: a package may have been installed since.
 */
function createResolver(
  ts: typeof TypeScript,
  own: OwnTypes,
  isLibrary: LibraryTest,
  options: TypeScript.CompilerOptions,
  system: TypeScript.System,
): Pick<TypeScript.CompilerHost, "resolveModuleNameLiterals" | "hasInvalidatedResolutions"> {
  const libraryCache = ts.createModuleResolutionCache(system.getCurrentDirectory(), (name) => name, options);
  const ours: TypeScript.ResolvedModuleFull = {
    resolvedFileName: own.types,
    extension: own.types.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts,
    isExternalLibraryImport: true,
  };

  function resolve(name: string, file: string): TypeScript.ResolvedModuleWithFailedLookupLocations {
    if (name === own.module) return { resolvedModule: ours };
    if (isLibrary(file)) return ts.resolveModuleName(name, file, options, system, libraryCache);
    const found = ts.resolveModuleName(name, file, options, system);
    if (found.resolvedModule !== undefined || name.startsWith(".")) return found;
    return ts.resolveModuleName(name, join(packageFolder, "cell.ts"), options, system, libraryCache);
  }

  return {
    resolveModuleNameLiterals: (literals, file) => literals.map((literal) => resolve(literal.text, file)),
    hasInvalidatedResolutions: (path) => !isLibrary(path),
  };
}

/** tslab sets `afterProgramCreate` to get hold of each program: what it gets also expands shorthands. */
function adaptEmit(ts: typeof TypeScript, host: Host): Host {
  let receive: Host["afterProgramCreate"];
  return Object.defineProperty(host, "afterProgramCreate", {
    get: () => (builder: Builder) => {
      const { emit } = builder;
      builder.emit = (file, write, token, declarationsOnly, transformers = {}) => {
        const expand = expandShorthands(ts, builder.getProgram().getTypeChecker(), isEarlierCells);
        const before = [expand, ...(transformers.before ?? [])];
        return emit(file, write, token, declarationsOnly, { ...transformers, before });
      };
      receive?.(builder);
    },
    set: (given: Host["afterProgramCreate"]) => {
      receive = given;
    },
  });
}

function isEarlierCells(file: TypeScript.SourceFile): boolean {
  return file.fileName.endsWith("/__prev__.d.ts");
}
