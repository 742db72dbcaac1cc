import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";

const numberPattern = /(?<![\p{L}\p{N}_.])\d+(?:\.\d*)?(?:e[-+]?\d+)?(?![\p{L}\p{N}_])/giu;

/** Those of SQL that is prepared, for values that come later; and dollar quotes, which Lance reads as little. */
const placeholderPattern = /\?\w*|(?<![\p{L}\p{N}_$])\$\w*|(?<=^|[\s=<>!(,+*/%|-]):\w+/u;

/** Types that a value is cast to: behind `AS` or `::`, or the text that is the last argument of arrow_cast(). */
const decimalPattern = /(?:\bas\s+|::\s*)decimal\b\s*(?:\(([^()]*)\))?/gi;
const arrowDecimalPattern = /\barrow_cast\s*\(.*?,\s*'Decimal(32|64|128|256)\(([^()]*)\)'\s*\)/gi;
const mostDigits: Readonly<Record<string, number>> = { 32: 9, 64: 18, 128: 38, 256: 76 };

const closers: Readonly<Record<string, string>> = { "'": "a quote '", '"': 'a quote "', "`": "a backtick" };

/**
 * Refuses SQL that is not one closed piece: put in parentheses next to other conditions, it would mean something else, and
 * Lance itself ignores what stands after a semicolon, and takes numbers beyond float64 for infinity.
 *
 * @param column the column whose value it is; a condition when left out
 * @throws DlfLanceError InvalidInput naming what is left open or must not stand there.
 */
export function checkSqlText(text: string, column?: string): void {
  const use = column === undefined ? "a condition" : `the value of column ${column}`;
  const refuse = (why: string) =>
    new DlfLanceError("InvalidInput", `Cannot use ${JSON.stringify(text)} as ${use}: ${why}`);
  if (typeof text !== "string")
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read SQL: ${describeValue(text)} is not a text; pass SQL as a text`,
    );
  if (text.trim() === "") {
    throw refuse(
      `it is empty; ${column === undefined ? "leave where() out to keep all rows" : 'write an expression, as in { sql: "price * 2" }'}`,
    );
  }
  if (!text.isWellFormed()) throw refuse("it holds half a surrogate pair; repair the text");
  let depth = 0;
  for (const [token] of text.matchAll(/'[^']*'|"[^"]*"|`[^`]*`|--|\/\*|['"`;()]/g)) {
    if (token === "(") depth += 1;
    else if (token === ")") depth -= 1;
    else if (token === ";") throw refuse("a semicolon ends it; leave the semicolon out");
    else if (token === "--" || token === "/*") throw refuse("comments have no place in it; leave them out");
    else if (token.length === 1) throw refuse(`${closers[token]} is not closed; close it`);
    if (depth < 0) throw refuse("a closing parenthesis has no opening one; remove it, or open it");
  }
  if (depth > 0) throw refuse("a parenthesis is not closed; close it");
  const unquoted = text.replaceAll(/'[^']*'|"[^"]*"|`[^`]*`/g, "''");
  if (/\bregexp_match\s*\(/i.test(unquoted) && /\bis\s+(?:not\s+)?null\b/i.test(unquoted))
    throw refuse(
      "Lance takes regexp_match() for true or false, which is never null; write regexp_like(), or not regexp_like()",
    );
  const decimals = [
    ...Array.from(unquoted.matchAll(decimalPattern), ([type, digits]) => ({ type, digits, most: 38 })),
    ...Array.from(text.matchAll(arrowDecimalPattern), ([type, bits = "", digits]) => ({
      type,
      digits,
      most: mostDigits[bits] ?? 0,
    })),
  ];
  for (const { type, digits, most } of decimals) {
    const [all = Number.NaN, behind = 0] = digits?.split(",").map(Number) ?? [];
    if (!(all >= 1 && all <= most && behind >= 0 && behind <= all))
      throw refuse(
        `${type.replace(/^(?:as\s+|::\s*)/i, "").trim()} is no type: a decimal has 1 to ${most} digits, and of these up to all behind the point; write decimal(38, 2)`,
      );
  }
  const placeholder = placeholderPattern.exec(unquoted)?.[0];
  if (placeholder !== undefined) {
    const next = column === undefined ? 'col("id").eq(value)' : "the value itself, without { sql }";
    throw refuse(
      `${placeholder} is a placeholder, and takes no value here; write the value, or pass ${next}`,
    );
  }
  for (const [number] of unquoted.matchAll(numberPattern)) {
    const value = Number(number);
    if (!Number.isFinite(value)) throw refuse(`${number} is beyond float64; write a number that it holds`);
    if (value === 0 && /^[\d.]*[1-9]/.test(number))
      throw refuse(`${number} is too near to 0 for float64; write a number that it holds`);
  }
}
