/** The JSON text of a message's content without any known secret: the one form in which content leaves. */
import {
  knownSecrets,
  redactedText,
  type SecretRegistry,
  secretRegistry,
} from "../../redaction/known-secrets.ts";
import { holdsSecret, redactMarkup, redactText } from "../../redaction/redact-text.ts";
import { shortestSecret } from "../../redaction/secret-needles.ts";
import { spellBigInt } from "./serialize.ts";

/** Fields whose values are words of the protocol; a secret that happens to be one must not break it. */
const protocolFields = new Set(["execution_state", "status"]);

/** How the Base64 text of a binary MIME type begins. */
const mediaBeginnings: readonly [type: RegExp, base64: RegExp][] = [
  [/^image\/png$/, /^iVBORw0KG/],
  [/^image\/jpe?g$/, /^\/9j\//],
  [/^image\/gif$/, /^R0lGOD/],
  [/^image\/webp$/, /^UklGR/],
  [/^application\/pdf$/, /^JVBERi/],
];

/** What stands in a bundle in place of a picture that holds a secret. */
export const withheldText = "<withheld: this picture holds a secret>";

/** From this length on a secret is also searched for in Base64 digits: chance does not write it there. */
const telltaleLength = 12;

/** Types in which the plain replacement would be read as a tag. */
const markupType = /^(text\/(html|markdown)|image\/svg\+xml|application\/([\w.-]+\+)?xml)$/;

const digitsInRow = new RegExp(`(?:\\d[ .,_-]?){${shortestSecret}}`);

type JsonObject = Readonly<Record<string, unknown>>;

/** What {@link serializeRedacted} would make of content whose JSON text this is. */
export function redactJson(text: string): string {
  return secretRegistry().size() === 0 ? text : serializeRedacted(JSON.parse(text) as JsonObject);
}

/**
 * Serializes content. Every string, and every key below the first level, is redacted; a picture is left as it is,
 * or withheld when its bytes hold a secret. Bytes become Base64, a `bigint` a number where a number can hold it, and a
 * number, or a list of bytes, that spells a secret is replaced as a whole.
 *
 * @throws TypeError when there is no JSON form (a cycle, a `toJSON` that throws).
 */
export function serializeRedacted(content: JsonObject): string {
  return JSON.stringify(content, function (this: JsonObject, key: string, value: unknown): unknown {
    const original = this[key];
    if (original instanceof Uint8Array) return redactEntry(key, Buffer.from(original).toString("base64"));
    if (typeof value === "bigint") return redactNumber(spellBigInt(value));
    if (typeof value === "number") return redactNumber(value);
    if (typeof value === "string") {
      return this === content && protocolFields.has(key) ? value : redactEntry(key, value);
    }
    if (typeof value !== "object" || value === null || value === content) return value;
    if (isSecretInBytes(value)) return redactedText;
    return Array.isArray(value) ? value : redactKeys(value as JsonObject);
  });
}

/** @param value also, as its digits, a whole number that may be the bytes of any secret */
function redactNumber(value: number | string): number | string {
  if (typeof value === "number" && !isAnySecretInDigits()) return value;
  const text = String(value);
  return text.length >= shortestSecret && holdsSecret(text) ? redactedText : value;
}

/** What was found of the known secrets, which only become more. */
let digitsKnown:
  | { readonly registry: SecretRegistry; readonly size: number; readonly isAny: boolean }
  | undefined;

/** Whether a number could tell any secret: most hold too few digits in a row. */
function isAnySecretInDigits(): boolean {
  const registry = secretRegistry();
  const size = registry.size();
  if (digitsKnown?.registry !== registry || digitsKnown.size !== size) {
    digitsKnown = { registry, size, isAny: registry.list().some((secret) => digitsInRow.test(secret)) };
  }
  return digitsKnown.isAny;
}

/** Bytes as JSON has them: a list of numbers, or an object from places to numbers. */
function isSecretInBytes(value: object): boolean {
  if (!Array.isArray(value) && !("0" in value)) return false;
  const bytes: readonly unknown[] = Array.isArray(value) ? value : Object.values(value);
  if (bytes.length < shortestSecret || !bytes.every(isByte)) return false;
  return holdsSecret(bytes.join());
}

function isByte(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= 0 && Number(value) < 256;
}

function redactEntry(key: string, text: string): string {
  if (isMedia(key, text)) return text;
  return markupType.test(key) ? redactMarkup(text) : redactText(text);
}

/** The object itself, unless a key holds a secret or an entry is a picture that does. */
function redactKeys(object: JsonObject): JsonObject {
  const keys = Object.keys(object);
  const isWithheld = (key: string): boolean => isTaintedMedia(key, object[key]);
  if (!keys.some((key) => holdsSecret(key) || isWithheld(key))) return object;
  const kept = keys.filter((key) => !isWithheld(key)).map((key) => [redactText(key), object[key]]);
  const isWhole = kept.length === keys.length;
  return { ...(isWhole ? {} : { "text/plain": withheldText }), ...Object.fromEntries(kept) };
}

/** True only for what is what its MIME type says: other text under that name is redacted as text. */
function isMedia(type: string, text: string): boolean {
  const beginning = mediaBeginnings.find(([pattern]) => pattern.test(type))?.[1];
  return beginning?.test(text) === true && /^[A-Za-z0-9+/\s]*={0,2}\s*$/.test(text);
}

function isTaintedMedia(type: string, value: unknown): boolean {
  const text = value instanceof Uint8Array ? Buffer.from(value).toString("base64") : value;
  if (typeof text !== "string" || !isMedia(type, text)) return false;
  const bytes = Buffer.from(text, "base64");
  return (
    holdsSecret(bytes.toString("latin1")) ||
    knownSecrets().some(
      (secret) =>
        (secret.length >= shortestSecret && bytes.includes(secret)) ||
        (secret.length >= telltaleLength && text.includes(secret)),
    )
  );
}
