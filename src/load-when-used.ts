/**
 * Stands for an object from which it has everything, and which is loaded or built with the first thing asked of it: importing this
 * package waits neither for large libraries nor for schemas of what a program never passes.
 */
export function loadWhenUsed<Loaded extends object>(load: () => Loaded): Loaded {
  const standIn: object = Object.create(
    new Proxy(Object.prototype, {
      get: (_, name) => {
        Object.setPrototypeOf(standIn, load());
        return Reflect.get(standIn, name);
      },
    }),
  );
  return standIn as Loaded;
}

/**
 * What is loaded or opened once, for all who ask: even of a loaded module, an import takes its time. After a failure, the next one
 * who asks tries again.
 */
export function onFirstUse<T>(begin: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | undefined;
  return () => {
    begun ??= begin().catch((error: unknown) => {
      begun = undefined;
      throw error;
    });
    return begun;
  };
}
