/** A certificate authority and a server it vouches for, made anew: no private key is kept in the repository. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface TestAuthority {
  /** Path of the authority's certificate. */
  readonly authority: string;
  /** Path of a file that is PEM, but no certificate. */
  readonly keyFile: string;
  /** What a server of that authority is made with. */
  readonly server: { readonly key: Buffer; readonly cert: Buffer };
  remove(): void;
}

const serverNames = "IP:127.0.0.1,DNS:localhost,DNS:catalog.test,DNS:oss.test,DNS:*.oss.test";
const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];

/** Needs the program `openssl`, which comes with the certificates that git and npm trust. */
export function makeAuthority(): TestAuthority {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-authority-"));
  const openssl = (...options: readonly string[]) =>
    execFileSync("openssl", options, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] });
  openssl(
    ...["req", "-x509", ...newKey, "-days", "2", "-subj", "/CN=dlf-lance test authority"],
    ...["-keyout", "authority.key", "-out", "authority.pem"],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
  );
  openssl("req", "-new", ...newKey, "-subj", "/CN=127.0.0.1", "-keyout", "server.key", "-out", "server.csr");
  writeFileSync(
    join(folder, "extensions"),
    `subjectAltName=${serverNames}\nbasicConstraints=CA:FALSE\nkeyUsage=digitalSignature\n`,
  );
  openssl(
    ...[
      "x509",
      "-req",
      "-in",
      "server.csr",
      "-CA",
      "authority.pem",
      "-CAkey",
      "authority.key",
      "-set_serial",
      "1",
    ],
    ...["-days", "2", "-extfile", "extensions", "-out", "server.pem"],
  );
  const keyFile = join(folder, "server.key");
  return {
    authority: join(folder, "authority.pem"),
    keyFile,
    server: { key: readFileSync(keyFile), cert: readFileSync(join(folder, "server.pem")) },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
