/** The parser of cells, and of the JavaScript that comes of them. */
import { type Program, parseSync } from "oxc-parser";

export type {
  BindingPattern,
  Declaration,
  ExportDefaultDeclarationKind,
  ImportDeclaration,
  Node,
  Program,
  Statement,
  VariableDeclaration,
} from "oxc-parser";

/** `tsx` only where `ts` cannot read it: `<T>(value)` is a cast in one and a tag in the other. */
export type CellLanguage = "ts" | "tsx";

export interface Parsed {
  /** ESTree; empty where the text could not be read. */
  readonly program: Program;
  readonly isValid: boolean;
}

/** Never throws for what the text holds. */
export function parseModule(text: string, language: CellLanguage | "js"): Parsed {
  const { program, errors } = parseSync(`cell.${language}`, text, {
    lang: language,
    sourceType: "module",
    range: true,
  });
  return { program, isValid: errors.length === 0 };
}
