/** The secrets that a process has in its environment. */
import { addKnownSecret } from "./known-secrets.ts";

/** The variables that this package reads as secret, or sets for child processes, and those of neighboring tools. */
const secretVariables = [
  "DLF_ACCESS_KEY_SECRET",
  "DLF_SECURITY_TOKEN",
  "DLF_TOKEN",
  "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
  "ALIBABA_CLOUD_SECURITY_TOKEN",
  "OSS_ACCESS_KEY_SECRET",
  "OSS_SECURITY_TOKEN",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
] as const;

type Environment = Readonly<Record<string, string | undefined>>;

/** What code puts in its place is looked at besides: children and packages read that one. */
const environment: Environment = process.env;
const met: Record<string, string> = Object.create(null);
const metElsewhere: Record<string, string> = Object.create(null);
const trim = Function.prototype.call.bind(String.prototype.trim) as (text: string) => string;

/**
 * Makes known what the environment holds under the names of secrets, without the white space around it. Code may set
 * them at any time: this is cheap enough to be called before every message.
 */
export function meetEnvironmentSecrets(): void {
  meetSecrets(environment, met);
  try {
    const present: unknown = process.env;
    if (present !== environment && typeof present === "object" && present !== null)
      meetSecrets(present as Environment, metElsewhere);
  } catch {
    // What code has put there may throw when it is read; then nobody reads a secret from it.
  }
}

/** Written so that nothing a cell has put in place of a built-in can keep a secret from being known. */
function meetSecrets(from: Environment, known: Record<string, string>): void {
  for (let index = 0; index < secretVariables.length; index++) {
    const name = secretVariables[index] as string;
    const text: unknown = from[name];
    if (typeof text !== "string" || text === known[name]) continue;
    const secret = trim(text);
    if (secret !== "") addKnownSecret(secret);
    known[name] = text;
  }
}
