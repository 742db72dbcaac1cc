import { inspect } from "node:util";

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
    if (text !== "") registry().add(text);
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
