import { analyseCell } from "../source/cell-source.ts";
import { type ParseFault, parseModule } from "../source/parse.ts";
import type { CellSyntax } from "./checker.ts";

/** Tells whether a cell can run as it stands, or whether more lines could make it so. */
export function readSyntax(code: string): CellSyntax {
  const { code: read, isParsed, language } = analyseCell(code);
  if (isParsed) return "whole";
  const end = read.trimEnd().length;
  // The parser does not take an arrow at the end for the end.
  if (read.endsWith("=>", end)) return "unfinished";
  const [first] = parseModule(read, language).faults;
  return first !== undefined && wantsMore(first, read, end) ? "unfinished" : "wrong";
}

function wantsMore({ text, start, end: faultEnd }: ParseFault, code: string, end: number): boolean {
  if (start >= end) return true;
  if (faultEnd < end) return false;
  if (/^Unterminated/.test(text)) return /^(?:`|\/\*|\})/.test(code.slice(start));
  return /^Identifier expected/.test(text);
}
