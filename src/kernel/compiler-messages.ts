/** What the kernel and the process of its compiler tell each other: one line of JSON each, answers in the order asked. */
import type { CellMaps } from "./source-position.ts";
import type { CodeMetadata, ConvertResult, Diagnostic } from "./tslab-types.ts";

/** The first line: whose cells they are. */
export interface CompilerSetup {
  /** The notebook's folder. */
  readonly folder: string;
  /** The module whose names are in scope. */
  readonly module: string;
  readonly names: readonly string[];
  /** Absolute path of the module's declarations. */
  readonly types: string;
}

/** `earlier` are the declarations of the cells that have run; positions count UTF-16 units. */
export type CompilerQuestion =
  | { readonly ask: "compile"; readonly earlier: string; readonly source: string }
  | { readonly ask: "complete"; readonly earlier: string; readonly source: string; readonly position: number }
  | { readonly ask: "inspect"; readonly earlier: string; readonly source: string; readonly position: number }
  | { readonly ask: "examine"; readonly source: string }
  | {
      /** What is declared after a cell that has failed on its way. */
      readonly ask: "keep";
      readonly earlier: string;
      readonly declared: string;
      /** Names that the cell declares and has not reached. */
      readonly unreached: readonly string[];
    };

export interface CompilerAnswers {
  readonly compile: CompiledCell;
  readonly complete: Completions;
  readonly inspect: Inspection;
  readonly examine: CellSyntax;
  readonly keep: string;
}

export type CompilerAnswer = { readonly answer: unknown } | { readonly failed: string };

export interface CompiledCell {
  /** What tslab reads in the cell's first comments. */
  readonly metadata: CodeMetadata;
  /** The modules that it imports, as it names them. */
  readonly imports: readonly string[];
  /** The names it declares that have a value once they are reached. */
  readonly names: readonly string[];
  /** Why it must not run. */
  readonly problems: readonly Diagnostic[];
  /** Absent for a cell that is a module of its own. */
  readonly code?: ConvertResult;
  /** Absent where no code has come of it. */
  readonly maps?: CellMaps;
}

/** What may stand from `start` to `end`. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly { readonly text: string; readonly kind: string }[];
}

/** Signature and documentation; nothing where there is nothing to tell of. */
export interface Inspection {
  readonly text?: string;
}

/** Whether a cell can run, wants more lines, or is wrong in a way that more lines do not mend. */
export type CellSyntax = "whole" | "unfinished" | "wrong";
