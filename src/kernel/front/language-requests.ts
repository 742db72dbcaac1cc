/** What a front end asks while a cell is written: is it whole, what may come next, what is this. */
import { z } from "../../zod.ts";
import type { Checker, Completions, Inspection } from "../language/checker.ts";
import { findValuePlace } from "../source/draft-context.ts";
import { findTableAt } from "../source/table-names.ts";
import { writeEscapes } from "../source/text-literal.ts";
import { describeTable, describeUnknownTable } from "./describe-table.ts";
import type { Content } from "./exit.ts";
import type { LiveAnswers } from "./live-answers.ts";

/** Positions in requests and replies count code points. */
const atCursor = z.object({ code: z.string(), cursor_pos: z.number().int().min(0) });
const wholeCell = z.object({ code: z.string() });

export async function answerComplete(
  checker: Checker,
  live: LiveAnswers,
  content: unknown,
): Promise<Content> {
  const { code, cursor_pos } = atCursor.parse(content);
  const offset = toUnits(code, cursor_pos);
  await live.prepare(code);
  const typed = await checker.complete(code, offset);
  const found = typed.matches.length > 0 ? typed : await completeLive(live, code, offset);
  const start = toPoints(code, found.start);
  const end = toPoints(code, found.end);
  return {
    status: "ok",
    matches: found.matches.map(({ text }) => text),
    cursor_start: start,
    cursor_end: end,
    metadata: {
      _jupyter_types_experimental: found.matches.map(({ text, kind, detail }) => ({
        text,
        type: kind,
        ...(detail === undefined ? {} : { signature: detail }),
        start,
        end,
      })),
    },
  };
}

/** Members of what is there, where its type says nothing: `any`, `unknown`. */
async function completeLive(live: LiveAnswers, code: string, offset: number): Promise<Completions> {
  const place = findValuePlace(code, offset);
  if (place === undefined) return { start: offset, end: offset, matches: [] };
  const typed = code.slice(place.start, offset).toLowerCase();
  const members = await live.members(place.path);
  const { quote } = place;
  const matches = members
    .filter(({ name }) => quote !== undefined || isPlainName(name))
    .filter(({ name }) => name.toLowerCase().startsWith(typed))
    .map(({ name, kind }) => ({ text: quote === undefined ? name : writeEscapes(name, quote), kind }));
  return { start: place.start, end: offset, matches };
}

function isPlainName(name: string): boolean {
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name);
}

export async function answerInspect(checker: Checker, live: LiveAnswers, content: unknown): Promise<Content> {
  const { code, cursor_pos } = atCursor.parse(content);
  const offset = toUnits(code, cursor_pos);
  const table = findTableAt(code, offset);
  const summary = table === undefined ? undefined : await live.summarize(table);
  if (table !== undefined)
    return toReply(summary === undefined ? describeUnknownTable(table) : describeTable(table, summary));
  await live.prepare(code);
  return toReply(await checker.inspect(code, offset));
}

function toReply(found: Inspection | undefined): Content {
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
