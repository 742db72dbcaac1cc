import type { Field } from "../arrow.ts";
import { extensionName } from "../display/type-name.ts";
import { isMissing, type Values } from "./column-data.ts";
import { describeValue, ValueMismatch } from "./value-mismatch.ts";

/**
 * Values for a JSON column as JSON text: objects, arrays, numbers and booleans are written out, and texts are taken
 * for JSON already. Values for other columns as they are.
 * @throws {@link ValueMismatch} for what is not JSON
 */
export function convertJson(field: Field | undefined, values: Values): Values {
  if (field === undefined || extensionName(field) !== "json") return values;
  return Array.from(values, (value, row) => {
    if (isMissing(value)) return null;
    const text = typeof value === "string" ? value : writeJson(value);
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

/** Undefined for what JSON has no form of. */
function writeJson(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
