/** What the native library reads from the environment, once, when it is first used. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { collectAuthorities } from "../../catalog/transport/authorities.ts";
import { stateFolder } from "../../state-folder.ts";

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
  const text = `${authorities.join("\n")}\n`;
  try {
    environment.SSL_CERT_FILE = keepFile(stateFolder(environment), text);
  } catch {
    // A home that nobody can write to.
    environment.SSL_CERT_FILE = lendFile(text);
  }
}

/** One file for all processes that trust the same: nothing of a killed one is left behind. */
function keepFile(folder: string, text: string): string {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const file = join(folder, `authorities-${hash}.pem`);
  if (readText(file) === text) return file;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, text, { mode: 0o600 });
  renameSync(unfinished, file);
  return file;
}

function readText(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** A file that is gone with this process. */
function lendFile(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-authorities-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "authorities.pem");
  writeFileSync(file, text, { mode: 0o600 });
  return file;
}
