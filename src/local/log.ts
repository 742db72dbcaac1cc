/** Tells on stderr of something that went wrong inside; a client only hears that it did. */
export function logFailure(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  process.stderr.write(`dlf-lance local: ${what} failed: ${reason}\n`);
}
