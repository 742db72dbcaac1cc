import { types } from "node:util";

/** A value that does not fit its column. Caught by the ingest, which knows the column and the table. */
export class ValueMismatch extends Error {
  /** Index of the row, from 0; undefined when the column as a whole does not fit. */
  readonly row: number | undefined;
  readonly reason: string;
  /** What would make it fit, where there is something better to say than to change the value. */
  readonly fix: string | undefined;

  constructor(row: number | undefined, reason: string, fix?: string) {
    super(reason);
    this.name = "ValueMismatch";
    this.row = row;
    this.reason = reason;
    this.fix = fix;
  }

  /** The same misfit, seen from the row that holds it. */
  at(row: number | undefined): ValueMismatch {
    return new ValueMismatch(row, this.reason, this.fix);
  }
}

/** Values that tell no type, such as nulls alone. */
export class UnknownType extends ValueMismatch {
  /** A type that the values may be of, as a cast takes it. */
  readonly example: string;

  constructor(what: string, example: string) {
    super(undefined, `${what}, so the type is unknown`, "pass an Arrow table with a schema");
    this.example = example;
  }
}

/** A value as an error names it: short, and with its JavaScript type where that is not plain to see. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (types.isDate(value)) return `Date(${Number.isNaN(value.getTime()) ? "invalid" : value.toISOString()})`;
  if (typeof value === "object" && value !== null) {
    const name = value.constructor?.name || "object";
    if (types.isBoxedPrimitive(value)) return `a ${name} object`;
    return `${/^(?:[aeio]|u(?!int|rl)|u8)/i.test(name) ? "an" : "a"} ${name}`;
  }
  if (typeof value === "function") return "a function";
  return String(value);
}
