import { inspect } from "node:util";
import { DlfLanceError } from "./errors.ts";

const registryKey = Symbol.for("dlf-lance.known-secrets");
const holder = globalThis as unknown as { [registryKey]?: Set<string> };

/**
 * Every secret text this process has met. Shared between copies of this package, so that the kernel's filter
 * also knows what a notebook's own copy of `dlf-lance` has read.
 */
function registry(): Set<string> {
  holder[registryKey] ??= new Set();
  return holder[registryKey];
}

/** What a secret prints as, wherever it is printed. */
export const redactedText = "<redacted>";

/**
 * A value that never prints: string conversion, JSON, inspection and structured clone all answer `<redacted>`.
 * Making one also tells the kernel's filter about the text.
 */
export class Secret {
  readonly #text: string;
  /** All that a structured clone carries of a secret. */
  readonly value = redactedText;

  constructor(text: string) {
    this.#text = text;
    // A line end that a file has after a secret is none of it.
    const known = text.trim();
    if (known !== "") registry().add(known);
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
 * Makes a secret of one's own known: in our kernel no output shows the text from then on, neither as it is nor in
 * URL encoding, Base64, JSON or hexadecimal digits. White space around it does not count.
 *
 * ```ts
 * const token = redact(await readFile("token.txt", "utf8"));
 * ```
 *
 * @returns the text as a value that never prints; `reveal()` gives it back
 * @throws DlfLanceError InvalidInput for a text of less than 12 characters
 */
export function redact(text: string): Secret {
  const length = [...text.trim()].length;
  if (length < shortestRedacted) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot redact a text of ${length} characters: below ${shortestRedacted}, chance writes it in other outputs too, and they would be cut up; keep a short secret out of outputs, or choose a longer one.`,
    );
  }
  return new Secret(text);
}

/** All secret texts known to this process, longest first, so that a longer one is found before its own part. */
export function knownSecrets(): readonly string[] {
  return [...registry()].sort((a, b) => b.length - a.length);
}

/** How often {@link knownSecrets} has grown: equal counts mean an equal list. */
export function knownSecretCount(): number {
  return registry().size;
}

/** A key id as a person may see it: enough to tell two apart, not enough to use. */
export function shortenKeyId(keyId: string): string {
  return keyId.length <= 8 ? `${keyId.slice(0, 2)}…` : `${keyId.slice(0, 6)}…${keyId.slice(-2)}`;
}
