import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type CatalogOptions, parseConfig } from "../../src/catalog/configuration/config.ts";
import { mergeServerConfig } from "../../src/catalog/configuration/server-config.ts";
import type { KeySource } from "../../src/catalog/identity/identity.ts";
import { findDlfRegion, findOssRegion } from "../../src/catalog/protocol/endpoint-address.ts";
import { isError } from "../../src/errors.ts";
import { redactText } from "../../src/redaction/redact-text.ts";
import { Secret } from "../../src/secret.ts";
import { findSecrets } from "../secrets.ts";
import { sizes } from "../sizes.ts";

const full = {
  uri: "https://cn-hangzhou-vpc.dlf.aliyuncs.com",
  warehouse: "lake",
  "token.provider": "dlf",
  "dlf.access-key-id": "config-key-id-1",
  "dlf.access-key-secret": "config-key-secret-1",
};

function problemsOf(options: unknown): string {
  try {
    parseConfig(options as CatalogOptions);
  } catch (error) {
    if (isError(error, "InvalidInput"))
      return error.message.replace("Cannot use the catalog configuration: ", "");
    throw error;
  }
  throw new Error("the configuration was taken");
}

function signerOf(options: object) {
  const { authentication } = parseConfig({ ...full, ...options });
  if (authentication.kind !== "signature") throw new Error("not signed");
  return { ...authentication.scheme, ...keysOf(authentication.source) };
}

function keysOf(source: KeySource) {
  if (source.kind !== "keys") throw new Error("not static keys");
  return source.keys;
}

describe("a configuration", () => {
  test("of a Python client is taken as it is", () => {
    const config = parseConfig({
      ...full,
      uri: " https://CN-Hangzhou-VPC.dlf.aliyuncs.com/ ",
      "dlf.security-token": " token-1 ",
      "dlf.region": "cn-beijing",
      "dlf.oss-endpoint": " oss-cn-beijing.aliyuncs.com ",
      "header.X-Team": " data ",
      "header.X-Api-Key": "config-api-key",
      prefix: "p",
      "data-token.enabled": "true",
      "io-cache.enabled": "true",
      token: undefined,
    });
    expect(config).toMatchObject({
      uri: "https://cn-hangzhou-vpc.dlf.aliyuncs.com",
      warehouse: "lake",
      prefix: "p",
      ossEndpoint: "oss-cn-beijing.aliyuncs.com",
      headers: { "x-team": "data" },
      authentication: { kind: "signature", scheme: { algorithm: "default", region: "cn-beijing" } },
    });
    expect(config.headers["x-api-key"]).toBeInstanceOf(Secret);
    if (config.authentication.kind !== "signature") throw new Error("not signed");
    expect(keysOf(config.authentication.source).securityToken?.reveal()).toBe("token-1");
    expect(
      findSecrets(inspect(config, { depth: null }) + JSON.stringify(config), [
        "config-key-id-1",
        "config-key-secret-1",
        "token-1",
        "config-api-key",
      ]),
    ).toEqual([]);
    expect(
      [config, config.authentication, keysOf(config.authentication.source), config.headers].every(
        Object.isFrozen,
      ),
    ).toBe(true);
  });

  test("with a bearer token needs no keys and no region", () => {
    const { authentication } = parseConfig({
      uri: "https://host",
      warehouse: "w",
      "token.provider": "bear",
      token: "t-1",
    });
    expect(authentication.kind === "bearer" && authentication.token.reveal()).toBe("t-1");
  });

  test("with an empty security token has none", () => {
    expect(signerOf({ "dlf.security-token": " " }).securityToken).toBeUndefined();
  });

  test("is not changed by later changes of its source", () => {
    const options = { ...full, "header.a": "1" };
    const config = parseConfig(options);
    options["header.a"] = "2";
    expect(config.headers.a).toBe("1");
  });

  test("tells all that is wrong at once", () => {
    expect(problemsOf({ "token.provider": "dlf" }).split("; ")).toEqual([
      "uri: missing",
      "warehouse: missing",
      "dlf.access-key-id: missing",
      "dlf.access-key-secret: missing",
    ]);
  });

  test.each([
    [{ "dlf.acces-key-id": "a" }, "dlf.acces-key-id: unknown key; did you mean dlf.access-key-id?"],
    [{ URI: "a" }, "URI: unknown key; did you mean uri?"],
    [{ "something.else.entirely": "a" }, "something.else.entirely: unknown key"],
    [{ "token.provider": "DLF" }, 'token.provider: expected "dlf" or "bear"'],
    [{ "token.provider": "bear" }, "token: missing"],
    [{ "dlf.token-loader": "ec2" }, "dlf.token-loader: expected one of ecs, local_file, default_chain"],
    [{ "dlf.token-loader": "local_file" }, "dlf.token-path: missing"],
    [
      { "dlf.token-loader": "ecs", "dlf.token-ecs-role-name": "../x" },
      "dlf.token-ecs-role-name: expected the name of a RAM role",
    ],
    [
      { "dlf.token-loader": "ecs", "dlf.token-ecs-metadata-url": "file:///etc/passwd" },
      "dlf.token-ecs-metadata-url: expected an address that begins with http://",
    ],
    [{ "dlf.signing-algorithm": "v4" }, 'dlf.signing-algorithm: expected "default" or "openapi"'],
    [{ "dlf.region": "cn hangzhou" }, 'dlf.region: expected a region id, such as "cn-hangzhou"'],
    [{ "dlf.access-key-id": 5 }, "dlf.access-key-id: expected a text"],
    [
      { "dlf.access-key-id": "a b" },
      "dlf.access-key-id: it has a blank or another character in it that no key has",
    ],
    [{ "dlf.access-key-id": "<ACCESS-KEY-ID>" }, "dlf.access-key-id: it still holds a placeholder in <…>"],
    [{ uri: "https://<DLF-ENDPOINT>" }, "uri: it still holds a placeholder in <…>"],
    [{ "header.X Y": "a" }, "header.X Y: not a header's name"],
    [{ "header.x": "a\r\nb: c" }, "header.x: it has a character in it that no header may have"],
    [{ "header.Authorization": "a" }, "header.Authorization: this header is the client's own"],
    [{ "header.x-acs-extra": "a" }, "header.x-acs-extra: this header is the client's own"],
    [{ "header.x": 1 }, "header.x: expected a text"],
    [{ "dlf.oss-endpoint": "http://oss-cn-hangzhou.aliyuncs.com" }, /^dlf\.oss-endpoint: plain http/],
  ])("with %j is refused", (options, problem) => {
    const problems = problemsOf({ ...full, ...options });
    if (typeof problem === "string") expect(problems).toBe(problem);
    else expect(problems).toMatch(problem);
  });

  test.each([undefined, null, "uri", 5, []])("that is %j is refused", (options) => {
    expect(problemsOf(options)).toMatch(/expected an object|uri: missing/);
  });

  test.each([
    [{ "dlf.token-loader": "ecs" }, { kind: "ecs", name: undefined }],
    [
      { "dlf.token-loader": "ecs", "dlf.token-ecs-role-name": "r" },
      { kind: "ecs", name: "r" },
    ],
    [{ "dlf.token-path": "/run/token" }, { kind: "file", path: "/run/token" }],
    [{ "dlf.token-loader": "ecs", "dlf.token-path": "/run/token" }, { kind: "ecs" }],
    [
      { "dlf.token-loader": "local_file", "dlf.token-path": "/t" },
      { kind: "file", path: "/t" },
    ],
    [{ "dlf.token-loader": "default_chain" }, { kind: "machine" }],
    [{}, { kind: "keys" }],
  ])("with %j takes its keys from there, not from the static ones", (options, source) => {
    expect(parseConfig({ ...full, ...options }).authentication).toMatchObject({ source });
  });
});

describe("the address", () => {
  test.each([
    ["cn-hangzhou-vpc.dlf.aliyuncs.com", "https://cn-hangzhou-vpc.dlf.aliyuncs.com"],
    ["localhost:8080/", "https://localhost:8080"],
    ["https://host:443/base/path//", "https://host/base/path"],
    ["http://127.0.0.1:81", "http://127.0.0.1:81"],
    ["http://[::1]:81", "http://[::1]:81"],
    ["http://localhost", "http://localhost"],
    ["http://cn-hangzhou-vpc.dlf.aliyuncs.com", "http://cn-hangzhou-vpc.dlf.aliyuncs.com"],
    ["http://dlf-internal.example.com", "http://dlf-internal.example.com"],
    ["http://catalog.vpc", "http://catalog.vpc"],
  ])("%s is taken as %s", (uri, taken) => {
    expect(parseConfig({ ...full, uri, "dlf.region": "cn-x" }).uri).toBe(taken);
  });

  test.each([
    "http://dlfnext.cn-hangzhou.aliyuncs.com",
    "http://10.0.0.1",
    "http://127.0.0.1.example.com",
    "http://example.com/-vpc.",
    "http://localhost.example.com",
    "ftp://127.0.0.1",
    "https://user:word@host",
    "https://host?query=1",
    "https://host#part",
    "https://",
    "two words",
    "file:///etc/passwd",
  ])("%s is refused without being quoted", (uri) => {
    const problems = problemsOf({ ...full, uri, "dlf.region": "cn-x" });
    expect(problems).toMatch(/^uri: /);
    expect(problems).not.toContain(uri);
  });
});

describe("the signature", () => {
  test.each([
    ["https://dlfnext.cn-hangzhou.aliyuncs.com", undefined, "openapi"],
    ["https://DLFNEXT.cn-hangzhou.aliyuncs.com", undefined, "openapi"],
    ["https://cn-hangzhou-vpc.dlf.aliyuncs.com/dlfnext", undefined, "default"],
    ["https://dlfnext.cn-hangzhou.aliyuncs.com", "default", "default"],
    ["https://cn-hangzhou-vpc.dlf.aliyuncs.com", "openapi", "openapi"],
  ])("for %s and %s is %s", (uri, asked, algorithm) => {
    expect(signerOf({ uri, "dlf.signing-algorithm": asked }).algorithm).toBe(algorithm);
  });

  test.each([
    ["cn-hangzhou-vpc.dlf.aliyuncs.com", "cn-hangzhou"],
    ["pre-cn-hangzhou-vpc.dlf.aliyuncs.com", "cn-hangzhou"],
    ["ap-southeast-1-vpc.dlf.aliyuncs.com", "ap-southeast-1"],
    ["us-east-1.dlf.aliyuncs.com", "us-east-1"],
    ["cn-shanghai-finance-1-vpc.dlf.aliyuncs.com", "cn-shanghai-finance-1"],
    ["CN-Beijing-VPC.dlf.aliyuncs.com", "cn-beijing"],
    ["dlfnext.cn-hangzhou.aliyuncs.com", "cn-hangzhou"],
    ["dlfnext-vpc.cn-hangzhou.aliyuncs.com", "cn-hangzhou"],
    ["dlfnext.ap-southeast-1.aliyuncs.com", "ap-southeast-1"],
    ["cn-hangzhou-vpc.dlf.aliyuncs.com.", "cn-hangzhou"],
    ["my-proxy", undefined],
    ["my-proxy.dlf.aliyuncs.com.example.com", undefined],
    ["dlf.aliyuncs.com", undefined],
    ["127.0.0.1", undefined],
    ["localhost", undefined],
  ])("has for host %s the region %s", (host, region) => {
    expect(findDlfRegion(host)).toBe(region);
  });

  test("needs a region that nobody tells", () => {
    expect(problemsOf({ ...full, uri: "https://my-proxy:8080" })).toBe(
      "dlf.region: missing, and the host of uri does not name it",
    );
  });

  test.each([
    ["oss-cn-hangzhou-internal.aliyuncs.com", "cn-hangzhou"],
    ["https://oss-ap-southeast-1.aliyuncs.com", "ap-southeast-1"],
    ["oss-cn-hangzhou.aliyuncs.com.", "cn-hangzhou"],
    ["https://my-bucket.oss-cn-beijing-internal.aliyuncs.com./", "cn-beijing"],
    ["my-bucket.OSS-us-west-1.aliyuncs.com:443", "us-west-1"],
    ["oss-cn-beijing.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"],
    ["my-bucket.s3.oss-cn-shanghai.aliyuncs.com", "cn-shanghai"],
    ["my-bucket.cn-hangzhou.oss.aliyuncs.com", "cn-hangzhou"],
    ["vpc100-oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou"],
    ["oss-rg-china-mainland.aliyuncs.com", undefined],
    ["my-bucket.oss-rg-china-mainland.aliyuncs.com", undefined],
    ["oss-accelerate.aliyuncs.com", undefined],
    ["oss-accelerate-overseas.aliyuncs.com", undefined],
    ["my-bucket.oss-cn-hangzhou.aliyuncs.com.example.com", undefined],
    ["not-oss-cn-hangzhou.aliyuncs.com", undefined],
    ["oss.example.com", undefined],
    ["http://127.0.0.1:9000", undefined],
  ])("of OSS has for endpoint %s the region %s", (endpoint, region) => {
    expect(findOssRegion(endpoint)).toBe(region);
  });
});

test("the service's defaults lie under the caller's options, its overrides over them", () => {
  const own = parseConfig({ ...full, prefix: "own", "header.a": "own", "header.b": "own" });
  const merged = mergeServerConfig(own, {
    defaults: {
      prefix: "default",
      "header.a": "default",
      "header.d": "default",
      "dlf.oss-endpoint": "oss.default",
    },
    overrides: { "header.b": "override", "header.host": "evil", uri: "https://evil", "dlf.region": "evil" },
  });
  expect(merged).toEqual({
    ...own,
    ossEndpoint: "oss.default",
    headers: { a: "own", b: "override", d: "default" },
  });
  expect(mergeServerConfig(own, { defaults: {}, overrides: { prefix: "override" } }).prefix).toBe("override");
  expect(() =>
    mergeServerConfig(own, { defaults: { "dlf.oss-endpoint": "http://oss.example" }, overrides: {} }),
  ).toThrow(expect.objectContaining({ code: "Internal" }));
});

test("whatever is given, it is taken, or refused by key and reason without a secret", () => {
  const secretText = fc.uuid().map((uuid) => `secret-${uuid}`);
  const odd = fc.oneof(
    secretText,
    fc.string(),
    fc.constant(undefined),
    fc.integer(),
    fc.constant(""),
    fc.constant(" x "),
  );
  const key = fc.oneof(
    fc.constantFrom(
      "uri",
      "warehouse",
      "token.provider",
      "token",
      "dlf.region",
      "dlf.access-key-id",
      "dlf.access-key-secret",
      "dlf.security-token",
      "dlf.signing-algorithm",
      "dlf.oss-endpoint",
      "prefix",
      "header.X-Y",
      "header.",
      "io-cache.x",
      "data-token.enabled",
      "__proto__",
      "constructor",
    ),
    fc.string({ maxLength: 20 }),
  );
  const changes = fc.array(fc.tuple(key, odd), { maxLength: 6 });
  const secrets = fc.tuple(secretText, secretText, secretText);
  let taken = 0;
  fc.assert(
    fc.property(secrets, changes, ([id, secret, token], changed) => {
      const options = Object.fromEntries([
        ...Object.entries({
          ...full,
          "dlf.access-key-id": id,
          "dlf.access-key-secret": secret,
          "dlf.security-token": token,
        }),
        ...changed,
      ]);
      try {
        parseConfig(options);
        taken += 1;
      } catch (error) {
        if (!isError(error, "InvalidInput")) throw error;
        const values = Object.values(options).filter((value) => /^secret-/.test(String(value)));
        const known = [id, secret, token, ...values.map(String)];
        expect(findSecrets(`${error.message}${error.stack}`, known)).toEqual([]);
        const named = Object.keys(options).some((name) => error.message.includes(name.slice(0, 60)));
        expect(named || /: missing/.test(error.message)).toBe(true);
      }
    }),
    { numRuns: sizes.generatedCases },
  );
  expect(taken).toBeGreaterThan(0);
  expect(taken).toBeLessThan(sizes.generatedCases);
});

test("a secret under a key that is none is a secret all the same", () => {
  const misplaced = "misplaced-Zq7Xk9wP2mR4";
  expect(problemsOf({ ...full, accessKeySecret: misplaced })).toContain("accessKeySecret: unknown key");
  expect(redactText(`it is ${misplaced}`)).toBe("it is <redacted>");
});
