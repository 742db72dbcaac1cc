/** Constant values as data that survive JSON: the value is always text, read by its type. */
import { DlfLanceError } from "../../errors.ts";

/** A value that an expression can hold. Compared with null nothing is true: test for it with `isNull()`. */
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
  const refuse = (why: string) => new DlfLanceError("InvalidInput", `Cannot ${action}: ${why}.`);
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
  if (value === null || value === undefined)
    throw refuse(`a comparison with ${value} is never true; use isNull() or isNotNull()`);
  // By tag: a notebook's cells may run in a realm with classes of its own.
  const tag = Object.prototype.toString.call(value);
  if (tag === "[object Uint8Array]")
    return literal("bytes", Buffer.from(value as Uint8Array).toString("hex"));
  if (tag === "[object Date]") {
    const milliseconds = Number(value);
    if (Number.isNaN(milliseconds)) throw refuse("the date is invalid; check how it was made");
    return literal("instant", new Date(milliseconds).toISOString());
  }
  throw refuse(
    `a value of type ${describeType(value)} cannot be compared; ` +
      "use a string, number, bigint, boolean, Date or Uint8Array",
  );
}

function literal(type: LiteralNode["type"], text: string): LiteralNode {
  return Object.freeze({ node: "literal", type, text });
}

function describeType(value: unknown): string {
  return typeof value === "object" ? (value?.constructor?.name ?? "object") : typeof value;
}
