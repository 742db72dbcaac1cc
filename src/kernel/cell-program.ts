/**
 * The compiler's view of a notebook, renewed for every cell. TypeScript's own program that watches files is rebuilt
 * twice for a cell; this one is built once somebody asks for more than the names a cell declares, and keeps all that
 * cells do not change.
 */
import { dirname } from "node:path";
import { expandShorthands } from "./expand-shorthands.ts";
import type { TypeScript } from "./tslab-types.ts";

type Builder = TypeScript.EmitAndSemanticDiagnosticsBuilderProgram;

/** What tslab hands from `createWatchCompilerHost` to `createWatchProgram`. */
export interface CellProgramHost {
  readonly roots: readonly string[];
  readonly options: TypeScript.CompilerOptions;
  /** tslab's: knows the cell, the earlier cells and the modules that are cells, and takes a single timer. */
  readonly system: TypeScript.System;
  /** Set by tslab: receives each new program. */
  afterProgramCreate?: (program: Builder) => void;
}

/** What a program has outside the notebook. */
export interface CellProgramLibrary {
  has(path: string): boolean;
  /** Its files by name, once they are parsed; they are taken not to change. */
  readonly parsed: Map<string, TypeScript.SourceFile>;
  readonly lookUp: Pick<
    TypeScript.CompilerHost,
    "resolveModuleNameLiterals" | "resolveTypeReferenceDirectiveReferences"
  >;
  /** Tells those who asked to know that a file of the notebook's has changed. */
  tellChange(path: string): void;
}

/** What TypeScript exports for its own use. */
interface Internal {
  bindSourceFile(file: TypeScript.SourceFile, options: TypeScript.CompilerOptions): void;
}

/** What TypeScript notes in a file for its own use. */
interface WithResolvedModules {
  readonly resolvedModules?: {
    forEach(visit: (found: TypeScript.ResolvedModuleWithFailedLookupLocations) => void): void;
  };
}

interface LocalFile {
  readonly text: string;
  readonly file: TypeScript.SourceFile;
}

export function createCellProgram(
  ts: typeof TypeScript,
  host: CellProgramHost,
  library: CellProgramLibrary,
): TypeScript.WatchOfFilesAndCompilerOptions<Builder> {
  const { options, system } = host;
  const { bindSourceFile } = ts as unknown as Internal;
  const local = new Map<string, LocalFile>();
  let roots = host.roots;
  let last: TypeScript.Program | undefined;
  let timer: unknown;
  let isRenewing = false;

  function getFile(name: string): TypeScript.SourceFile | undefined {
    const known = library.parsed.get(name) ?? local.get(name)?.file;
    if (known !== undefined) return known;
    const text = system.readFile(name);
    if (text === undefined) return undefined;
    const file = ts.createSourceFile(name, text, options.target ?? ts.ScriptTarget.Latest);
    if (library.has(name)) library.parsed.set(name, file);
    else addLocal(name, text, file);
    return file;
  }

  function addLocal(name: string, text: string, file: TypeScript.SourceFile): void {
    local.set(name, { text, file });
    if (!host.roots.includes(name)) system.watchFile?.(name, schedule);
  }

  /** tslab's timer fires when tslab says so. */
  function schedule(): void {
    if (isRenewing) return;
    if (timer !== undefined) system.clearTimeout?.(timer);
    timer = system.setTimeout?.(renew, 0);
  }

  function renew(): void {
    timer = undefined;
    isRenewing = true;
    for (const [name, { text }] of local) {
      const isCell = roots.includes(name) && !name.endsWith(".d.ts");
      // The same cell again is a new file too: what it imports may have been installed since.
      if (!isCell && system.readFile(name) === text) continue;
      local.delete(name);
      if (!isCell) library.tellChange(name);
    }
    isRenewing = false;
    host.afterProgramCreate?.(createBuilder());
  }

  function createProgram(): TypeScript.Program {
    const compilerHost: TypeScript.CompilerHost = {
      ...library.lookUp,
      getSourceFile: getFile,
      getDefaultLibFileName: ts.getDefaultLibFileName,
      getDefaultLibLocation: () => dirname(system.getExecutingFilePath()),
      getCurrentDirectory: system.getCurrentDirectory,
      getCanonicalFileName: (name) => name,
      useCaseSensitiveFileNames: () => true,
      getNewLine: () => "\n",
      readFile: system.readFile,
      writeFile: () => {},
      // Only TypeScript's search for replacements of its library asks for these.
      fileExists: () => false,
      directoryExists: () => false,
      hasInvalidatedResolutions: () => false,
    };
    return ts.createProgram({
      rootNames: roots,
      options,
      host: compilerHost,
      ...(last === undefined ? {} : { oldProgram: last }),
    });
  }

  /** As much of a builder as tslab uses. */
  function createBuilder(): Builder {
    let program: TypeScript.Program | undefined;
    const getProgram = (): TypeScript.Program => {
      program ??= createProgram();
      last = program;
      return program;
    };
    const builder: Pick<Builder, "getProgram" | "getSourceFile" | "getAllDependencies" | "emit"> = {
      getProgram,
      getSourceFile: (name) => {
        if (!roots.includes(name)) return getProgram().getSourceFile(name);
        const file = getFile(name);
        // tslab reads the names that a cell declares.
        if (file !== undefined) bindSourceFile(file, options);
        return file;
      },
      getAllDependencies: (file) => [...collectLocalFiles(getProgram(), file)],
      emit: (file, write, token, declarationsOnly, transformers = {}) => {
        const expand = expandShorthands(ts, getProgram().getTypeChecker(), isEarlierCells);
        const before = [expand, ...(transformers.before ?? [])];
        return getProgram().emit(file, write, token, declarationsOnly, { ...transformers, before });
      },
    };
    return builder as Builder;
  }

  /** The file and those of the notebook's own that it imports, however far around. */
  function collectLocalFiles(
    program: TypeScript.Program,
    file: TypeScript.SourceFile,
    found: Set<string> = new Set(),
  ): ReadonlySet<string> {
    if (found.has(file.fileName) || library.has(file.fileName)) return found;
    found.add(file.fileName);
    (file as WithResolvedModules).resolvedModules?.forEach(({ resolvedModule }) => {
      const imported = resolvedModule && program.getSourceFile(resolvedModule.resolvedFileName);
      if (imported !== undefined) collectLocalFiles(program, imported, found);
    });
    return found;
  }

  for (const root of roots) system.watchFile?.(root, schedule);
  host.afterProgramCreate?.(createBuilder());
  return {
    getProgram: createBuilder,
    updateRootFileNames: (names) => {
      roots = names;
      schedule();
    },
    close: () => local.clear(),
  };
}

function isEarlierCells(file: TypeScript.SourceFile): boolean {
  return file.fileName.endsWith("/__prev__.d.ts");
}
