import { inspect } from "node:util";
import { DlfLanceError } from "./errors.ts";
import { addKnownSecret, redactedText } from "./redaction/known-secrets.ts";

/**
 * A value that never prints: string conversion, JSON, inspection and structured clone all return `<redacted>`. Making
 * one also registers the text with the kernel's filter.
 */
export class Secret {
  readonly #text: string;
  /** All that a structured clone carries of a secret. */
  readonly value = redactedText;

  constructor(text: string) {
    this.#text = text;
    // A line end that a file has after a secret is none of it.
    const known = text.trim();
    if (known !== "") addKnownSecret(known);
  }

  /** The text itself. Call it only where the text leaves for the service it belongs to. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return redactedText;
  }

  toJSON(): string {
    return redactedText;
  }

  [Symbol.toPrimitive](): string {
    return redactedText;
  }

  [inspect.custom](): string {
    return redactedText;
  }
}

/** Code points that a text must have for {@link redact} to take it. */
const shortestRedacted = 12;

/**
 * Registers your own secret: from then on, no output of our kernel shows the text, neither plain nor in URL encoding,
 * Base64, JSON or hexadecimal digits. White space around it does not count.
 *
 * ```ts
 * const token = redact(process.env.SALES_TOKEN ?? "");
 * ```
 *
 * @returns the text as a value that never prints; `reveal()` gives it back
 * @throws DlfLanceError InvalidInput for a text of fewer than 12 characters
 */
export function redact(text: string): Secret {
  if (typeof text !== "string")
    throw new DlfLanceError("InvalidInput", `Cannot redact a value of type ${typeof text}: pass a text`);
  const length = [...text.trim()].length;
  if (length < shortestRedacted) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot redact a text of ${length} ${length === 1 ? "character" : "characters"}: below ${shortestRedacted}, chance writes it in other outputs too, and they would be cut up; keep a short secret out of outputs, or choose a longer one`,
    );
  }
  return new Secret(text);
}

/** A key id as a person may see it: enough to tell two apart, not enough to use. */
export function shortenKeyId(keyId: string): string {
  return keyId.length <= 8 ? `${keyId.slice(0, 2)}…` : `${keyId.slice(0, 6)}…${keyId.slice(-2)}`;
}
