/** The token that a Ray cluster may ask for. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { Secret } from "../secret.ts";

/** Looks where Ray's own commands do. */
export function findClusterToken(): Secret | undefined {
  const { RAY_AUTH_TOKEN: given = "", RAY_AUTH_TOKEN_PATH: path = join(homedir(), ".ray", "auth_token") } =
    process.env;
  const text = (given === "" ? readToken(path) : given).trim();
  return text === "" ? undefined : new Secret(text);
}

function readToken(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
