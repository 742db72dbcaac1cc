/** What the native library reads from the environment, once, when it is first used. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectAuthorities } from "../../catalog/transport/authorities.ts";

const thisMachine = ["127.0.0.1", "localhost", "::1"];
/** Bytes that a scan may be ahead of who reads it. */
const readAhead = 256 * 2 ** 20;

/**
 * Makes the native library reach this machine without a proxy, read ahead no more than is useful, and trust the certificate authorities that the catalog
 * is trusted by. Its proxies are those of the environment already. To be called before it is first used: later
 * changes do not reach it.
 */
export function prepareNativeEnvironment(
  caFile: string | undefined,
  environment: Record<string, string | undefined> = process.env,
): void {
  // Its own bound of 2 GB lets a scan fill the memory while nobody takes its rows.
  environment.LANCE_DEFAULT_IO_BUFFER_SIZE ||= String(readAhead);
  const exempt = environment.no_proxy || environment.NO_PROXY || "";
  const listed = exempt.split(",").map((host) => host.trim());
  const missing = thisMachine.filter((host) => !listed.includes(host));
  const hasProxy = ["http_proxy", "https_proxy", "all_proxy"].some(
    (name) => environment[name] || environment[name.toUpperCase()],
  );
  if (hasProxy && missing.length > 0 && exempt.trim() !== "*") {
    const hosts = [exempt, ...missing].filter((text) => text !== "").join(",");
    environment.no_proxy = hosts;
    environment.NO_PROXY = hosts;
  }
  const needsBundle = caFile !== undefined || Boolean(environment.NODE_EXTRA_CA_CERTS);
  const authorities = needsBundle ? collectAuthorities(caFile, environment) : undefined;
  if (authorities === undefined) return;
  // The library takes one file, in place of the system's authorities.
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-authorities-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "authorities.pem");
  writeFileSync(file, `${authorities.join("\n")}\n`, { mode: 0o600 });
  environment.SSL_CERT_FILE = file;
}
