/** TypeScript becomes JavaScript: types go, what this Node does not know yet is lowered, places stay known. */
import { createRequire } from "node:module";
import { basename } from "node:path";
import { Script } from "node:vm";
import type * as Esbuild from "esbuild";
import type { CellSource } from "./cell-source.ts";
import { placeAt, type Widening } from "./places.ts";

/** The part of a `tsconfig.json` that says what code means, as esbuild takes it. */
export type EmitOptions = NonNullable<Esbuild.TsconfigRaw["compilerOptions"]>;

export interface Emitted {
  readonly code: string;
  /** JSON text of a source map. */
  readonly map: string;
}

export interface EmittedCell extends Emitted {
  /** What was put before the cell's value: the map leads back to a text that has it. */
  readonly widening: Widening | undefined;
}

/**
 * Stands before an expression whose value is asked for: as a separate statement, one without effects would be
 * dropped (`-5`, `typeof 1`). A `throw` is kept, and takes all that an expression can be.
 */
export const valueMark = "throw ";

let loaded: typeof Esbuild | undefined;

/** Loads nothing before it is needed: the kernel's main thread emits only what a cell imports from files next to it. */
function esbuild(): typeof Esbuild {
  loaded ??= createRequire(import.meta.url)("esbuild") as typeof Esbuild;
  return loaded;
}

/** Its tables of what Node knows are older than Node. */
const knowsUsing = isValid("{ using resource = null; }");

function isValid(code: string): boolean {
  try {
    new Script(code);
    return true;
  } catch {
    return false;
  }
}

const target = `node${process.versions.node}`;

/**
 * The JavaScript of a cell: a module that keeps every import, for later cells may use what this one does not. The
 * expression at its end has {@link valueMark} before it.
 *
 * @throws Error for text that cannot be parsed
 */
export async function emitCell(
  { code, language, valueStart }: Pick<CellSource, "code" | "language" | "valueStart">,
  options: EmitOptions,
): Promise<EmittedCell> {
  // With a format asked for, a cell that names `module` or `exports` would be wrapped as CommonJS.
  const settings = { ...settingsOf(options, true), loader: language, sourcemap: "external" } as const;
  const { text, widening } = markValue(code, valueStart);
  const emitted = await esbuild().transform(text, settings);
  return { code: emitted.code, map: emitted.map, widening };
}

function markValue(
  code: string,
  start: number | undefined,
): { text: string; widening: Widening | undefined } {
  if (start === undefined) return { text: code, widening: undefined };
  return {
    text: code.slice(0, start) + valueMark + code.slice(start),
    widening: { ...placeAt(code, start), length: valueMark.length },
  };
}

/**
 * The JavaScript of a module next to the notebook.
 *
 * @throws SyntaxError for text that cannot be parsed, with its place as the only frame
 */
export function emitModule(
  text: string,
  path: string,
  format: "esm" | "cjs",
  loader: "ts" | "tsx" | "jsx",
  options: EmitOptions,
): Emitted {
  const settings = { ...settingsOf(options, false), loader, format, sourcefile: path } as const;
  try {
    return esbuild().transformSync(text, { ...settings, sourcemap: "external" });
  } catch (error) {
    throw describeSyntax(error, path) ?? error;
  }
}

/** The first thing that esbuild found wrong. */
function describeSyntax(error: unknown, path: string): SyntaxError | undefined {
  const [first] = (error as Partial<Esbuild.TransformFailure>).errors ?? [];
  if (first?.location == null) return undefined;
  const { line, column } = first.location;
  const syntax = new SyntaxError(`${basename(path)}, line ${line}: ${first.text}`);
  syntax.stack = `${syntax.name}: ${syntax.message}\n    at ${path}:${line}:${column + 1}`;
  return syntax;
}

/** Starts what emits, so that the first cell does not wait for it. */
export function warmEmitter(): void {
  void esbuild()
    .transform("")
    .catch(() => {});
}

function settingsOf(options: EmitOptions, keepsImports: boolean) {
  const { jsx = "react-jsx", ...others } = options;
  return {
    target,
    supported: { using: knowsUsing },
    charset: "utf8",
    logLevel: "silent",
    sourcesContent: false,
    tsconfigRaw: {
      compilerOptions: {
        useDefineForClassFields: true,
        ...others,
        // Nothing is left for another tool to do.
        jsx: jsx === "preserve" || jsx === "react-native" ? "react-jsx" : jsx,
        ...(keepsImports ? { verbatimModuleSyntax: true } : {}),
      },
    },
  } as const;
}
