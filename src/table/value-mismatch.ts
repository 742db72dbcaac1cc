/** A value that does not fit its column. Caught by the ingest, which knows the column and the table. */
export class ValueMismatch extends Error {
  /** Index of the row, from 0; undefined when the column as a whole does not fit. */
  readonly row: number | undefined;
  readonly reason: string;

  constructor(row: number | undefined, reason: string) {
    super(reason);
    this.name = "ValueMismatch";
    this.row = row;
    this.reason = reason;
  }
}

/** A value as an error names it: short, and with its JavaScript type where that is not plain to see. */
export function describeValue(value: unknown): string {
  if (typeof value === "string") return value.length > 40 ? `"${value.slice(0, 40)}…"` : `"${value}"`;
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof Date)
    return `Date(${Number.isNaN(value.getTime()) ? "invalid" : value.toISOString()})`;
  if (typeof value === "object" && value !== null) return `a ${value.constructor?.name ?? "object"}`;
  return String(value);
}
