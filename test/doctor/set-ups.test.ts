/** Set-ups that are wrong in one place each, in front of real servers: the doctor names that place. */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { type DoctorOptions, examineCatalog } from "../../src/doctor/doctor.ts";
import { createSheet, type Finding } from "../../src/doctor/findings.ts";
import { formatReport } from "../../src/doctor/write-findings.ts";
import { connect } from "../../src/index.ts";
import { grantAccess } from "../../src/local/grant-access.ts";
import { startFaultyGateway } from "../catalog/faulty-gateway.ts";
import { makeAuthority } from "../catalog/make-authority.ts";
import { startScriptedServer } from "../catalog/scripted-server.ts";
import { findSecrets } from "../secrets.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let served: TemporaryLake;
let folder: string;

beforeAll(async () => {
  served = await openTemporaryLake();
  await served.lake.createTable("default.readings", [{ f0: 201 }, { f0: 202 }]);
  await served.lake.createTable("default.other", [{ f0: 1 }]);
  await served.lake.declareTable("default.empty");
});
afterAll(() => served.close());

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-doctor-"));
  for (const name of Object.keys(process.env)) {
    if (/^(?:DLF_|https?_proxy$|no_proxy$)/i.test(name)) vi.stubEnv(name, undefined);
  }
  vi.stubEnv("XDG_CONFIG_HOME", folder);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

type Config = Readonly<Record<string, string>>;

/** Runs the doctor on a configuration in the profile file. */
async function examine(config: Config, options: DoctorOptions = {}, mode = 0o600): Promise<Finding[]> {
  await mkdir(join(folder, "dlf-lance"), { recursive: true });
  const file = join(folder, "dlf-lance", "config.json");
  await writeFile(file, JSON.stringify({ profiles: { development: config } }), { mode });
  const findings: Finding[] = [];
  await examineCatalog(
    createSheet((finding) => void findings.push(finding)),
    { profile: "development", ...options },
  );
  return findings;
}

/** What a wrong set-up changes: keys of the configuration, options of the doctor, variables. */
interface Change {
  readonly config?: Config;
  readonly options?: DoctorOptions;
  readonly mode?: number;
  /** What to do, where the doctor knows more than one way out. */
  readonly next?: RegExp;
}

/** A service that speaks TLS, with a certificate of an authority that nobody knows. */
async function startTls() {
  const authority = makeAuthority();
  const server = createTlsServer(authority.server, (_, response) => response.end("{}"));
  await new Promise<void>((listening) => server.listen(0, listening));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
    authority.remove();
  });
  return { port: (server.address() as AddressInfo).port, authority: authority.authority };
}

/** The address of a service that refuses such requests. */
async function faultEverything(match: RegExp, status: number): Promise<Config> {
  const gateway = await startFaultyGateway(served.local.config.uri ?? "");
  onTestFinished(() => gateway.close());
  gateway.fault(match, { status, times: 100 });
  return { uri: gateway.uri };
}

const otherFile = (name: string, content: object) => {
  const path = join(folder, name);
  return writeFile(path, JSON.stringify(content)).then(() => path);
};

const keysOf = (expiration: string) => ({
  AccessKeyId: "STS.AnIdentity",
  AccessKeySecret: "a-secret-of-the-file",
  SecurityToken: "a-token-of-the-file",
  Expiration: expiration,
});

/** Each with the check that fails and what it says; all checks before it pass, but for those that have nothing to see. */
const wrong: Readonly<Record<string, readonly [string, RegExp, () => Change | Promise<Change>]>> = {
  "a profile that is misspelt": [
    "configuration",
    /Cannot use profile developement of .*: no such profile; did you mean development\?/,
    () => ({ options: { profile: "developement" } }),
  ],
  "a profile file that others can read": ["configuration", /chmod 600/, () => ({ mode: 0o644 })],
  "a placeholder left in place": [
    "configuration",
    /profile development, uri: it still holds a placeholder/,
    () => ({ config: { uri: "https://<DLF-ENDPOINT>" } }),
  ],
  "no region": [
    "configuration",
    /dlf\.region: missing/,
    () => ({ config: { uri: "https://catalog.example.com", "dlf.region": "" } }),
  ],
  "a region that is not the endpoint's": [
    "configuration",
    /the region is cn-beijing, and uri leads to cn-hangzhou/,
    () => ({ config: { uri: "https://dlfnext.cn-hangzhou.aliyuncs.com", "dlf.region": "cn-beijing" } }),
  ],
  "an endpoint with a path": [
    "warehouse",
    /Unauthenticated/,
    () => ({
      config: { uri: `${served.local.config.uri}/console` },
      next: /correct uri, which ends in \/console/,
    }),
  ],
  "a host that nobody knows": [
    "dns",
    /nowhere\.invalid is not known/,
    () => ({ config: { uri: "https://nowhere.invalid" } }),
  ],
  "a port where nobody listens": [
    "connection",
    /ECONNREFUSED/,
    () => ({ config: { uri: "http://127.0.0.1:1" } }),
  ],
  "a certificate of an unknown authority": [
    "connection",
    /certificate is not trusted/,
    async () => ({ config: { uri: `https://127.0.0.1:${(await startTls()).port}` }, next: /dlf\.ca-file/ }),
  ],
  "a certificate for another name": [
    "connection",
    /certificate is not trusted/,
    async () => {
      const { port, authority } = await startTls();
      const config = { uri: `https://127.1.1.1:${port}`, "dlf.ca-file": authority };
      return { config, next: /check 127\.1\.1\.1 .*for another name/ };
    },
  ],
  "a file of authorities that is not there": [
    "connection",
    /no\.pem \(dlf\.ca-file\): no such file/,
    () => ({ config: { "dlf.ca-file": join(folder, "no.pem") } }),
  ],
  "http where the service speaks TLS": [
    "connection",
    /broke/,
    async () => ({ config: { uri: `http://127.0.0.1:${(await startTls()).port}` }, next: /^write https:/ }),
  ],
  "https where the service speaks http": [
    "connection",
    /does not speak TLS/,
    () => ({ config: { uri: served.local.config.uri?.replace("http:", "https:") ?? "" } }),
  ],
  "a proxy that is not there": [
    "proxy",
    /the proxy 127\.0\.0\.1:1 does not answer/,
    () => {
      vi.stubEnv("HTTPS_PROXY", "http://user:word@127.0.0.1:1");
      return { config: { uri: "https://catalog.example.com" } };
    },
  ],
  "a proxy that speaks SOCKS": [
    "proxy",
    /is named with socks5:/,
    () => {
      vi.stubEnv("HTTPS_PROXY", "socks5://user:word@127.0.0.1:1080");
      return { config: { uri: "https://catalog.example.com" }, next: /HTTPS_PROXY=http:/ };
    },
  ],
  "a proxy that asks for a password": [
    "connection",
    /the proxy does not connect/,
    async () => {
      const server = createServer();
      server.on("connect", (_, socket) => void socket.end("HTTP/1.1 407 no\r\n\r\n"));
      await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
      onTestFinished(() => void server.close());
      vi.stubEnv("HTTPS_PROXY", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
      return { config: { uri: "https://catalog.example.com" }, next: /user and password/ };
    },
  ],
  "a clock that is late": [
    "clock",
    // Headers have whole seconds.
    /1(?:199|200) s behind/,
    async () => {
      const date = () => new Date(Date.now() + 1_200_000).toUTCString();
      const server = await startScriptedServer(() => ({ status: 401, headers: { date: date() } }));
      onTestFinished(() => server.close());
      return { config: { uri: server.uri } };
    },
  ],
  "a clock that is an hour off": [
    "clock",
    /36\d\d s ahead of/,
    async () => {
      const date = () => new Date(Date.now() - 3_600_000).toUTCString();
      const server = await startScriptedServer(() => ({ status: 401, headers: { date: date() } }));
      onTestFinished(() => server.close());
      return { config: { uri: server.uri } };
    },
  ],
  "a wrong secret": [
    "warehouse",
    /Unauthenticated/,
    () => ({ config: { "dlf.access-key-secret": "not-the-secret-of-this-key" } }),
  ],
  "another region": ["warehouse", /Unauthenticated/, () => ({ config: { "dlf.region": "cn-elsewhere" } })],
  "a warehouse that is not there": [
    "warehouse",
    /NamespaceNotFound.*no catalog of that name/,
    () => ({ config: { warehouse: "laek" } }),
  ],
  "a bearer token that has expired": [
    "warehouse",
    /Unauthenticated/,
    async () => ({
      config: {
        ...(await faultEverything(/./, 401)),
        "token.provider": "bear",
        token: "a-token-of-the-file",
        "dlf.access-key-id": "",
        "dlf.access-key-secret": "",
      },
      next: /^fetch a new token/,
    }),
  ],
  "no right to use the catalog": [
    "warehouse",
    /PermissionDenied/,
    async () => ({ config: await faultEverything(/\/config$/, 403), next: /^ask an administrator/ }),
  ],
  "a service that is being mended": [
    "warehouse",
    /ServiceUnavailable/,
    async () => ({ config: await faultEverything(/\/config$/, 503), next: /^wait a minute/ }),
  ],
  "no right to list the tables of a database": [
    "permission to list",
    /PermissionDenied: Cannot list tables/,
    async () => ({ config: await faultEverything(/\/tables$/, 403), next: /^ask an administrator/ }),
  ],
  "an address that is not DLF's": [
    "warehouse",
    /Cannot connect to catalog/,
    async () => {
      const page = { headers: { "content-type": "text/html" }, body: "<html>Sign in</html>" };
      const server = await startScriptedServer(() => page);
      onTestFinished(() => server.close());
      return { config: { uri: server.uri } };
    },
  ],
  "a token file that nobody renews": [
    "credentials",
    /expired at 2024-05-01/,
    async () => ({
      config: {
        "dlf.token-path": await otherFile("token.json", keysOf("2024-05-01T00:00:00Z")),
        "dlf.access-key-id": "",
        "dlf.access-key-secret": "",
      },
    }),
  ],
  "a token file that is not there": [
    "credentials",
    /cannot be read \(ENOENT\)/,
    () => ({
      config: {
        "dlf.token-path": join(folder, "no.json"),
        "dlf.access-key-id": "",
        "dlf.access-key-secret": "",
      },
    }),
  ],
  "a table that is misspelt": [
    "permission to describe",
    /no such table.*did you mean default\.readings/,
    () => ({ options: { table: "default.reading" } }),
  ],
  "a table that this identity may not see": [
    "permission to describe",
    /PermissionDenied|TableNotFound/,
    async () => ({
      config: await grantAccess(served.data, "analyst", { read: ["default.other"], write: [] }),
      options: { table: "default.readings" },
    }),
  ],
  "no permission to get a token": [
    "permission to get a token",
    /PermissionDenied/,
    async () => ({ config: await faultEverything(/\/token$/, 403) }),
  ],
  "an object store that is not there": [
    "object store",
    /127\.0\.0\.1:1 cannot be reached/,
    () => ({ config: { "dlf.oss-endpoint": "http://127.0.0.1:1" } }),
  ],
  "an internal OSS endpoint outside of its region": [
    "object store",
    /oss-cn-nowhere-internal\.invalid cannot be reached: its name is not known here/,
    () => ({ config: { "dlf.oss-endpoint": "https://oss-cn-nowhere-internal.invalid" } }),
  ],
  "a bucket that keeps versions": [
    "bucket versioning",
    /keeps versions of objects/,
    async () => {
      const versioned = await openTemporaryLake({ versioned: true });
      onTestFinished(() => versioned.close());
      const writer = await connect({ ...versioned.local.config, "dlf.oss-versioning": "allow" });
      await writer.createTable("default.t", [{ a: 1 }]);
      await writer.close();
      return { config: versioned.local.config, options: { table: "default.t" } };
    },
  ],
  "a table whose data nobody has written": [
    "lance",
    /default\.empty is empty: it is declared, and nobody has written to it yet/,
    () => ({ options: { table: "default.empty" }, next: /another table with --table/ }),
  ],
};

test.each(Object.entries(wrong))(
  "%s",
  async (_, [check, detail, change]) => {
    const { config, options, mode, next = /.{10}/ } = await change();
    const findings = await examine({ ...served.local.config, ...config }, options, mode);
    const failed = findings.filter(({ state }) => state === "failed");
    expect(failed[0]).toMatchObject({ check, detail: expect.stringMatching(detail) });
    expect(failed[0]?.next).toMatch(next);
    expect(failed.every(({ next = "" }) => next.length > 10)).toBe(true);
    const before = findings.slice(0, findings.indexOf(failed[0] as Finding));
    expect(before.filter(({ state }) => state !== "passed")).toEqual([]);
    expectNoSecret(findings);
  },
  60_000,
);

/** In what is pasted into a report. */
function expectNoSecret(findings: readonly Finding[]): void {
  const { "dlf.access-key-secret": secret = "" } = served.local.config;
  const secrets = [
    secret,
    "not-the-secret-of-this-key",
    "a-secret-of-the-file",
    "a-token-of-the-file",
    "user:word",
  ];
  const report = formatReport("0.0.0", findings);
  expect(findSecrets(report, secrets)).toEqual([]);
  expect(report).not.toMatch(/STS\.ey/);
}

test("a right set-up passes from end to end, and says where each value comes from", async () => {
  const {
    "token.provider": _,
    "dlf.access-key-id": id,
    "dlf.access-key-secret": secret,
    ...rest
  } = served.local.config;
  vi.stubEnv("DLF_ACCESS_KEY_ID", id);
  vi.stubEnv("DLF_ACCESS_KEY_SECRET", secret);
  const findings = await examine(rest, { table: "default.readings" });
  expect(findings.filter(({ state }) => state !== "passed")).toEqual([]);
  const told = new Map(findings.map(({ check, detail }) => [check, detail]));
  expect(told.get("configuration")).toMatch(/^uri, .* from profile development; /);
  expect(told.get("configuration")).toMatch(/; dlf\.access-key-id from DLF_ACCESS_KEY_ID/);
  expect(told.get("configuration")).not.toContain("127.0.0.1");
  expect(told.get("credentials")).toMatch(/^LOCAL.…\w\w /);
  expect(told.get("object store")).toMatch(/takes signature V1/);
  expect(told.get("lance")).toMatch(/version 1, 2 rows/);
  expect(told.get("first read")).toMatch(/\d+ ms, \d+ requests/);
  expectNoSecret(findings);
});

test.each([
  ["behind a file", () => join(folder, "file", "home")],
  ["where nobody can make a folder", () => "/proc/nobody"],
])("without a configuration, a home %s is named, with the way out", async (_, homeOf) => {
  await writeFile(join(folder, "file"), "");
  vi.stubEnv("XDG_CONFIG_HOME", folder);
  vi.stubEnv("XDG_DATA_HOME", homeOf());
  vi.stubEnv("DLF_LANCE_DATA", undefined);
  const findings: Finding[] = [];
  await examineCatalog(
    createSheet((finding) => void findings.push(finding)),
    {},
  );
  expect(findings[0]).toMatchObject({
    check: "configuration",
    state: "failed",
    detail: expect.stringMatching(/Cannot keep a lake in .*: the folder cannot be made \(E\w+\)/),
    next: expect.stringMatching(/^set DLF_LANCE_DATA/),
  });
});

test("a bucket that refuses signature V1 passes, and is named", async () => {
  const lake = await openTemporaryLake({ refuseSignatureV1: true });
  onTestFinished(() => lake.close());
  await lake.lake.createTable("default.t", [{ a: 1 }]);
  const findings = await examine(lake.local.config);
  expect(findings.filter(({ state }) => state !== "passed")).toEqual([]);
  const store = findings.find(({ check }) => check === "object store");
  expect(store?.detail).toMatch(/refuses signature V1 .*takes V4: requests go through the gateway/);
});
