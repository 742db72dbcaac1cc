/** What this process knows to be secret, as a test wants it. */
import { Secret } from "../../src/secret.ts";

export function know(...secrets: string[]): void {
  for (const secret of secrets) new Secret(secret);
}

export function forgetAll(): void {
  delete (globalThis as Record<symbol, unknown>)[Symbol.for("dlf-lance.secret-registry")];
}
