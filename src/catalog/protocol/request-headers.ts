/** Headers that a configuration adds to every request. */
import { Secret } from "../../secret.ts";
import { serverConfigKeys } from "./schemas.ts";

/** By lower-case name. The value of a header that carries a credential is a secret. */
export type RequestHeaders = Readonly<Record<string, string | Secret>>;

/** Collects what is wrong, so that a caller hears of all of it at once. Problems never quote a value. */
export type Report = (key: string, problem: string) => void;

/** Headers that the request itself, its connection or its signature decides. */
const reserved =
  /^(?:accept|authorization|connection|content-.*|date|expect|host|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|x-acs-.*|x-dlf-.*)$/;

const credentialName = /auth|token|key|secret|cookie|password|credential|signature/;

/** The headers among `entries`: every `header.X` whose name and value a request can carry. */
export function readHeaderOptions(
  entries: readonly (readonly [string, unknown])[],
  report: Report,
): RequestHeaders {
  const headers: Record<string, string | Secret> = {};
  for (const [key, value] of entries) {
    if (!key.startsWith(serverConfigKeys.headerStart)) continue;
    const name = key.slice(serverConfigKeys.headerStart.length).toLowerCase();
    const problem = findProblem(name, value);
    if (problem !== undefined) report(key, problem);
    else headers[name] = holdValue(name, String(value).trim());
  }
  return headers;
}

function findProblem(name: string, value: unknown): string | undefined {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return "not a header's name";
  if (reserved.test(name)) return "this header is the client's own";
  if (typeof value !== "string") return "expected a text";
  if (!/^[\t\x20-\x7e]*$/.test(value)) return "it has a character in it that no header may have";
  return undefined;
}

function holdValue(name: string, text: string): string | Secret {
  return credentialName.test(name) && text !== "" ? new Secret(text) : text;
}
