/** The secret texts this process has met, so that they can be taken out of what it shows. */

/** Grows only. */
export interface SecretRegistry {
  readonly add: (text: string) => void;
  /** In the order in which they were met. */
  readonly list: () => readonly string[];
  readonly size: () => number;
}

/** Shared between copies of this package: the kernel's filter also knows what a notebook's own copy has read. */
const registryKey = Symbol.for("dlf-lance.secret-registry");
const holder = globalThis as unknown as { [registryKey]?: SecretRegistry };

/** The texts live in a closure, so that no print of the global object shows them. */
function createRegistry(): SecretRegistry {
  const texts = new Set<string>();
  return { add: (text) => void texts.add(text), list: () => [...texts], size: () => texts.size };
}

export function secretRegistry(): SecretRegistry {
  const known = holder[registryKey];
  if (known !== undefined) return known;
  const created = createRegistry();
  Object.defineProperty(holder, registryKey, { value: created, configurable: true });
  return created;
}

/** What a secret prints as, wherever it is printed. */
export const redactedText = "<redacted>";

export function addKnownSecret(text: string): void {
  secretRegistry().add(text);
}

/** Hears of every secret from now on, and at once of those that are known, also those that copies of this package meet. */
export function hearSecrets(hear: (text: string) => void): void {
  const { add, list, size } = secretRegistry();
  const heard: SecretRegistry = {
    add: (text) => {
      // First: a cell may have changed what the list is kept with.
      hear(text);
      add(text);
    },
    list,
    size,
  };
  // Nobody takes it away again.
  Object.defineProperty(holder, registryKey, { value: Object.freeze(heard), configurable: false });
  for (const text of list()) hear(text);
}

/** All secret texts, longest first, so that a longer one is found before its own part. */
export function knownSecrets(): readonly string[] {
  return [...secretRegistry().list()].sort((a, b) => b.length - a.length);
}
