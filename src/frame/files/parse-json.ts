/** JSON whose numbers keep their digits, and whose objects have each key once. */
import { type DuplicateKey, findDuplicateKey } from "./duplicate-key.ts";
import { LongNumber } from "./long-number.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** More digits than a double surely holds, on both sides of a point, or an exponent. Each place of a text is looked at once. */
const longNumber = /\d{16}|[\d.]{17}|\d[eE]/;
const exponent = /\d[eE]/;
const longTokens = /\d[\d.]{15,}/g;

/**
 * As `JSON.parse`: whole numbers beyond 2^53 are bigints, and other numbers that no double holds are {@link LongNumber}.
 * @throws SyntaxError, DuplicateKeyError
 */
export function parseJson(text: string): unknown {
  const value = parseValue(text);
  const duplicate = findDuplicateKey(text, value);
  if (duplicate !== undefined) throw new DuplicateKeyError(duplicate);
  if (!text.includes(mark) && numberKey.test(text))
    return withKeyOrder(parseValue(text.replace(numberKeys, `"${mark}$1"$2`)));
  return value;
}

/** JavaScript puts keys that are whole numbers first, in their order. */
const numberKey = /"\d+"\s*:/;
const numberKeys = /"(\d+)"(\s*:)/g;
/** Stands before such keys while they are read; no script has such a character. */
const mark = "\ue000";
const orders = new WeakMap<object, readonly string[]>();

/** The keys of an object that {@link parseJson} read, in the order of the text. */
export function keysOf(object: JsonObject): readonly string[] {
  return orders.get(object) ?? Object.keys(object);
}

/** Takes the marks away, and remembers the order of the keys of which one had a mark. */
function withKeyOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withKeyOrder);
  if (typeof value !== "object" || value === null || value instanceof LongNumber) return value;
  const entries = Object.entries(value).map(
    ([key, item]) => [key.startsWith(mark) ? key.slice(mark.length) : key, withKeyOrder(item)] as const,
  );
  const object = Object.fromEntries(entries);
  orders.set(
    object,
    entries.map(([key]) => key),
  );
  return object;
}

/** An object has a key twice, of which `JSON.parse` would drop the first value. */
export class DuplicateKeyError extends Error {
  override readonly name = "DuplicateKeyError";
  readonly duplicate: DuplicateKey;

  constructor(duplicate: DuplicateKey) {
    super(`the key ${JSON.stringify(duplicate.key)} is there twice`);
    this.duplicate = duplicate;
  }
}

function parseValue(text: string): unknown {
  if (!longNumber.test(text) || hasDoublesAlone(text)) return JSON.parse(text);
  const reviver = (_key: string, value: unknown, context?: { readonly source?: string }) =>
    typeof value === "number" && context?.source !== undefined ? exactNumber(value, context.source) : value;
  return JSON.parse(text, reviver as (key: string, value: unknown) => unknown);
}

/** Whether each long number has a point, and is written as its double is: then the reviver, which takes long, has nothing to do. */
function hasDoublesAlone(text: string): boolean {
  if (exponent.test(text)) return false;
  return (text.match(longTokens) ?? []).every(
    (token) => token.includes(".") && String(Number(token)) === token,
  );
}

function exactNumber(value: number, source: string): unknown {
  if (String(value) === source && !Number.isInteger(value)) return value;
  if (/^-?\d+$/.test(source)) return Number.isSafeInteger(value) ? value : BigInt(source);
  return significant(source) === significant(String(value)) ? value : new LongNumber(source);
}

/** Digits and exponent in one form. */
function significant(text: string): string {
  const [, sign = "", whole = "", fraction = "", exponent = "0"] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(text) ?? [];
  const digits = (whole + fraction).replace(/^0+/, "");
  const trimmed = digits.replace(/0+$/, "");
  if (trimmed === "") return "0";
  return `${sign}${trimmed}e${Number(exponent) - fraction.length + (digits.length - trimmed.length)}`;
}
