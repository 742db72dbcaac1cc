/** Constant values as data that survive JSON: the value is always text, read by its type. */
import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { expressionBrand } from "../../expression-brand.ts";

/** A constant in an expression. No comparison with null is true: test for it with `isNull()`. */
export type LiteralInput = string | number | bigint | boolean | Date | Uint8Array;

export const literalTypes = ["string", "number", "integer", "boolean", "instant", "bytes", "null"] as const;
/** `integer` is an int64, and so is a `number` that is whole and safe; any other `number` is a float64. */
export type LiteralType = (typeof literalTypes)[number];

export interface LiteralNode {
  readonly node: "literal";
  readonly type: LiteralType;
  /** `number` may be NaN, Infinity and -0; `instant` is ISO 8601 in UTC; `bytes` is hexadecimal; `null` is empty. */
  readonly text: string;
}

/**
 * The value as data.
 * @param action what to name in a refusal, as in `compare column f0`.
 * @throws DlfLanceError InvalidInput for null, undefined, an invalid date, a half surrogate and any other type.
 */
export function toLiteral(value: unknown, action: string): LiteralNode {
  const refuse = (why: string) => new DlfLanceError("InvalidInput", `Cannot ${action}: ${why}`);
  switch (typeof value) {
    case "string":
      if (!value.isWellFormed())
        throw refuse("the text holds half a surrogate pair, which no table can; repair the text");
      return literal("string", value);
    case "number":
      return literal("number", Object.is(value, -0) ? "-0" : String(value));
    case "bigint":
      return literal("integer", String(value));
    case "boolean":
      return literal("boolean", String(value));
    default:
  }
  if ((value === null || value === undefined) && /^(compare|search) /.test(action))
    throw refuse(`a comparison with ${value} is never true; use isNull() or isNotNull()`);
  if (value === undefined) throw refuse(`the value is undefined; pass ${wanted}`);
  // By tag: a notebook's cells may run in a realm with other classes.
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Uint8Array]")
    return literal("bytes", Buffer.from(value as Uint8Array).toString("hex"));
  if (tag === "[object Date]") {
    const milliseconds = Number(value);
    if (Number.isNaN(milliseconds)) throw refuse("the date is invalid; check how it was made");
    return literal("instant", new Date(milliseconds).toISOString());
  }
  throw refuse(describeMisfit(value, action));
}

function literal(type: LiteralNode["type"], text: string): LiteralNode {
  return Object.freeze({ node: "literal", type, text });
}

const wanted = "a string, number, bigint, boolean, Date or Uint8Array";

/** What is wrong with a value that no column holds, and what to pass. */
function describeMisfit(value: unknown, action: string): string {
  if (typeof value === "function")
    return "it is a JavaScript function; pass an expression, or change whole batches with mapBatches()";
  if (typeof value !== "object" || value === null) return `${String(value)} is not a value; pass ${wanted}`;
  if (Array.isArray(value)) {
    const next = /^compare /.test(action)
      ? value.every(isPlain)
        ? `use isIn(${describeList(value)})`
        : `pass ${wanted}`
      : "write toList(1, 2) for a list in each row, or make a frame of such rows with fromRows(), and join it";
    return `the value is a list; ${next}`;
  }
  if (!(expressionBrand in value) && "over" in value && typeof value.over === "function")
    return `${String(value)}; add over(), as in over({ orderBy: "id" })`;
  if (expressionBrand in value) return "it is an expression, and a constant is needed; pass the value itself";
  return `the value is of type ${Object.prototype.toString.call(value).slice(8, -1)}; pass ${wanted}`;
}

function isPlain(value: unknown): boolean {
  return ["string", "number", "bigint", "boolean"].includes(typeof value);
}

function describeList(values: readonly unknown[]): string {
  const shown = values.slice(0, 3).map(describeValue);
  return `[${shown.join(", ")}${values.length > 3 ? ", …" : ""}]`;
}
