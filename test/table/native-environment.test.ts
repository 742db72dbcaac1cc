import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { prepareNativeEnvironment } from "../../src/table/native/native-environment.ts";
import { makeAuthority } from "../catalog/make-authority.ts";

const { authority, remove } = makeAuthority();
afterAll(remove);
const pem = readFileSync(authority, "utf8").trim();

const readAhead = { LANCE_DEFAULT_IO_BUFFER_SIZE: "268435456" };

test("without a proxy and authorities only the bytes that are read ahead are bounded", () => {
  const environment = { PATH: "/bin" };
  prepareNativeEnvironment(undefined, environment);
  expect(environment).toEqual({ PATH: "/bin", ...readAhead });
});

test("a bound of the user's own stays", () => {
  const environment = { LANCE_DEFAULT_IO_BUFFER_SIZE: "1" };
  prepareNativeEnvironment(undefined, environment);
  expect(environment).toEqual({ LANCE_DEFAULT_IO_BUFFER_SIZE: "1" });
});

test.each([
  [{ http_proxy: "p" }, "127.0.0.1,localhost,::1"],
  [{ HTTPS_PROXY: "p", NO_PROXY: "a.example, localhost" }, "a.example, localhost,127.0.0.1,::1"],
])("with %j this machine is exempt", (proxies, exempt) => {
  const environment: Record<string, string> = { ...proxies };
  prepareNativeEnvironment(undefined, environment);
  expect(environment).toMatchObject({ no_proxy: exempt, NO_PROXY: exempt });
});

test("what exempts all hosts stays", () => {
  const environment: Record<string, string> = { http_proxy: "p", no_proxy: "*" };
  prepareNativeEnvironment(undefined, environment);
  expect(environment).toEqual({ http_proxy: "p", no_proxy: "*", ...readAhead });
});

function makeState(): string {
  const folder = mkdtempSync(join(tmpdir(), "state-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test.each([
  ["of the configuration", authority, {}],
  ["of Node", undefined, { NODE_EXTRA_CA_CERTS: authority }],
])(
  "further authorities %s are put beside the usual ones, in one file for all processes",
  (_, caFile, variables) => {
    const state = makeState();
    const [first, second] = [1, 2].map(() => {
      const environment: Record<string, string> = { ...variables, XDG_STATE_HOME: state };
      prepareNativeEnvironment(caFile, environment);
      return environment.SSL_CERT_FILE ?? "";
    });
    expect(second).toBe(first);
    expect(readdirSync(join(state, "dlf-lance"))).toEqual([basename(first ?? "")]);
    const bundle = readFileSync(first ?? "", "utf8");
    expect(bundle).toContain(pem);
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
  },
);

test("what somebody else has put there is written again, and a home without room for it costs nothing", () => {
  const environment: Record<string, string> = { XDG_STATE_HOME: makeState() };
  prepareNativeEnvironment(authority, environment);
  writeFileSync(environment.SSL_CERT_FILE ?? "", "");
  prepareNativeEnvironment(authority, { ...environment, SSL_CERT_FILE: "" });
  expect(readFileSync(environment.SSL_CERT_FILE ?? "", "utf8")).toContain(pem);
  const homeless: Record<string, string> = { XDG_STATE_HOME: authority };
  prepareNativeEnvironment(authority, homeless);
  onTestFinished(() => rmSync(dirname(homeless.SSL_CERT_FILE ?? ""), { recursive: true }));
  expect(readFileSync(homeless.SSL_CERT_FILE ?? "", "utf8")).toContain(pem);
});
