/** Completions in a text, as its quotes want them. */
import { writeEscapes } from "../source/text-literal.ts";
import type { Completions } from "./checker.ts";

/** Names as they are written in a text with such quotes. */
export function inQuotes({ matches, ...range }: Completions, quote: string): Completions {
  return { ...range, matches: matches.map((match) => ({ ...match, text: writeEscapes(match.text, quote) })) };
}
