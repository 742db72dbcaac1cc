/** The language of cells, as TypeScript knows it: whether a cell is right, what may come next, what something is. */
import type { CellSource } from "../source/cell-source.ts";

/** A library whose types the scope's module has only where one of these names stands. */
export interface RareTypes {
  readonly module: string;
  readonly names: readonly string[];
}

/** What every cell has in scope before any cell has run. */
export interface CellScope {
  /** The module whose names are in scope, and that is found wherever the notebook is. */
  readonly module: string;
  /** Absolute path of its declarations. */
  readonly types: string;
  readonly names: readonly string[];
  readonly rareTypes?: RareTypes;
  /** Text of declarations of all else. */
  readonly declarations: string;
}

/** Line and column count from 1, columns in UTF-16 units, in the cell as it was written. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** Why a cell must not run. */
export interface Problem {
  /** TypeScript's number for it. */
  readonly code: number;
  /** The first line says what is wrong, those after it why. */
  readonly text: string;
  readonly start: Place;
  readonly end: Place;
}

/** What may stand from `start` to `end`, in UTF-16 units; the likeliest first. */
export interface Completions {
  readonly start: number;
  readonly end: number;
  readonly matches: readonly Completion[];
}

export interface Completion {
  readonly text: string;
  /** Of the kinds that front ends have pictures for: `function`, `property`, `keyword`, … */
  readonly kind: string;
  /** A short text about it, such as the type of a column. */
  readonly detail?: string;
}

/** Signature and documentation. */
export interface Inspection {
  readonly text: string;
  readonly markdown: string;
}

/** Whether a cell can run, wants more lines, or is wrong in a way that more lines do not mend. */
export type CellSyntax = "whole" | "unfinished" | "wrong";

/**
 * Offsets count UTF-16 units. What is asked with a signal rejects with its reason once it is aborted, and with an Error
 * where the checker's process fails twice.
 */
export interface Checker {
  /**
   * Checks a cell against those that were kept; none means that it may run, and is then to be kept or discarded.
   *
   * @param number the cell's own: no two cells share one
   */
  check(number: number, source: CellSource, signal?: AbortSignal): Promise<readonly Problem[]>;
  /** Takes the text of a module that declares tables, in place of what it took before. */
  declareTables(text: string): void;
  /** Takes the names of all tables, for completion alone: thousands of declarations would slow every check. */
  nameTables(names: readonly string[]): void;
  /**
   * Checks code that later cells import as `./name`. It is a file of the notebook's folder that is in memory alone, and
   * sees no cells.
   */
  checkModule(name: string, source: CellSource, signal?: AbortSignal): Promise<readonly Problem[]>;
  /** The cell has run: later cells see these of its names, and all its types. */
  keep(number: number, names: Iterable<string>): void;
  /** The cell has declared nothing. */
  discard(number: number): void;
  complete(code: string, offset: number, signal?: AbortSignal): Promise<Completions>;
  /** Undefined where there is nothing to say. */
  inspect(code: string, offset: number, signal?: AbortSignal): Promise<Inspection | undefined>;
  isComplete(code: string): CellSyntax;
  close(): void;
}
