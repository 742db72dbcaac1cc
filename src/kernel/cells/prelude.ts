import type { DeclaredPrelude } from "../wire/thread-messages.ts";

/** The module whose names are in scope in every cell. */
export interface Prelude extends DeclaredPrelude {
  /** Loads it; called once, unless it fails. */
  load(): Promise<Record<string, unknown>> | Record<string, unknown>;
}

/** Loads the prelude's module at most once; a failed load is tried again. */
export function loadOnce(prelude: Prelude): () => Promise<Record<string, unknown>> {
  let loading: Promise<Record<string, unknown>> | undefined;
  return () => {
    loading ??= Promise.resolve()
      .then(() => prelude.load())
      .catch((error: unknown) => {
        loading = undefined;
        throw error;
      });
    return loading;
  };
}
