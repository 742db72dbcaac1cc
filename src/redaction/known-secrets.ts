/** The secret texts this process has met, so that they can be taken out of what it shows. */

interface Registry {
  readonly add: (text: string) => void;
  /** In the order in which they were met. */
  readonly list: () => readonly string[];
}

/** Shared between copies of this package: the kernel's filter also knows what a notebook's own copy has read. */
const registryKey = Symbol.for("dlf-lance.secret-registry");
const holder = globalThis as unknown as { [registryKey]?: Registry };

/** The texts live in a closure, so that no print of the global object shows them. */
function createRegistry(): Registry {
  const texts = new Set<string>();
  return { add: (text) => void texts.add(text), list: () => [...texts] };
}

function registry(): Registry {
  const known = holder[registryKey];
  if (known !== undefined) return known;
  const created = createRegistry();
  Object.defineProperty(holder, registryKey, { value: created, configurable: true });
  return created;
}

/** What a secret prints as, wherever it is printed. */
export const redactedText = "<redacted>";

export function addKnownSecret(text: string): void {
  registry().add(text);
}

/** All secret texts, longest first, so that a longer one is found before its own part. */
export function knownSecrets(): readonly string[] {
  return [...registry().list()].sort((a, b) => b.length - a.length);
}

/** How often {@link knownSecrets} has grown: equal counts mean an equal list. */
export function knownSecretCount(): number {
  return registry().list().length;
}
