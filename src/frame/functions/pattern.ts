/** Regular expressions as RE2 reads them, which is what DuckDB matches with. */
import { RE2JS } from "re2js";

/**
 * The pattern in the form that DuckDB takes.
 * @throws Error with the reason, for what RE2 does not know: lookaround, backreferences, `\u{…}`.
 */
export function readPattern(pattern: string): string {
  const named = nameGroups(pattern);
  RE2JS.compile(named);
  return named;
}

/** `(?<name>…)` as `(?P<name>…)`; a parenthesis in brackets, or after a backslash, begins no group. */
function nameGroups(pattern: string): string {
  return pattern.replace(/\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:\^?\w+:\]|[^\]\\])*\]|\(\?<(?![=!])/g, (part) =>
    part === "(?<" ? "(?P<" : part,
  );
}
