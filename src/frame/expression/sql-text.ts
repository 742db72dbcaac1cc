import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";

const closers: Readonly<Record<string, string>> = { "'": "a quote '", '"': 'a quote "', "`": "a backtick" };

/**
 * Refuses a condition that is not one closed piece of SQL: put in parentheses next to other conditions, it would
 * mean something else, and Lance itself ignores what stands after a semicolon.
 *
 * @throws DlfLanceError InvalidInput naming what is left open or must not stand there.
 */
export function checkSqlText(text: string): void {
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot use ${JSON.stringify(text)} as a condition: ${why}`);
  if (typeof text !== "string")
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read SQL: ${describeValue(text)} is not a text; pass SQL as a text`,
    );
  if (text.trim() === "") throw refuse("it is empty; leave where() out to keep all rows");
  if (!text.isWellFormed()) throw refuse("it holds half a surrogate pair");
  let depth = 0;
  for (const [token] of text.matchAll(/'[^']*'|"[^"]*"|`[^`]*`|--|\/\*|['"`;()]/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (token === ";") throw refuse("a semicolon ends the condition; leave it out");
    else if (token === "--" || token === "/*") throw refuse("comments have no place in it; leave them out");
    else if (token.length === 1) throw refuse(`${closers[token]} is not closed`);
    if (depth < 0) throw refuse("a closing parenthesis has no opening one");
  }
  if (depth > 0) throw refuse("a parenthesis is not closed");
}
