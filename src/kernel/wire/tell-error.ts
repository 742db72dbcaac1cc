/** What can be read of any value that was thrown, also of one that throws when it is looked at. */

/** One line on any value that was thrown, also one that throws when it is looked at. */
export function tellError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that can not be described";
  }
}

/** The `code` of an error; undefined for what has none. */
export function codeOf(error: unknown): unknown {
  try {
    return (error as { code?: unknown } | null | undefined)?.code;
  } catch {
    return undefined;
  }
}
