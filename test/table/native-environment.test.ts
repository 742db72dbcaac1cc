import { readFileSync, rmSync } from "node:fs";
import { dirname } from "node:path";
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

test.each([
  ["of the configuration", authority, {}],
  ["of Node", undefined, { NODE_EXTRA_CA_CERTS: authority }],
])("further authorities %s are put beside the usual ones", (_, caFile, variables) => {
  const environment: Record<string, string> = { ...variables };
  prepareNativeEnvironment(caFile, environment);
  const file = environment.SSL_CERT_FILE ?? "";
  onTestFinished(() => rmSync(dirname(file), { recursive: true }));
  const bundle = readFileSync(file, "utf8");
  expect(bundle).toContain(pem);
  expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(50);
});
