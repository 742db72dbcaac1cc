/** The compiler of a notebook's cells: tslab's converter with TypeScript as we want it. */
import { adaptTypeScript } from "./adapted-typescript.ts";
import { cellDeclarations } from "./cell-declarations.ts";
import type {
  CellSyntax,
  CompiledCell,
  CompilerSetup,
  Completions,
  Inspection,
} from "./compiler-messages.ts";
import { declaredNames, keptDeclarations } from "./kept-declarations.ts";
import { createNotebookFolder } from "./notebook-folder.ts";
import type { CellMaps } from "./source-position.ts";
import { hasTopLevelAwait } from "./top-level-await.ts";
import { loadConverters, loadTypeScript } from "./tslab.ts";
import type { Converter, TypeScript } from "./tslab-types.ts";

/** `earlier` are the declarations that the code of the last cell that has run came with; none is the empty text. */
export interface Compiler {
  compile(earlier: string, source: string): CompiledCell;
  complete(earlier: string, source: string, position: number): Completions;
  inspect(earlier: string, source: string, position: number): Inspection;
  examine(source: string): CellSyntax;
  /** What is declared after a cell that declares `declared` and has not reached some of it. */
  keep(earlier: string, declared: string, unreached: readonly string[]): string;
  /** Says where the notebook is. */
  place(folder: string): void;
  /** The declarations that have been read, of all libraries. */
  libraryFiles(): readonly string[];
}

export type Scope = Pick<CompilerSetup, "module" | "names" | "types">;

/** Loads TypeScript and tslab: some 200 ms. The first cell that it compiles costs more than a second. */
export function createCompiler(scope: Scope): Compiler {
  const ts = loadTypeScript();
  const notebookFolder = createNotebookFolder();
  const parsed = new Map<string, TypeScript.SourceFile>();
  const declarations = `import { ${scope.names.join(", ")} } from ${JSON.stringify(scope.module)};\n${cellDeclarations}`;
  let maps: CellMaps | undefined;
  const converters = loadConverters(
    adaptTypeScript(ts, scope, notebookFolder, parsed, (latest) => {
      maps = latest;
    }),
  );
  let converter = converters.createConverter();

  /** A converter that has thrown can not be used again: the next cell gets a new one. */
  function withConverter<T>(use: (usable: Converter) => T): T {
    try {
      return use(converter);
    } catch (error) {
      converter.close();
      converter = converters.createConverter();
      throw error;
    }
  }

  /** The compiler has a name of its own for the notebook's folder; who asks it hears the real one. */
  function nameReal<T extends { readonly messageText: string }>(problems: readonly T[]): T[] {
    return problems.map((problem) => ({
      ...problem,
      messageText: notebookFolder.nameReal(problem.messageText),
    }));
  }

  function convert(earlier: string, source: string): Pick<CompiledCell, "problems" | "code" | "maps"> {
    maps = undefined;
    const result = withConverter((usable) => usable.convert(earlier || declarations, source));
    const problems = nameReal(result.diagnostics);
    const sideOutputs = result.sideOutputs?.map((output) => ({
      ...output,
      path: notebookFolder.nameReal(output.path),
    }));
    const hasToplevelAwait = result.hasToplevelAwait === true || hasTopLevelAwait(ts, source);
    const code = {
      ...result,
      diagnostics: problems,
      hasToplevelAwait,
      ...(sideOutputs === undefined ? {} : { sideOutputs }),
    };
    return { problems, code, ...(maps === undefined ? {} : { maps }) };
  }

  return {
    compile: (earlier, source) => {
      const metadata = converters.readMetadata(source);
      const imports = ts.preProcessFile(source, true, true).importedFiles.map(({ fileName }) => fileName);
      const { module: name } = metadata;
      if (name === undefined) {
        return { metadata, imports, names: declaredNames(ts, source), ...convert(earlier, source) };
      }
      const problems = withConverter((usable) => usable.addModule(name, source, metadata));
      return { metadata, imports, names: [], problems: nameReal(problems) };
    },
    complete: (earlier, source, position) => {
      const found = withConverter((usable) => usable.complete(earlier || declarations, source, position));
      const typed = source.slice(found.start, position).toLowerCase();
      const kinds = new Map(found.original?.entries.map((entry) => [entry.name, entry.kind]));
      const matches = found.candidates
        .filter((text) => text.toLowerCase().startsWith(typed))
        .map((text) => ({ text, kind: kinds.get(text) ?? "" }));
      return { start: found.start, end: found.end, matches };
    },
    inspect: (earlier, source, position) => {
      const info = withConverter((usable) => usable.inspect(earlier || declarations, source, position));
      return info === undefined || info === null ? {} : { text: converters.printQuickInfo(info) };
    },
    examine: (source) => examine(ts, source),
    keep: (earlier, declared, unreached) =>
      keptDeclarations(ts, earlier || declarations, declared, unreached),
    place: notebookFolder.place,
    libraryFiles: () => [...parsed.keys()],
  };
}

function examine(ts: typeof TypeScript, source: string): CellSyntax {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest) as TypeScript.SourceFile & {
    parseDiagnostics: readonly TypeScript.DiagnosticWithLocation[];
  };
  if (file.parseDiagnostics.length === 0) return "whole";
  const end = source.trimEnd().length;
  const isOpen = (problem: TypeScript.DiagnosticWithLocation): boolean =>
    problem.start >= end ||
    (problem.start + problem.length >= end && /^Unterminated/.test(String(problem.messageText)));
  return file.parseDiagnostics.every(isOpen) ? "unfinished" : "wrong";
}
