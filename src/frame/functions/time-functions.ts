/** Functions of dates and timestamps, on the clock of their type's zone. */
import { arrow } from "../../arrow.ts";
import { dateUnits } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { daysSql, momentSql, truncateSql } from "./moment.ts";
import { int64, plainType } from "./operand.ts";
import { constantOf, first, type Kind, type ScalarEntry, second } from "./scalar-entry.ts";

const time: readonly Kind[] = ["timestamp", "date"];
const timestamp: readonly Kind[] = ["timestamp"];

const unit = {
  constant: ({ text }: LiteralNode) => dateUnits.some((name) => name === text),
  what: dateUnits.join(", "),
};

function part(name: string, takes: readonly Kind[]): ScalarEntry {
  return { takes: [takes], gives: int64, duckdb: (call) => `${name}(${momentSql(first(call))})` };
}

export const timeFunctions = {
  year: part("year", time),
  quarter: part("quarter", time),
  month: part("month", time),
  week: part("weekofyear", time),
  day: part("day", time),
  dayOfWeek: part("isodow", time),
  dayOfYear: part("dayofyear", time),
  hour: part("hour", timestamp),
  minute: part("minute", timestamp),
  second: part("second", timestamp),
  dateTrunc: {
    takes: [unit, time],
    gives: ({ arguments: all, fieldOf }) => plainType(fieldOf(all[1] as never).type),
    duckdb: (call) => truncateSql(constantOf(call, 0), second(call)),
  },
  toDate: {
    takes: [time],
    gives: () => new arrow.DateDay(),
    duckdb: (call) => daysSql(momentSql(first(call))),
  },
} as const satisfies Readonly<Record<string, ScalarEntry>>;
