import { types } from "node:util";
import type { Field } from "../../arrow.ts";
import { extensionName } from "../../display/arrow/type-name.ts";
import { isMissing, type Values } from "../arrow/column-data.ts";
import { asBytes, asList, asRecord } from "../columns/value-class.ts";
import { describeValue, ValueMismatch } from "../columns/value-mismatch.ts";

/**
 * Values for a JSON column as JSON text: objects, arrays, numbers and booleans are written out, and texts are taken
 * for JSON already. Values for other columns as they are.
 * @throws {@link ValueMismatch} for what is not JSON
 */
export function convertJson(field: Field | undefined, values: Values): Values {
  if (field === undefined || extensionName(field) !== "json") return values;
  return Array.from(values, (value, row) => {
    if (isMissing(value)) return null;
    const text = typeof value === "string" ? value : writeJson(value, row);
    if (text === undefined || !isJson(text)) {
      throw new ValueMismatch(
        row,
        `${describeValue(value)} is not JSON`,
        'write JSON: a text is "\\"text\\""',
      );
    }
    return text;
  });
}

/** Undefined for an object that holds itself. */
function writeJson(value: unknown, row: number): string | undefined {
  try {
    return JSON.stringify(toJsonValue(value, row));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** A value that JSON has a form of, through and through: `JSON.stringify` makes `{}` or null of much that has none. */
function toJsonValue(value: unknown, row: number): unknown {
  if (typeof value === "string" || typeof value === "boolean" || isMissing(value)) return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (types.isDate(value) && !Number.isNaN(value.getTime())) return value;
  const items = asBytes(value) === undefined ? asList(value) : undefined;
  if (items !== undefined) return Array.from(items, (item) => toJsonValue(item, row));
  const record = asRecord(value);
  if (record !== undefined) {
    return Object.fromEntries(Object.entries(record).map(([name, item]) => [name, toJsonValue(item, row)]));
  }
  if (hasJsonForm(value)) return toJsonValue(value.toJSON(), row);
  throw new ValueMismatch(
    row,
    `${describeValue(value)} has no form in JSON`,
    "pass plain data, or JSON text",
  );
}

/** Bytes have one, which is none of JSON's own. */
function hasJsonForm(value: unknown): value is { toJSON(): unknown } {
  if (asBytes(value) !== undefined || typeof value !== "object" || value === null) return false;
  return "toJSON" in value && typeof value.toJSON === "function";
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
