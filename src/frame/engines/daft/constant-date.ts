/** Dates that are written in a frame: they are computed before it runs. */
import type { ExpressionNode } from "../../expression/expression-node.ts";
import { kindOfType } from "../../types/column-kind.ts";
import { parseType } from "../../types/parse-type.ts";

const millisecondsPerDay = 86_400_000;
const dateText = /^\d{4}-\d\d-\d\d$/;

/**
 * Days since 1970 of an expression that is one date whatever the row: a text as a date, moved by months and days; undefined
 * for any other.
 */
export function constantDate(node: ExpressionNode): number | undefined {
  if (node.node === "cast") {
    const kind = kindOfType(parseType(node.type, "cast"));
    const { operand } = node;
    if (kind.kind !== "date" || kind.unit !== "day" || operand.node !== "literal") return undefined;
    return operand.type === "string" ? parseDate(operand.text) : undefined;
  }
  if (node.node !== "call" || node.function !== "offsetBy") return undefined;
  const [time, ...parts] = node.arguments;
  const begin = time === undefined ? undefined : constantDate(time);
  const [months = 0, days = 0, nanoseconds = 0] = parts.map((part) =>
    part.node === "literal" ? Number(part.text) : Number.NaN,
  );
  return begin === undefined || nanoseconds !== 0 ? undefined : moveDate(begin, months, days);
}

function parseDate(text: string): number | undefined {
  const time = dateText.test(text) ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  // A day that the month does not have is read as one of the next.
  const isDate = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
  return isDate ? time / millisecondsPerDay : undefined;
}

/** A day that the month does not have becomes its last one. */
function moveDate(begin: number, months: number, days: number): number | undefined {
  const date = new Date(begin * millisecondsPerDay);
  const day = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
  date.setUTCDate(Math.min(day, date.getUTCDate()));
  const moved = date.getTime() / millisecondsPerDay + days;
  return Number.isSafeInteger(moved) ? moved : undefined;
}
