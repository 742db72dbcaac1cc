/** What a front end asks while a cell is written: is it whole, what may come next, what is this. */
import * as z from "zod";
import type { Checker } from "../language/checker.ts";
import type { Content } from "./exit.ts";

/** Positions in requests and replies count code points. */
const atCursor = z.object({ code: z.string(), cursor_pos: z.number().int().min(0) });
const wholeCell = z.object({ code: z.string() });

export async function answerComplete(checker: Checker, content: unknown): Promise<Content> {
  const { code, cursor_pos } = atCursor.parse(content);
  const found = await checker.complete(code, toUnits(code, cursor_pos));
  const start = toPoints(code, found.start);
  const end = toPoints(code, found.end);
  return {
    status: "ok",
    matches: found.matches.map(({ text }) => text),
    cursor_start: start,
    cursor_end: end,
    metadata: {
      _jupyter_types_experimental: found.matches.map(({ text, kind }) => ({ text, type: kind, start, end })),
    },
  };
}

export async function answerInspect(checker: Checker, content: unknown): Promise<Content> {
  const { code, cursor_pos } = atCursor.parse(content);
  const found = await checker.inspect(code, toUnits(code, cursor_pos));
  const data = found === undefined ? {} : { "text/plain": found.text, "text/markdown": found.markdown };
  return { status: "ok", found: found !== undefined, data, metadata: {} };
}

export function answerIsComplete(checker: Checker, content: unknown): Content {
  const { code } = wholeCell.parse(content);
  const syntax = checker.isComplete(code);
  switch (syntax) {
    case "whole":
      return { status: "complete" };
    case "unfinished":
      return { status: "incomplete", indent: indentAfter(code) };
    case "wrong":
      return { status: "invalid" };
    default:
      return syntax satisfies never;
  }
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
