/** The language: checks and runs cells one after another, each seeing what the earlier ones declared. */
import { createCellModules } from "./cell-modules.ts";
import type { CellSyntax, CompiledCell, Completions, Inspection } from "./compiler-messages.ts";
import type { CompilerProcess } from "./compiler-process.ts";
import { loadOnce, mentionsPrelude, type Prelude } from "./prelude.ts";
import { raceAbort } from "./race-abort.ts";
import { createPositionLookup, type PositionLookup } from "./source-position.ts";
import { createExecutor, onTslabDisplay } from "./tslab.ts";
import type { Converter, ConvertResult, Diagnostic } from "./tslab-types.ts";

export type Outcome =
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "done" }
  | { readonly kind: "thrown"; readonly error: unknown }
  | { readonly kind: "mistyped"; readonly problems: readonly Diagnostic[] }
  | { readonly kind: "interrupted" };

/** A cell that has run, as a traceback quotes it. */
export interface RanCell {
  readonly source: string;
  readonly findPosition: PositionLookup;
}

export interface EngineParts {
  /** The notebook's. */
  readonly folder: string;
  readonly prelude: Prelude;
  readonly compiler: CompilerProcess;
  /** What the kernel puts in scope itself. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Shows what a cell shows through tslab's own `display`. */
  showForTslab(content: Record<string, unknown>, isUpdate: boolean): void;
}

export interface Engine {
  /** Cells that have run, by the name their code has in stack traces. */
  readonly cells: ReadonlyMap<string, RanCell>;
  /** Runs a cell. Never rejects for what the cell does; one at a time. */
  run(source: string, name: string, signal: AbortSignal): Promise<Outcome>;
  /** `position` counts UTF-16 units. */
  complete(source: string, position: number): Promise<Completions>;
  /** The signature and documentation at a position in UTF-16 units. */
  inspect(source: string, position: number): Promise<Inspection>;
  examine(source: string): Promise<CellSyntax>;
}

/** What has come of the cell that is running. */
interface Run {
  problems: readonly Diagnostic[];
  readonly values: unknown[];
  readonly errors: unknown[];
}

export function createEngine({ folder, prelude, compiler, values, showForTslab }: EngineParts): Engine {
  const cells = new Map<string, RanCell>();
  const loadPrelude = loadOnce(prelude);
  let current: Run = { problems: [], values: [], errors: [] };
  /** What the cells that have run declare. */
  let earlier = "";
  let compiled: CompiledCell | undefined;
  let code: ConvertResult = { diagnostics: [] };
  let isPreludeInScope = false;

  /** The compiler's process has done what the executor asks for. */
  const converter: Converter = {
    convert: () => code,
    addModule: () => [],
    inspect: refuse,
    complete: refuse,
    close: () => {},
  };
  const readMetadata = () => compiled?.metadata ?? {};
  const executor = createExecutor(folder, converter, readMetadata, {
    log: (value) => current.values.push(value),
    error: (problem) => current.errors.push(problem),
  });
  Object.assign(executor.locals, values);
  const modules = createCellModules(folder, { name: prelude.module, load: loadPrelude }, () =>
    onTslabDisplay(showForTslab),
  );

  async function prepare(source: string, imports: readonly string[]): Promise<void> {
    await modules.prepare(imports);
    if (isPreludeInScope || !mentionsPrelude(prelude, source)) return;
    const loaded = await loadPrelude();
    isPreludeInScope = true;
    for (const name of prelude.names) executor.locals[name] = loaded[name];
  }

  async function execute({ code: made, names }: CompiledCell, source: string, signal: AbortSignal) {
    const interrupt = (): void => executor.interrupt();
    const before = names.map((name) => [name, executor.locals[name]] as const);
    signal.addEventListener("abort", interrupt);
    try {
      const isDone = await executor.execute(source);
      if (made === undefined) return;
      const { declOutput: declared = "" } = made;
      earlier = isDone ? declared : await keep(declared, before);
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  }

  /** A cell that fails keeps what it has assigned; what it has not reached is as before it. */
  async function keep(declared: string, before: readonly (readonly [string, unknown])[]): Promise<string> {
    const unreached = before.filter(([name]) => executor.locals[name] === undefined);
    for (const [name, value] of unreached) executor.locals[name] = value;
    return compiler.ask({ ask: "keep", earlier, declared, unreached: unreached.map(([name]) => name) });
  }

  /** Remembers how errors lead back to the cell, and gives its code the name by which they do. */
  function nameCode({ code: made, maps }: CompiledCell, source: string, name: string): ConvertResult {
    if (made?.output === undefined || maps === undefined) return made ?? { diagnostics: [] };
    const lineCount = made.output.split("\n").length;
    const findPosition = createPositionLookup(maps, made.hasToplevelAwait === true, lineCount);
    cells.set(name, { source, findPosition });
    return { ...made, output: `${made.output}\n//# sourceURL=${name}` };
  }

  /** Compiles first, so that a refused cell loads nothing, and an interrupt that came meanwhile is heard. */
  async function compileAndExecute(source: string, name: string, signal: AbortSignal): Promise<void> {
    compiled = await compiler.ask({ ask: "compile", earlier, source }, signal);
    current.problems = compiled.problems;
    if (current.problems.length > 0) return;
    code = nameCode(compiled, source, name);
    await raceAbort(prepare(source, compiled.imports), signal);
    await execute(compiled, source, signal);
  }

  return {
    cells,
    run: async (source, name, signal) => {
      current = { problems: [], values: [], errors: [] };
      try {
        await compileAndExecute(source, name, signal);
      } catch (error) {
        current.errors.push(error);
      }
      return concludeRun(current, signal);
    },
    complete: (source, position) => compiler.ask({ ask: "complete", earlier, source, position }),
    inspect: (source, position) => compiler.ask({ ask: "inspect", earlier, source, position }),
    examine: (source) => compiler.ask({ ask: "examine", source }),
  };
}

function refuse(): never {
  throw new Error("the compiler's process answers this");
}

function concludeRun(run: Run, signal: AbortSignal): Outcome {
  if (run.problems.length > 0) return { kind: "mistyped", problems: run.problems };
  if (run.errors.length > 0) {
    const [error] = run.errors;
    return isInterruption(error, signal) ? { kind: "interrupted" } : { kind: "thrown", error };
  }
  return run.values.length > 0 ? { kind: "value", value: run.values[0] } : { kind: "done" };
}

/** An awaiting cell ends with tslab's own error, or the signal's reason; a busy one with that of `node:vm`. */
function isInterruption(error: unknown, signal: AbortSignal): boolean {
  if (signal.aborted && error === signal.reason) return true;
  if (!(error instanceof Error)) return false;
  const { code } = error as Error & { code?: string };
  return (
    code === "ERR_SCRIPT_EXECUTION_INTERRUPTED" ||
    (signal.aborted && error.message === "Interrupted asynchronously")
  );
}
