/**
 * JSON text of what a cell shows. The functions are taken before any cell runs: a cell may replace the built-in ones.
 */
const { stringify } = JSON;
const { apply } = Reflect;
const encode = Buffer.prototype.toString;
const toBuffer = Buffer.from;
const { isSafeInteger } = Number;
const ByteArray = Uint8Array;

/**
 * Serializes content: bytes become Base64, a `bigint` a number where a number can hold it.
 *
 * @throws TypeError when there is no JSON form (a cycle, a `toJSON` that throws)
 */
export function serializeContent(content: unknown): string {
  return stringify(content, function (this: Readonly<Record<string, unknown>>, key: string, value: unknown) {
    const original = this[key];
    if (original instanceof ByteArray) return apply(encode, toBuffer(original), ["base64"]);
    return typeof value === "bigint" ? spellBigInt(value) : value;
  });
}

export function spellBigInt(value: bigint): number | string {
  const number = Number(value);
  return isSafeInteger(number) ? number : `${value}`;
}
