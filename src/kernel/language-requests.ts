/** What a front end asks while a cell is written: is it whole, what may come next, what is this. */
import { z } from "zod";
import type { Engine } from "./engine.ts";
import type { TypeScript } from "./tslab-types.ts";
import type { Content } from "./wire.ts";

/** Positions in requests and replies count code points. */
const atCursor = z.object({ code: z.string(), cursor_pos: z.number().int().min(0) });
const wholeCell = z.object({ code: z.string() });

export function answerComplete(engine: Engine, content: unknown): Content {
  const request = atCursor.parse(content);
  const position = toUnits(request.code, request.cursor_pos);
  const found = engine.complete(request.code, position);
  const typed = request.code.slice(found.start, position).toLowerCase();
  const matches = found.candidates.filter((name) => name.toLowerCase().startsWith(typed));
  const kinds = new Map(found.original?.entries.map((entry) => [entry.name, entry.kind]));
  const start = toPoints(request.code, found.start);
  const end = toPoints(request.code, found.end);
  return {
    status: "ok",
    matches,
    cursor_start: start,
    cursor_end: end,
    metadata: {
      _jupyter_types_experimental: matches.map((text) => ({ text, type: kinds.get(text) ?? "", start, end })),
    },
  };
}

export function answerInspect(engine: Engine, content: unknown): Content {
  const request = atCursor.parse(content);
  const text = engine.inspect(request.code, toUnits(request.code, request.cursor_pos));
  const data = text === undefined ? {} : { "text/plain": text };
  return { status: "ok", found: text !== undefined, data, metadata: {} };
}

export function answerIsComplete(engine: Engine, content: unknown): Content {
  const { ts } = engine.compiler;
  const { code } = wholeCell.parse(content);
  const problems = syntaxProblems(ts, code);
  if (problems.length === 0) return { status: "complete" };
  const end = code.trimEnd().length;
  const isOpen = (problem: TypeScript.DiagnosticWithLocation): boolean =>
    problem.start >= end ||
    (problem.start + problem.length >= end && /^Unterminated/.test(String(problem.messageText)));
  return problems.every(isOpen) ? { status: "incomplete", indent: indentAfter(code) } : { status: "invalid" };
}

function syntaxProblems(ts: typeof TypeScript, code: string): readonly TypeScript.DiagnosticWithLocation[] {
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest) as TypeScript.SourceFile & {
    parseDiagnostics: readonly TypeScript.DiagnosticWithLocation[];
  };
  return file.parseDiagnostics;
}

function indentAfter(code: string): string {
  const last = code.slice(code.lastIndexOf("\n") + 1);
  const indent = /^\s*/.exec(last)?.[0] ?? "";
  return /[{([]\s*$/.test(last) ? `${indent}  ` : indent;
}

function toUnits(text: string, points: number): number {
  return [...text].slice(0, points).join("").length;
}

function toPoints(text: string, units: number): number {
  return [...text.slice(0, units)].length;
}
