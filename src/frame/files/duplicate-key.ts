/** Keys that a JSON object has twice: `JSON.parse` keeps the value of the last one without a word. */
import { LongNumber } from "./long-number.ts";

export interface DuplicateKey {
  readonly key: string;
  /** Where the second one begins in the text. */
  readonly offset: number;
}

/**
 * The first key that an object of the text has twice.
 * @param text valid JSON
 * @param value what was parsed of it
 */
export function findDuplicateKey(text: string, value: unknown): DuplicateKey | undefined {
  // Written as \u003a, a colon is in the value and not in the text.
  const isCountable = !text.includes("\\u");
  if (isCountable && countColons(text) === countKeys(value)) return undefined;
  return scanKeys(text);
}

function countColons(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) count += 1;
  return count;
}

/** One for each key, and for each colon in a text: as many as the JSON of the value has colons. */
function countKeys(value: unknown): number {
  if (typeof value === "string") return countColons(value);
  if (typeof value !== "object" || value === null || value instanceof LongNumber) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countKeys(item);
    return count;
  }
  const object = value as Readonly<Record<string, unknown>>;
  for (const key of Object.keys(object)) count += 1 + countColons(key) + countKeys(object[key]);
  return count;
}

const token = /"(?:[^"\\]|\\.)*"(\s*:)?|[{}]/g;

function scanKeys(text: string): DuplicateKey | undefined {
  const open: Set<string>[] = [];
  for (const { 0: found, 1: colon, index } of text.matchAll(token)) {
    if (found === "{") open.push(new Set());
    else if (found === "}") open.pop();
    else if (colon !== undefined) {
      const key: string = JSON.parse(found.slice(0, found.length - colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) return { key, offset: index };
      keys?.add(key);
    }
  }
  return undefined;
}
