import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CatalogSettings, parseConfig } from "../../src/catalog/configuration/config.ts";
import { findProfileFile, namesCatalog, resolveConfig } from "../../src/catalog/configuration/profiles.ts";
import { isError } from "../../src/errors.ts";
import { Secret } from "../../src/secret.ts";
import { findSecrets } from "../secrets.ts";
import { sizes } from "../sizes.ts";

const typed: CatalogSettings = {
  endpoint: "cn-hangzhou-vpc.dlf.aliyuncs.com",
  warehouse: "lake",
  credentials: { accessKeyId: "typed-key-id", accessKeySecret: new Secret("typed-key-secret") },
};

function problemsOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (isError(error, "InvalidInput"))
      return error.message.replace("Cannot use the catalog configuration: ", "");
    throw error;
  }
  throw new Error("the configuration was taken");
}

describe("the typed form", () => {
  test("says the same as the Python keys", () => {
    const settings: CatalogSettings = {
      ...typed,
      credentials: { accessKeyId: "same-id", accessKeySecret: "same-secret", securityToken: "same-token" },
      region: "cn-beijing",
      signing: "default",
      ossEndpoint: "oss-cn-beijing.aliyuncs.com",
      prefix: "p",
      headers: { "X-Team": "data" },
      caFile: "/etc/ca.pem",
    };
    const python = {
      uri: "cn-hangzhou-vpc.dlf.aliyuncs.com",
      warehouse: "lake",
      "token.provider": "dlf",
      "dlf.access-key-id": "same-id",
      "dlf.access-key-secret": "same-secret",
      "dlf.security-token": "same-token",
      "dlf.region": "cn-beijing",
      "dlf.signing-algorithm": "default",
      "dlf.oss-endpoint": "oss-cn-beijing.aliyuncs.com",
      prefix: "p",
      "header.X-Team": "data",
      "dlf.ca-file": "/etc/ca.pem",
    };
    expect(parseConfig(settings)).toEqual(parseConfig(python));
  });

  test.each<[CatalogSettings["credentials"], object]>([
    [{ bearerToken: "bearer-1" }, { kind: "bearer" }],
    [{ tokenFile: "/run/t" }, { source: { kind: "file", path: "/run/t" } }],
    [{ ecsRole: true }, { source: { kind: "ecs", name: undefined } }],
    [
      { ecsRole: "r", metadataUrl: "http://127.0.0.1/x" },
      { source: { kind: "ecs", name: "r", metadataUrl: "http://127.0.0.1/x" } },
    ],
    [{ load: async () => ({ accessKeyId: "a", accessKeySecret: "b" }) }, { source: { kind: "function" } }],
    ["default-chain", { source: { kind: "machine" } }],
  ])("has the credentials %j", (credentials, authentication) => {
    expect(parseConfig({ ...typed, credentials }).authentication).toMatchObject(authentication);
  });

  test.each([
    [
      { credentials: { accesKeyId: "a" } },
      /^credentials\.accesKeyId: unknown key; did you mean credentials\.accessKeyId\?/,
    ],
    [{ endpont: "x" }, /^endpont: unknown key; did you mean endpoint\?$/],
    [{ enginee: "daft" }, /^enginee: unknown key; did you mean engine\?$/],
    [{ uri: "https://other" }, /^uri: given twice, as endpoint too|^endpoint: given twice, as uri too/],
    [{ region: "cn hangzhou" }, /^region: expected a region id/],
    [{ credentials: {} }, /^credentials\.accessKeyId: missing; credentials\.accessKeySecret: missing$/],
    [{ credentials: { load: "x" } }, /credentials\.load: expected a function/],
    [{ credentials: "chain" }, /^credentials: expected an object, or "default-chain"/],
    [{ headers: { host: "x" } }, /^header\.host: this header is the client's own|^headers\.host: /],
    [{ headers: "x" }, /^headers: expected an object$/],
    [{ endpoint: "<DLF-ENDPOINT>" }, /^endpoint: it still holds a placeholder/],
    [{ warehouse: 5 }, /^warehouse: expected a text$/],
  ])("with %j is refused in its own words", (changes, problem) => {
    expect(problemsOf(() => parseConfig({ ...typed, ...changes }))).toMatch(problem);
  });
});

describe("profiles and variables", () => {
  let home: string;
  let file: string;
  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), "dlf-lance-profiles-"));
    file = findProfileFile({ HOME: home });
    await mkdir(join(home, ".config", "dlf-lance"), { recursive: true });
  });
  afterEach(() => rm(home, { recursive: true, force: true }));

  const write = (profiles: object) => writeFile(file, JSON.stringify({ profiles }), { mode: 0o600 });
  const keyIdOf = (options: object, environment: object = {}): string => {
    const { authentication } = resolveConfig({ ...options }, { HOME: home, ...environment });
    if (authentication.kind !== "signature" || authentication.source.kind !== "keys")
      throw new Error("no keys");
    return authentication.source.keys.accessKeyId.reveal();
  };

  const variables = {
    DLF_ENDPOINT: "https://cn-beijing-vpc.dlf.aliyuncs.com",
    DLF_WAREHOUSE: "of-variables",
    DLF_ACCESS_KEY_ID: "variable-id",
    DLF_ACCESS_KEY_SECRET: "variable-secret",
    DLF_OSS_ENDPOINT: "oss-cn-beijing.aliyuncs.com",
  };

  test("a profile of either form is taken by its name", async () => {
    await write({
      typed: { ...typed, credentials: { accessKeyId: "profile-id", accessKeySecret: "profile-secret" } },
      python: {
        uri: "https://h",
        warehouse: "w",
        "dlf.region": "cn-x",
        "dlf.access-key-id": "a",
        "dlf.access-key-secret": "b",
      },
    });
    expect(keyIdOf({ profile: "typed" })).toBe("profile-id");
    expect(keyIdOf({ profile: "python" })).toBe("a");
    expect(keyIdOf({}, { DLF_PROFILE: "python" })).toBe("a");
  });

  test("variables alone make a configuration", () => {
    const config = resolveConfig({}, { HOME: home, ...variables });
    expect(config).toMatchObject({
      uri: variables.DLF_ENDPOINT,
      warehouse: "of-variables",
      ossEndpoint: "oss-cn-beijing.aliyuncs.com",
    });
    expect(keyIdOf({}, variables)).toBe("variable-id");
    expect([{}, { DLF_ACCESS_KEY_ID: "x" }, { DLF_PROFILE: " " }].map(namesCatalog)).toEqual([
      false,
      false,
      false,
    ]);
    expect([variables, { DLF_PROFILE: "p" }].map(namesCatalog)).toEqual([true, true]);
  });

  test("the options come first, then the profile they name, then variables", async () => {
    await write({ p: { ...typed, warehouse: "of-profile", credentials: { tokenFile: "/t" } } });
    const config = resolveConfig({ profile: "p", warehouse: "own" }, { HOME: home, ...variables });
    expect(config).toMatchObject({
      uri: "https://cn-hangzhou-vpc.dlf.aliyuncs.com",
      warehouse: "own",
      authentication: { source: { kind: "file" } },
    });
    expect(config.ossEndpoint).toBeUndefined();
  });

  test("an endpoint in the options takes keys from variables, and nothing else of theirs", () => {
    const options = { endpoint: "https://cn-hangzhou-vpc.dlf.aliyuncs.com", warehouse: "own" };
    expect(keyIdOf(options, variables)).toBe("variable-id");
    expect(resolveConfig(options, { HOME: home, ...variables }).ossEndpoint).toBeUndefined();
  });

  test("parts of two identities never mix", () => {
    const environment = { ...variables, DLF_SECURITY_TOKEN: "of another key" };
    const config = resolveConfig({ ...typed }, { HOME: home, ...environment });
    expect(config.authentication).toMatchObject({
      source: { keys: expect.not.objectContaining({ securityToken: expect.anything() }) },
    });
  });

  test.each([0o640, 0o604, 0o644, 0o666, 0o620])("a file with mode %o is refused", async (mode) => {
    await write({ p: typed });
    await chmod(file, mode);
    expect(problemsOf(() => resolveConfig({ profile: "p" }, { HOME: home }))).toContain(`chmod 600 ${file}`);
  });

  test.each([
    ["{", /it is not JSON/],
    ['{"a": "secret",}', /it is not JSON \(line 1 column 16\); write/],
    ['{"profile": {}}', /expected \{"profiles"/],
    ['{"profiles": {"prod": {}}}', /Cannot use profile prd of .*: no such profile; did you mean prod\?$/],
  ])("a file that holds %j is refused", async (text, reason) => {
    await writeFile(file, text, { mode: 0o600 });
    expect(problemsOf(() => resolveConfig({ profile: "prd" }, { HOME: home }))).toMatch(reason);
  });

  test.each(["", " "])("a name that is empty is said to be: %j", async (profile) => {
    expect(problemsOf(() => resolveConfig({ profile }, { HOME: home }))).toBe(
      `Cannot use a profile of ${file}: its name is empty; pass a name, or leave it out`,
    );
  });

  test("a byte order mark, with which some editors begin a file, does no harm", async () => {
    await writeFile(file, `\uFEFF${JSON.stringify({ profiles: { p: { endpoint: "https://a.example" } } })}`, {
      mode: 0o600,
    });
    expect(problemsOf(() => resolveConfig({ profile: "p" }, { HOME: home }))).toMatch(/warehouse: missing/);
  });

  test("a missing file, and a wrong value in it, are named by place", async () => {
    expect(problemsOf(() => resolveConfig({ profile: "p" }, { HOME: home }))).toBe(
      `Cannot use profile p of ${file}: no such file; write {"profiles": {"name": {…}}} to it and run chmod 600 ${file}`,
    );
    await write({ p: { ...typed, region: "a b", endpont: "x" } });
    const problems = problemsOf(() => resolveConfig({ profile: "p" }, { HOME: home }));
    expect(problems).toMatch(/profile p, endpont: unknown key; did you mean endpoint\?/);
    expect(problems).toMatch(/profile p, region: expected a region id/);
    expect(problemsOf(() => resolveConfig({}, { HOME: home, ...variables, DLF_REGION: "a b" }))).toMatch(
      /^DLF_REGION: expected a region id/,
    );
  });

  test("whatever a profile or variables hold, no secret of theirs gets into an error", async () => {
    const secret = fc.uuid().map((uuid) => `profile-secret-${uuid}`);
    const odd = fc.oneof(secret, fc.string(), fc.integer(), fc.constant(null));
    const fields = fc.constantFrom(
      "endpoint",
      "warehouse",
      "region",
      "signing",
      "ossEndpoint",
      "credentials",
      "headers",
      "uri",
      "token.provider",
      "dlf.token-loader",
      "dlf.access-key-secret",
      "nonsense",
    );
    const inner = fc.dictionary(
      fc.constantFrom("accessKeyId", "accessKeySecret", "securityToken", "ecsRole", "load", "x"),
      odd,
      { maxKeys: 3 },
    );
    const profiles = fc.dictionary(fields, fc.oneof(odd, inner), { maxKeys: 5 });
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(profiles, secret, async (profile, keySecret) => {
        await write({
          p: { ...typed, credentials: { accessKeyId: "id-1", accessKeySecret: keySecret }, ...profile },
        });
        try {
          resolveConfig({ profile: "p" }, { HOME: home });
          taken += 1;
        } catch (error) {
          if (!isError(error, "InvalidInput")) throw error;
          const values = [...JSON.stringify(profile).matchAll(/profile-secret-[0-9a-f-]+/g)].map(
            ([text]) => text,
          );
          expect(findSecrets(`${error.message} ${error.stack}`, [keySecret, ...values])).toEqual([]);
          expect(error.message).toMatch(/profile p, |: missing/);
        }
      }),
      { numRuns: sizes.generatedCases },
    );
    expect(taken).toBeGreaterThan(0);
  });
});
