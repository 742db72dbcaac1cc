/** Values and types that the native library does not bring together, in words. */
import type { ErrorCode } from "../../errors.ts";
import { nameType, sqlType } from "./native-types.ts";

/** What was found, and the next step, as they stand after `Cannot <action>: `. */
export interface Explanation {
  readonly code: ErrorCode;
  readonly text: string;
}

export const invalid = (text: string): Explanation => ({ code: "InvalidInput", text });

/** Lance compares a column with literals of the same type only. */
export function explainLiteral(literal: string, value: string, type: string): Explanation {
  const isText = /Utf8/.test(literal);
  const given = isText ? `'${value.replace(/^"|"$/g, "")}'` : value;
  return invalid(
    `the condition compares ${nameType(type)} with ${given}; ${suggestLiteral(literal, given, type)}`,
  );
}

function suggestLiteral(literal: string, given: string, type: string): string {
  const isNumber = /^(U?Int|Float|Decimal)/.test(literal);
  if (/^U?Int/.test(type) && isNumber) {
    const range = describeMissedRange(type, given);
    if (range !== undefined) {
      return (
        `${given} is outside ${nameType(type)} (${range}), so no value equals it; compare with an expression of col(), ` +
        `as in col("x").gt(${Number.isSafeInteger(Number(given)) ? Number(given) : `${wholeOf(given)}n`})`
      );
    }
    return Number.isSafeInteger(Number(given))
      ? `write it as a whole number, ${Number(given)}`
      : `cast the column, as in cast(column as double) > ${given}`;
  }
  const decimal = /^Decimal\d+\((\d+), (-?\d+)\)/.exec(type);
  if (decimal !== null && isNumber)
    return `cast it, as in cast(${given} as decimal(${decimal[1]}, ${decimal[2]}))`;
  if (/^Timestamp/.test(type)) return "write a moment, as in timestamp '2024-05-01 00:00:00'";
  if (/^Date/.test(type)) return "write a day, as in date '2024-05-01'";
  if (/Utf8$/.test(type)) return `write a text, as in '${given}'`;
  if (/^(U?Int|Float|Decimal)/.test(type)) return "write a number";
  if (/^Boolean/.test(type)) return "write true or false";
  return "write a value of the column's type";
}

/** The range of a type of whole numbers, as text, when the whole number lies beyond it. */
function describeMissedRange(type: string, given: string): string | undefined {
  const [, unsigned, bits = ""] = /^(U?)Int(\d+)$/.exec(type) ?? [];
  if (unsigned === undefined || !Number.isInteger(Number(given))) return undefined;
  const value = wholeOf(given);
  const span = 2n ** BigInt(bits);
  const lowest = unsigned === "U" ? 0n : -span / 2n;
  const highest = lowest + span - 1n;
  return value >= lowest && value <= highest ? undefined : `${lowest} to ${highest}`;
}

function wholeOf(text: string): bigint {
  return /^-?\d+$/.test(text) ? BigInt(text) : BigInt(Number(text));
}

/** Lance changes types within their kind only. */
export function explainCast(column: string, from: string, to: string): Explanation {
  const [before, after] = [nameType(from), nameType(to)];
  const isWritten =
    !/^(?:Struct|Map|.*List|.*Binary)/.test(from) &&
    /^(?:U?Int|Float|Utf8|LargeUtf8|Boolean|Date|Timestamp|Decimal)/.test(to);
  const added = quoteKey(`${column}_new`);
  const name = /^\w+$/.test(column) ? column : `\`${column}\``;
  const first = isWritten
    ? `addColumns({ ${added}: { sql: "cast(${name} as ${sqlType(to)})" } })`
    : `addColumns({ ${added}: { type: … } }), merge() its values`;
  return invalid(
    `Lance does not change ${before} to ${after} in place; ${first}, dropColumns([${JSON.stringify(column)}]), then ` +
      `alterColumns({ ${added}: { rename: ${JSON.stringify(column)} } })`,
  );
}

export function quoteKey(column: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(column) ? column : JSON.stringify(column);
}
