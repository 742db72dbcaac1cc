/** Regular expressions as RE2 reads them, which is what DuckDB matches with. */
import { createRequire } from "node:module";
import type * as Re2 from "re2js";

/**
 * The pattern in the form that DuckDB takes.
 * @throws Error with the reason, for what RE2 does not know: lookaround, backreferences, `\u{…}`.
 */
export function readPattern(pattern: string): string {
  const named = nameGroups(pattern);
  loadRe2().RE2JS.compile(named);
  return named;
}

let loaded: typeof Re2 | undefined;

/** When the first pattern comes: most frames have none. */
function loadRe2(): typeof Re2 {
  loaded ??= createRequire(import.meta.url)("re2js") as typeof Re2;
  return loaded;
}

/** `(?<name>…)` as `(?P<name>…)`; a parenthesis in brackets, or after a backslash, begins no group. */
function nameGroups(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\(\?<(?![=!])/g, (part) =>
    part === "(?<" ? "(?P<" : part,
  );
}
