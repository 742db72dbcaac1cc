/** Compiles texts against this package in memory, with a compiler that runs in this process. */
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type * as TypeScript from "typescript-in-process";

const root = resolve(import.meta.dirname, "../..");
const require = createRequire(import.meta.url);

/** The compilers that read our declarations: of editors, and of plain tslab. */
export const compilers = ["typescript-in-process", "@tslab/typescript-for-tslab"] as const;

/** The declarations of the package and of what it imports, which are the same for every program. */
const parsed = new Map<string, TypeScript.SourceFile | undefined>();

/**
 * What a compiler says of each source, one text per problem, with its further lines.
 * @param sources by file name, such as `a.ts`; every one is part of one program
 */
export function compile(
  library: (typeof compilers)[number],
  sources: Readonly<Record<string, string>>,
): ReadonlyMap<string, readonly string[]> {
  const typescript = require(library) as typeof TypeScript;
  const pathOf = (name: string) => join(root, "test", "declarations", name);
  const texts = new Map(Object.entries(sources).map(([name, text]) => [pathOf(name), text]));
  const options: TypeScript.CompilerOptions = {
    strict: true,
    target: typescript.ScriptTarget.ES2022,
    module: typescript.ModuleKind.ESNext,
    moduleResolution: 2 as TypeScript.ModuleResolutionKind,
    esModuleInterop: true,
    types: ["node"],
    baseUrl: root,
    paths: { "dlf-lance": ["dist/index.d.ts"] },
    noEmit: true,
  };
  const host = typescript.createCompilerHost(options);
  const { getSourceFile, fileExists, readFile } = host;
  host.fileExists = (file) => texts.has(file) || fileExists(file);
  host.readFile = (file) => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, version, ...rest) => {
    const text = texts.get(file);
    if (text !== undefined) return typescript.createSourceFile(file, text, version);
    const key = `${library} ${file}`;
    if (!parsed.has(key)) parsed.set(key, getSourceFile(file, version, ...rest));
    return parsed.get(key);
  };
  const program = typescript.createProgram([...texts.keys()], options, host);
  const problemsOf = (name: string) => {
    const source = program.getSourceFile(pathOf(name));
    if (source === undefined) throw new Error(`the program has no ${name}`);
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  };
  return new Map(
    Object.keys(sources).map((name) => [
      name,
      problemsOf(name).map(({ messageText }) => typescript.flattenDiagnosticMessageText(messageText, "\n")),
    ]),
  );
}
