/** The language: checks and runs cells one after another, each seeing what the earlier ones declared. */
import { createCellModules } from "./cell-modules.ts";
import { type Compiler, loadCompiler } from "./compiler.ts";
import { hearEvents } from "./hear-events.ts";
import { declarePrelude, loadOnce, mentionsPrelude, type Prelude } from "./prelude.ts";
import { raceAbort } from "./race-abort.ts";
import { createPositionLookup, type PositionLookup } from "./source-position.ts";
import { hasTopLevelAwait } from "./top-level-await.ts";
import type { CompletionInfo, Converter, ConvertResult, Diagnostic, Executor } from "./tslab-types.ts";

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

/** What the kernel puts in scope itself. */
export interface CellScope {
  readonly declarations: string;
  readonly values: Readonly<Record<string, unknown>>;
}

export interface Engine {
  readonly compiler: Compiler;
  /** Cells that have run, by the name their code has in stack traces. */
  readonly cells: ReadonlyMap<string, RanCell>;
  /** Runs a cell. Never rejects for what the cell does; one at a time. */
  run(source: string, name: string, signal: AbortSignal): Promise<Outcome>;
  /** `position` counts UTF-16 units. */
  complete(source: string, position: number): CompletionInfo;
  /** The signature and documentation at a position in UTF-16 units; undefined when nothing is there. */
  inspect(source: string, position: number): string | undefined;
}

/** What is known of the cell that is running. */
interface Run {
  readonly source: string;
  readonly name: string;
  problems: readonly Diagnostic[];
  readonly values: unknown[];
  readonly errors: unknown[];
}

function beginRun(source: string, name: string): Run {
  return { source, name, problems: [], values: [], errors: [] };
}

interface Compiled {
  readonly earlier: string;
  readonly source: string;
  readonly result: ConvertResult;
}

/** Loads the compiler and warms it up: seconds of work during which nothing else happens. */
export function createEngine(folder: string, prelude: Prelude, scope: CellScope): Engine {
  const compiler = loadCompiler(prelude);
  const cells = new Map<string, RanCell>();
  let real = compiler.createConverter();
  const declarations = declarePrelude(prelude) + scope.declarations;
  const loadPrelude = loadOnce(prelude);
  let current = beginRun("", "");
  /** What the cells that have run declare: the executor holds the same, out of reach. */
  let earlier = "";
  let compiled: Compiled | undefined;
  let isPreludeInScope = false;

  /** A compiler that has thrown can not be used again: the next cell gets a new one. */
  function withConverter<T>(use: (converter: Converter) => T): T {
    try {
      return use(real);
    } catch (error) {
      real.close();
      real = compiler.createConverter();
      throw error;
    }
  }

  function compile(earlier: string, source: string): ConvertResult {
    const result = withConverter((converter) => converter.convert(earlier || declarations, source));
    current.problems = result.diagnostics;
    const maps = compiler.takeMaps();
    if (result.output === undefined || maps === undefined) return result;
    const isAsync = result.hasToplevelAwait === true || hasTopLevelAwait(compiler.ts, source);
    const findPosition = createPositionLookup(maps, isAsync, result.output.split("\n").length);
    cells.set(current.name, { source: current.source, findPosition });
    return {
      ...result,
      hasToplevelAwait: isAsync,
      output: `${result.output}\n//# sourceURL=${current.name}`,
    };
  }

  const converter: Converter = {
    convert: (given, source) =>
      compiled?.earlier === given && compiled.source === source ? compiled.result : compile(given, source),
    inspect: (given, source, position) =>
      withConverter((usable) => usable.inspect(given || declarations, source, position)),
    complete: (given, source, position) =>
      withConverter((usable) => usable.complete(given || declarations, source, position)),
    addModule: (name, content, metadata) => {
      const problems = withConverter((usable) => usable.addModule(name, content, metadata));
      current.problems = problems;
      return problems;
    },
    close: () => real.close(),
  };
  const executor = compiler.createExecutor(folder, converter, {
    log: (value) => current.values.push(value),
    error: (problem) => current.errors.push(problem),
  });
  const modules = createCellModules(compiler.ts, folder, { name: prelude.module, load: loadPrelude });
  Object.assign(executor.locals, scope.values);
  if (!compiler.isWarm()) compile("", "");

  async function prepare(source: string): Promise<void> {
    await modules.prepare(source);
    if (isPreludeInScope || !mentionsPrelude(prelude, source)) return;
    const loaded = await loadPrelude();
    isPreludeInScope = true;
    for (const name of prelude.names) executor.locals[name] = loaded[name];
  }

  async function execute(source: string, signal: AbortSignal): Promise<void> {
    const interrupt = (): void => executor.interrupt();
    signal.addEventListener("abort", interrupt);
    try {
      const isDone = await executor.execute(source);
      if (isDone && compiled !== undefined) earlier = compiled.result.declOutput ?? "";
    } finally {
      signal.removeEventListener("abort", interrupt);
    }
  }

  /** Compiles first, so that a refused cell loads nothing, and an interrupt that came meanwhile is heard. */
  async function compileAndExecute(source: string, signal: AbortSignal): Promise<void> {
    compiled = undefined;
    if (!compiler.isModule(source)) {
      compiled = { earlier, source, result: compile(earlier, source) };
      if (current.problems.length > 0) return;
      await hearEvents();
    }
    await raceAbort(prepare(source), signal);
    await execute(source, signal);
  }

  return {
    compiler,
    cells,
    run: async (source, name, signal) => {
      current = beginRun(source, name);
      try {
        await compileAndExecute(source, signal);
      } catch (error) {
        current.errors.push(error);
      }
      return concludeRun(current, signal);
    },
    complete: (source, position) => executor.complete(source, position),
    inspect: (source, position) => {
      const info = executor.inspect(source, position) as ReturnType<Executor["inspect"]> | undefined;
      return info === undefined ? undefined : compiler.printQuickInfo(info);
    },
  };
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
