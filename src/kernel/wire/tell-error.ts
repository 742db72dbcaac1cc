/** One line on any value that was thrown, also one that throws when it is looked at. */
export function tellError(error: unknown): string {
  try {
    return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  } catch {
    return "an error that can not be described";
  }
}
