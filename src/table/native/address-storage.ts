import { type StorageCredentials, toStorageOptions } from "../../catalog/operations/credentials.ts";

/**
 * Longest lead, in milliseconds, with which Lance asks for new credentials before the old ones end. Shorter than
 * the lead of our own cache, which would otherwise answer with the same credentials again.
 */
const longestLead = 30_000;

/**
 * The complete storage options for the native library: what the catalog vended, how to address the endpoint,
 * and when to ask again. Complete, because Lance fills gaps from the environment.
 */
export function addressStorage(
  credentials: StorageCredentials,
  now: number = Date.now(),
): Record<string, string> {
  const options = toStorageOptions(credentials);
  // Real OSS refuses path style, and virtual hosts do not resolve on the loopback.
  if (isLoopback(credentials.endpoint)) options.addressing_style = "path";
  if (credentials.expiresAt !== undefined) {
    // With less life left than this offset, Lance would ask again for every single request.
    const lead = Math.min(longestLead, Math.max(0, credentials.expiresAt - now) / 6);
    options.refresh_offset_millis = String(Math.floor(lead));
  }
  return options;
}

function isLoopback(endpoint: string): boolean {
  const host = URL.parse(endpoint)?.hostname ?? endpoint.split(":")[0];
  return host === "localhost" || host === "[::1]" || /^127(\.\d+){3}$/.test(host ?? "");
}
