/** Where this package keeps what it remembers between its processes, for this user. */
import { homedir } from "node:os";
import { join } from "node:path";

/** @see https://specifications.freedesktop.org/basedir-spec/latest/ */
export function stateFolder(environment: Readonly<Record<string, string | undefined>> = process.env): string {
  return join(environment.XDG_STATE_HOME || join(homedir(), ".local", "state"), "dlf-lance");
}
