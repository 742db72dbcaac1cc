/** The parser of cells, and of the JavaScript that comes of them. */
import { createRequire } from "node:module";
import type * as OxcParser from "oxc-parser";
import type { Program } from "oxc-parser";

export type {
  BindingPattern,
  Declaration,
  ExportDefaultDeclarationKind,
  ImportDeclaration,
  Node,
  Program,
  Statement,
  TSTypeName,
  VariableDeclaration,
} from "oxc-parser";

/** `tsx` only where `ts` cannot read it: `<T>(value)` is a cast in one and a tag in the other. */
export type CellLanguage = "ts" | "tsx";

export interface Parsed {
  /** ESTree; empty where the text could not be read. */
  readonly program: Program;
  readonly isValid: boolean;
  /** Why it could not be read, and where, in UTF-16 units; the parser stops soon after the first. */
  readonly faults: readonly ParseFault[];
}

export interface ParseFault {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

let loaded: typeof OxcParser | undefined;

/** Loads nothing before it is needed: the main thread reads no more than a `tsconfig.json`. */
function oxcParser(): typeof OxcParser {
  loaded ??= createRequire(import.meta.url)("oxc-parser") as typeof OxcParser;
  return loaded;
}

/** Never throws for what the text holds. */
export function parseModule(text: string, language: CellLanguage | "js"): Parsed {
  const { program, errors } = oxcParser().parseSync(`cell.${language}`, text, {
    lang: language,
    sourceType: "module",
    // As scope analysis expects it.
    range: true,
    preserveParens: false,
  });
  const faults = errors.map(({ message, labels }) => {
    const { start = 0, end = start } = labels[0] ?? {};
    return { text: message, start, end };
  });
  return { program, isValid: faults.length === 0, faults };
}
