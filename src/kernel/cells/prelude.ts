/** The module whose names are in scope in every cell. */
export interface Prelude {
  /** Its name, as a cell would import it. */
  readonly module: string;
  /** What is in scope without an import. */
  readonly names: readonly string[];
  /** Absolute path of its declarations. */
  readonly types: string;
  /** A library that they import for a few of their names: it is read when a cell has one of these. */
  readonly rareTypes?: { readonly module: string; readonly names: readonly string[] };
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
