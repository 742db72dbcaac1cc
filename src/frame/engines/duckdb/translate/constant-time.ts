/** Dates and times that are known before a statement runs: constants, and what is computed of constants alone. */
import { readConstant } from "../statements/statement-literals.ts";
import { isTree, type Tree, textAt, treesAt } from "./tree.ts";

/** A date, a time without zone, or one of UTC. */
export interface ConstantTime {
  readonly type: "date" | "timestamp" | "instant";
  /** In ISO 8601: an instant with its Z. */
  readonly text: string;
  readonly isMidnight: boolean;
}

/** As it is counted: of a microsecond, the millisecond before it and the rest. */
interface Moment {
  readonly milliseconds: number;
  readonly microseconds: number;
  readonly hasZone?: boolean;
}

/** Milliseconds, and months. */
interface ConstantInterval {
  readonly months: number;
  readonly milliseconds: number;
}

const day = 86_400_000;
const intervals: Readonly<Record<string, ConstantInterval>> = {
  to_years: { months: 12, milliseconds: 0 },
  to_quarters: { months: 3, milliseconds: 0 },
  to_months: { months: 1, milliseconds: 0 },
  to_weeks: { months: 0, milliseconds: 7 * day },
  to_days: { months: 0, milliseconds: day },
  to_hours: { months: 0, milliseconds: 3_600_000 },
  to_minutes: { months: 0, milliseconds: 60_000 },
  to_seconds: { months: 0, milliseconds: 1000 },
};

/** `DATE '2024-02-29'`, a timestamp, and either moved by intervals and whole days. */
export function constantTime(tree: Tree): ConstantTime | undefined {
  if (tree.class === "CAST") return readTime(tree);
  const moved = movedBy(tree);
  const time = moved === undefined ? undefined : constantTime(moved.base);
  const start = time === undefined ? undefined : readMoment(time.text);
  if (moved === undefined || time === undefined || start === undefined) return undefined;
  const isWholeDays = moved.isDays && time.type === "date";
  if (moved.isDays && !isWholeDays) return undefined;
  const date = addMonths(new Date(start.milliseconds), moved.months);
  const milliseconds = date.getTime() + moved.milliseconds;
  const type = time.type === "date" && !isWholeDays ? "timestamp" : time.type;
  return timeAt({ ...start, milliseconds }, type);
}

function movedBy(
  tree: Tree,
): (ConstantInterval & { readonly base: Tree; readonly isDays: boolean }) | undefined {
  const name = textAt(tree, "function_name");
  if (tree.class !== "FUNCTION" || (name !== "+" && name !== "-")) return undefined;
  const [first, second] = treesAt(tree, "children");
  if (first === undefined || second === undefined) return undefined;
  const sign = name === "-" ? -1 : 1;
  const isSwapped = name === "+" && constantInterval(first) !== undefined;
  const [base, offset] = isSwapped ? [second, first] : [first, second];
  const interval = constantInterval(offset);
  if (interval !== undefined) {
    const { months, milliseconds } = interval;
    return { base, months: sign * months, milliseconds: sign * milliseconds, isDays: false };
  }
  const days = readConstant(offset);
  if (days?.type !== "integer") return undefined;
  return { base, months: 0, milliseconds: sign * Number(days.text) * day, isDays: true };
}

/** An interval is a call with a whole number, behind casts and `trunc`. */
function constantInterval(tree: Tree): ConstantInterval | undefined {
  const unit = tree.class === "FUNCTION" ? intervals[textAt(tree, "function_name")] : undefined;
  if (unit === undefined) return undefined;
  const [written] = treesAt(tree, "children");
  const count = written === undefined ? undefined : countOf(written);
  return count === undefined
    ? undefined
    : { months: unit.months * count, milliseconds: unit.milliseconds * count };
}

function countOf(tree: Tree): number | undefined {
  if (tree.class === "CAST" && isTree(tree.child)) return countOf(tree.child);
  if (tree.class === "FUNCTION" && tree.function_name === "trunc") {
    const [inner] = treesAt(tree, "children");
    return inner === undefined ? undefined : countOf(inner);
  }
  const constant = readConstant(tree);
  const isText = constant?.type === "string" && /^-?\d+$/.test(constant.text);
  return constant?.type === "integer" || isText ? Number(constant?.text) : undefined;
}

const types: Readonly<Record<string, ConstantTime["type"]>> = {
  DATE: "date",
  TIMESTAMP: "timestamp",
  "TIMESTAMP WITH TIME ZONE": "instant",
};

function readTime(tree: Tree): ConstantTime | undefined {
  const type = isTree(tree.cast_type) ? types[textAt(tree.cast_type, "id")] : undefined;
  if (type === undefined || !isTree(tree.child) || tree.try_cast !== false) return undefined;
  const constant = readConstant(tree.child);
  if (constant?.type === "string") return readTimeText(constant.text, type);
  // What is computed of dates alone is one too.
  const inner = constant === undefined ? constantTime(tree.child) : undefined;
  const moment = inner === undefined ? undefined : readMoment(inner.text);
  return moment === undefined ? undefined : timeAt(moment, type);
}

/** A text as DuckDB reads it where such a time is wanted; undefined for one that is not written as in ISO 8601. */
export function readTimeText(text: string, type: ConstantTime["type"]): ConstantTime | undefined {
  const moment = readMoment(text);
  return moment === undefined || (type === "date" && moment.hasZone) ? undefined : timeAt(moment, type);
}

const momentText =
  /^(\d{4}-\d\d-\d\d)(?:[ T]((?:[01]\d|2[0-3]):[0-5]\d)(:[0-5]\d(?:\.(\d{1,6}))?)?(Z| ?([+-])(\d\d)(?::?([0-5]\d))?)?)?$/;

/** Undefined for a day that no month has. */
function readMoment(text: string): Moment | undefined {
  const match = momentText.exec(text);
  if (match === null) return undefined;
  const [, day = "", minutes = "00:00", seconds = ":00", fraction = "", zone, sign, hours = "0", rest = "0"] =
    match;
  const clock = `${day}T${minutes}${seconds.slice(0, 3)}`;
  const whole = Date.parse(`${clock}Z`);
  if (Number.isNaN(whole) || !new Date(whole).toISOString().startsWith(clock)) return undefined;
  const offset = (sign === "-" ? -60_000 : 60_000) * (Number(hours) * 60 + Number(rest));
  const micros = Number(fraction.padEnd(6, "0"));
  return {
    milliseconds: whole - (sign === undefined ? 0 : offset) + Math.floor(micros / 1000),
    microseconds: micros % 1000,
    hasZone: zone !== undefined,
  };
}

/** A day that the month does not have becomes its last one. */
function addMonths(start: Date, months: number): Date {
  const date = new Date(start);
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() + months + 1, 0);
  date.setUTCDate(Math.min(start.getUTCDate(), date.getUTCDate()));
  return date;
}

function timeAt(
  { milliseconds, microseconds }: Moment,
  type: ConstantTime["type"],
): ConstantTime | undefined {
  const date = new Date(type === "date" ? Math.floor(milliseconds / day) * day : milliseconds);
  if (Number.isNaN(date.getTime()) || date.getUTCFullYear() < 1 || date.getUTCFullYear() > 9999)
    return undefined;
  const iso = date.toISOString();
  if (type === "date") return { type, isMidnight: true, text: iso.slice(0, 10) };
  const fraction = `${iso.slice(20, 23)}${String(microseconds).padStart(3, "0")}`.replace(/0+$/, "");
  const text = `${iso.slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}${type === "instant" ? "Z" : ""}`;
  return { type, isMidnight: milliseconds % day === 0 && microseconds === 0, text };
}
