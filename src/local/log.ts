/** Tells on stderr of something that went wrong inside; a client only hears that it did. */
export function logFailure(what: string, error: unknown): void {
  const reason = error instanceof Error ? error.message : String(error);
  logNotice(`${what} failed: ${reason}`);
}

/** Tells on stderr of something that whoever runs the lake should know. */
export function logNotice(text: string): void {
  process.stderr.write(`dlf-lance local: ${text}\n`);
}
