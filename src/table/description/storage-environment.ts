import { inspect } from "node:util";
import { type StorageCredentials, toStorageOptions } from "../../catalog/operations/credentials.ts";
import { displaySymbol } from "../../display/mime.ts";
import { redactedText } from "../../redaction/known-secrets.ts";

/** Variables for a child process, in clear text: `OSS_ENDPOINT`, `OSS_ACCESS_KEY_ID` and so on. */
export type StorageEnvironment = Readonly<Record<string, string>>;

/** Lance's storage option to the variable that Lance and Daft read. */
const variables: readonly (readonly [option: string, variable: string])[] = [
  ["oss_endpoint", "OSS_ENDPOINT"],
  ["oss_access_key_id", "OSS_ACCESS_KEY_ID"],
  ["oss_secret_access_key", "OSS_ACCESS_KEY_SECRET"],
  ["oss_security_token", "OSS_SECURITY_TOKEN"],
  ["oss_region", "OSS_REGION"],
];
const plainVariables = new Set(["OSS_ENDPOINT", "OSS_REGION"]);

/** A plain map that prints, displays and serializes with its secrets redacted, and can be spread into another. */
export function storageEnvironment(credentials: StorageCredentials): StorageEnvironment {
  const options = toStorageOptions(credentials);
  const environment: Record<string, string> = {};
  for (const [option, variable] of variables) {
    const value = options[option];
    if (value !== undefined) environment[variable] = value;
  }
  const shown = Object.fromEntries(
    Object.entries(environment).map(([name, value]) => [
      name,
      plainVariables.has(name) ? value : redactedText,
    ]),
  );
  // Not enumerable, so that spreading copies the variables alone.
  return Object.defineProperties(environment, {
    [inspect.custom]: { value: () => shown },
    [displaySymbol]: { value: () => ({ "text/plain": inspect(shown) }) },
    toJSON: { value: () => shown },
  });
}
