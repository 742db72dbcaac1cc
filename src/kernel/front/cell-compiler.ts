/** From the text of a cell to what the main thread runs, or to the reasons why it must not. */
import { formatCount } from "../../display/text/number-text.ts";
import type { Checker, Problem } from "../language/checker.ts";
import { bindNames } from "../source/bind.ts";
import { analyseCell, type CellSource } from "../source/cell-source.ts";
import { type EmittedCell, emitCell, warmEmitter } from "../source/emit.ts";
import { readProjectOptions } from "../source/project-options.ts";
import type { CellOrder } from "../wire/thread-messages.ts";
import type { TableLookup } from "./table-lookup.ts";

export type CompiledCell = Pick<CellOrder, "source" | "bound" | "emittedMap" | "widenings" | "declared">;

/** A cell that later cells import as `./name`: nothing of it runs before. */
export interface ModuleCell {
  /** Without an extension, relative to the notebook's folder. */
  readonly name: string;
  readonly language: CellSource["language"];
  readonly code: string;
}

export type Compilation =
  | { readonly problems: readonly Problem[] }
  | { readonly module: ModuleCell }
  | { readonly cell: CompiledCell };

export interface CellCompiler {
  /**
   * Checks and translates. A cell that comes back compiled is to be settled once it has run.
   *
   * @param number the cell's own
   * @throws SyntaxError for a cell that the checker accepts and the translator cannot read; the signal's reason
   */
  compile(number: number, source: string, signal: AbortSignal): Promise<Compilation>;
  /** The cell has run and has come to these of its values: later cells know them, and its types. */
  settle(number: number, reached: readonly string[]): void;
  /** The cell is to leave nothing behind. */
  discard(number: number): void;
}

/**
 * @param known names that every cell has, before any has run
 * @param tables lets the checker know the tables that a cell names
 */
export function createCellCompiler(
  folder: string,
  checker: Checker,
  known: Iterable<string>,
  tables: Pick<TableLookup, "prepare" | "renew">,
): CellCompiler {
  const boxes = new Set(known);

  async function translate(source: CellSource): Promise<Omit<CompiledCell, "source">> {
    const values = [...source.names].filter(([, { isType, isAmbient }]) => !isType && !isAmbient);
    const declared = new Set(values.map(([name]) => name));
    const fresh = new Set(
      values.filter(([, { kind }]) => kind === "enum" || kind === "namespace").map(([name]) => name),
    );
    const emitted: EmittedCell = await emitCell(source, readProjectOptions(folder).emit).catch(
      (error: unknown) => {
        throw syntaxErrorOf(error);
      },
    );
    const bound = bindNames(emitted.code, { declared, fresh, known: boxes, hasValue: source.hasValue });
    const widenings = [emitted.widening, source.widening].filter((widening) => widening !== undefined);
    return { bound, emittedMap: emitted.map, widenings, declared };
  }

  return {
    compile: async (number, written, signal) => {
      refuseDeepNesting(written);
      const source = analyseCell(written);
      const [, name] = moduleMark.exec(written) ?? [];
      if (name !== undefined) {
        const problems = await checker.checkModule(name, source, signal);
        return problems.length > 0
          ? { problems }
          : { module: { name, language: source.language, code: source.code } };
      }
      const translation = translate(source);
      translation.catch(() => {});
      await tables.prepare(source.tables);
      let problems = await checker.check(number, source, signal);
      if (problems.length > 0 && (await tables.renew(source.tables)))
        problems = await checker.check(number, source, signal);
      if (problems.length > 0) return { problems };
      try {
        return { cell: { source: written, ...(await translation) } };
      } catch (error) {
        checker.discard(number);
        throw error;
      }
    },
    settle: (number, reached) => {
      checker.keep(number, reached);
      for (const name of reached) boxes.add(name);
    },
    discard: (number) => checker.discard(number),
  };
}

/** Loads and starts what reads and translates cells: the first does not wait for it. */
export function warmTranslator(): void {
  warmEmitter();
  analyseCell("0");
}

/** As tslab has it: `@module name` in a comment before all code. */
const moduleMark = /^\s*\/\*\*(?:(?!\*\/)[\s\S])*?@module\s+(?:\.\/)?([\w./-]+)/;

/** Parsers call themselves for each bracket, and the one that runs out of stack takes the process with it. */
const deepestNesting = 20_000;

function refuseDeepNesting(code: string): void {
  if (code.length <= deepestNesting) return;
  let depth = 0;
  for (let at = 0; at < code.length; at++) {
    const sign = code.charCodeAt(at);
    // The brackets ( [ { and ) ] }, wherever they stand.
    if (sign === 40 || sign === 91 || sign === 123) depth += 1;
    else if (sign === 41 || sign === 93 || sign === 125) depth -= 1;
    if (depth > deepestNesting) {
      throw new SyntaxError(`the cell nests its brackets deeper than ${formatCount(deepestNesting)} times`);
    }
  }
}

/** The translator lists its complaints; a cell has one. */
function syntaxErrorOf(error: unknown): SyntaxError {
  const { errors } = error as { errors?: readonly { text: string; location: { line: number } | null }[] };
  const [first] = errors ?? [];
  if (first === undefined) return new SyntaxError(String(error));
  return new SyntaxError(`${first.text}${first.location === null ? "" : ` (line ${first.location.line})`}`);
}
