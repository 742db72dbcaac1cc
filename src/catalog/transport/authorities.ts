/** Certificate authorities beyond those that Node knows, from where users of other programs name them. */
import { existsSync, readFileSync } from "node:fs";
import { DlfLanceError } from "../../errors.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * All authorities to trust, in PEM; `undefined` when nobody names any and Node's own do. Files are named by the
 * configuration (`dlf.ca-file`) and the variables `NODE_EXTRA_CA_CERTS` and `SSL_CERT_FILE`.
 *
 * @throws InvalidInput when a file that the configuration names cannot be used
 */
export function collectAuthorities(
  caFile: string | undefined,
  environment: Environment,
): readonly string[] | undefined {
  const ofEnvironment = [environment.NODE_EXTRA_CA_CERTS, environment.SSL_CERT_FILE]
    .filter((file) => file !== undefined && file !== "")
    // Programs with other needs set these too, so one that does not fit is passed over, as Node does.
    .flatMap((file) => readAuthorities(file ?? "") ?? []);
  const ofConfig = caFile === undefined ? [] : requireAuthorities(caFile);
  if (ofConfig.length + ofEnvironment.length === 0) return undefined;
  // Rarely needed, and the one part of Node that connecting to a loopback lake would load for nothing.
  const { getCACertificates } = process.getBuiltinModule("node:tls");
  return [...new Set([...getCACertificates("default"), ...ofEnvironment, ...ofConfig])];
}

function requireAuthorities(file: string): readonly string[] {
  const found = readAuthorities(file);
  if (found !== undefined) return found;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot use the certificate authorities in ${file} (dlf.ca-file): ${
      existsSync(file) ? "it holds no certificate in PEM that can be read" : "no such file"
    }`,
  );
}

function readAuthorities(file: string): readonly string[] | undefined {
  try {
    const found = readFileSync(file, "utf8").match(
      /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g,
    );
    return found === null ? undefined : [...found];
  } catch {
    return undefined;
  }
}
