import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createIdentity, type KeySource, type TemporaryKeys } from "../../src/catalog/identity/identity.ts";
import { findSecrets } from "../secrets.ts";
import { connectScripted } from "./scripted-client.ts";
import { type ReceivedRequest, type Reply, startScriptedServer } from "./scripted-server.ts";

const token = {
  AccessKeyId: "STS.identity-key",
  AccessKeySecret: "identity/secret+1",
  SecurityToken: "identity-token==",
  Expiration: "2099-01-01T00:00:00Z",
};
const secrets = [token.AccessKeyId, token.AccessKeySecret, token.SecurityToken];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dlf-lance-identity-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function keysOf(source: KeySource) {
  const { accessKeyId, accessKeySecret, securityToken } = await createIdentity(source).get(undefined);
  return [accessKeyId.reveal(), accessKeySecret.reveal(), securityToken?.reveal()];
}

async function refusalOf(source: KeySource): Promise<string> {
  const error: unknown = await keysOf(source).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "Unauthenticated" });
  const { message, stack } = error as Error;
  expect(findSecrets(`${message} ${stack}`, secrets)).toEqual([]);
  return message;
}

describe("a token file", () => {
  test("gives its keys, and others when they are near their end", async () => {
    const path = join(folder, "token.json");
    vi.useFakeTimers({ toFake: ["Date"] });
    onTestFinished(() => void vi.useRealTimers());
    const write = (number: number, life: number) =>
      writeFile(
        path,
        JSON.stringify({
          ...token,
          AccessKeyId: `file-key-${number}`,
          Expiration: new Date(Date.now() + life).toISOString(),
          LastUpdated: "whenever",
        }),
      );
    await write(1, 7_200_000);
    const identity = createIdentity({ kind: "file", path });
    const idNow = async () => (await identity.get(undefined)).accessKeyId.reveal();
    expect(await idNow()).toBe("file-key-1");
    await write(2, 10_000_000);
    expect(await idNow()).toBe("file-key-1");
    vi.setSystemTime(Date.now() + 3_700_000);
    await idNow();
    await vi.waitFor(async () => expect(await idNow()).toBe("file-key-2"), 30_000);
  });

  test.each([
    "2099-01-01T00:00:00Z",
    "2099-01-01T00:00:00.123Z",
    "2099-01-01T08:00:00+08:00",
    undefined,
    null,
  ])("may end at %s", async (Expiration) => {
    const path = join(folder, "token.json");
    await writeFile(path, JSON.stringify({ ...token, Expiration }));
    expect(await keysOf({ kind: "file", path })).toEqual(secrets);
  });

  test("that is being written is read again", async () => {
    const path = join(folder, "token.json");
    await writeFile(path, JSON.stringify(token).slice(0, 40));
    // A slow writer: it is done after the file was read once.
    setTimeout(() => void writeFile(path, JSON.stringify(token)), 100);
    expect(await keysOf({ kind: "file", path })).toEqual(secrets);
  });

  test.each([
    ["missing", undefined, /cannot be read \(ENOENT\)/],
    ["not JSON", `oops ${secrets.join(" ")}`, /not JSON/],
    ["without a key", JSON.stringify({ ...token, AccessKeyId: "" }), /AccessKeyId/],
    ["with a wrong end", JSON.stringify({ ...token, Expiration: "soon" }), /Expiration/],
    ["a list", JSON.stringify(secrets), /missing or not valid/],
  ])("that is %s is refused without being quoted", async (_, text, reason) => {
    const path = join(folder, "token.json");
    if (text !== undefined) await writeFile(path, text);
    expect(await refusalOf({ kind: "file", path })).toMatch(reason);
  });
});

describe("the role of an ECS instance", () => {
  const folderPath = "/latest/meta-data/Ram/security-credentials/";

  /** The metadata service as machines have it, plain or hardened. */
  async function startMetadata(options: {
    hardened?: boolean;
    answer?: (request: ReceivedRequest, count: number) => Reply | undefined;
  }) {
    let count = 0;
    const server = await startScriptedServer((request) => {
      count += 1;
      const special = options.answer?.(request, count);
      if (special !== undefined) return special;
      if (request.method === "PUT") {
        return options.hardened === true ? { body: "metadata-token-1" } : { status: 404 };
      }
      const given = request.headers["x-aliyun-ecs-metadata-token"];
      if (options.hardened === true && given !== "metadata-token-1") return { status: 403 };
      if (request.path === folderPath) return { body: "role-of-machine\n" };
      return request.path === `${folderPath}role-of-machine` ? { body: token } : { status: 404 };
    });
    onTestFinished(() => server.close());
    return { server, metadataUrl: `${server.uri}${folderPath}` };
  }

  test.each([false, true])("gives its keys (hardened: %s)", async (hardened) => {
    const { server, metadataUrl } = await startMetadata({ hardened });
    expect(await keysOf({ kind: "ecs", name: undefined, metadataUrl })).toEqual(secrets);
    expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      "PUT /latest/api/token",
      `GET ${folderPath}`,
      `GET ${folderPath}role-of-machine`,
    ]);
    expect(server.requests[0]?.headers["x-aliyun-ecs-metadata-token-ttl-seconds"]).toBe("21600");
  });

  test("is not asked for its name when that is known, with or without a slash", async () => {
    const { server, metadataUrl } = await startMetadata({});
    const source = { kind: "ecs", name: "role-of-machine" } as const;
    expect(await keysOf({ ...source, metadataUrl: metadataUrl.replace(/\/$/, "") })).toEqual(secrets);
    expect(server.requests.filter(({ method }) => method === "GET")).toHaveLength(1);
  });

  test.each([{ status: 503 }, { lose: "whole answer" }] as const)(
    "is asked again after %j",
    async (fault) => {
      const { metadataUrl } = await startMetadata({
        answer: ({ method }, count) => (method === "GET" && count === 2 ? fault : undefined),
      });
      expect(await keysOf({ kind: "ecs", name: undefined, metadataUrl })).toEqual(secrets);
    },
  );

  test.each<[string, Reply, RegExp]>([
    ["no role", { status: 404 }, /no RAM role/],
    ["a refusal", { status: 403, body: secrets.join(" ") }, /status 403/],
    ["a name that is none", { body: "<html>" }, /names no RAM role/],
  ])("that answers with %s is told in words", async (_, reply, reason) => {
    const { metadataUrl } = await startMetadata({
      answer: ({ method }) => (method === "GET" ? reply : undefined),
    });
    expect(await refusalOf({ kind: "ecs", name: undefined, metadataUrl })).toMatch(reason);
  });

  test("that is not there is told in words", async () => {
    const { server, metadataUrl } = await startMetadata({});
    await server.close();
    expect(await refusalOf({ kind: "ecs", name: undefined, metadataUrl })).toMatch(/no connection/);
  });
});

describe("a caller's function", () => {
  test.each([undefined, "2099-01-01T00:00:00+08:00", 4_000_000_000_000, new Date(4_000_000_000_000)])(
    "gives keys that end at %s",
    async (expiration) => {
      const load = async (): Promise<TemporaryKeys> => ({
        accessKeyId: token.AccessKeyId,
        accessKeySecret: token.AccessKeySecret,
        securityToken: token.SecurityToken,
        expiration,
      });
      expect(await keysOf({ kind: "function", load })).toEqual(secrets);
    },
  );

  test.each<[string, () => unknown]>([
    ["fails", () => Promise.reject(new Error(`no keys: ${secrets.join(" ")}`))],
    ["answers nothing", () => undefined],
    ["answers half", () => ({ accessKeyId: token.AccessKeyId })],
    ["answers a Promise of a text", async () => secrets.join()],
  ])("that %s is told without what it said", async (_, load) => {
    expect(await refusalOf({ kind: "function", load: load as () => TemporaryKeys })).toMatch(/function/);
  });

  test("signs every request with the keys of the moment", async () => {
    let number = 0;
    const keys = (): TemporaryKeys => {
      number += 1;
      const expiration = Date.now() + 1_000;
      return { accessKeyId: `function-key-${number}`, accessKeySecret: "s", expiration };
    };
    const { client, server } = await connectScripted(() => ({ body: { databases: [] } }), {
      config: { "dlf.access-key-id": "", "dlf.access-key-secret": "", "dlf.security-token": "" },
      load: keys,
    });
    await client.listNamespaces();
    await client.listNamespaces();
    const ids = server.requests.map(
      ({ headers }) => /Credential=([^/]+)/.exec(headers.authorization ?? "")?.[1],
    );
    expect(ids).toEqual(["function-key-1", "function-key-2", "function-key-3"]);
    expect(client.namespaceId()).toMatch(/as function \(\d+\)$/);
  });

  test("that never answers is given up at the deadline", async () => {
    const connecting = connectScripted(() => ({}), {
      config: { "dlf.access-key-id": "", "dlf.access-key-secret": "", "dlf.security-token": "" },
      load: () => new Promise(() => undefined),
      settings: { deadline: 200 },
    });
    await expect(connecting).rejects.toMatchObject({
      code: "Unauthenticated",
      message: expect.stringContaining("before the deadline"),
    });
  });
});

describe("the machine's default chain", () => {
  const machine: KeySource = { kind: "machine" };

  beforeEach(() => {
    for (const name of Object.keys(process.env)) {
      if (name.startsWith("ALIBABA_CLOUD_")) vi.stubEnv(name, undefined);
    }
    vi.stubEnv("HOME", folder);
    vi.stubEnv("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
  });
  afterEach(() => vi.unstubAllEnvs());

  test("knows the variables of Alibaba Cloud", async () => {
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", secrets[0]);
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secrets[1]);
    vi.stubEnv("ALIBABA_CLOUD_SECURITY_TOKEN", secrets[2]);
    expect(await keysOf(machine)).toEqual(secrets);
  });

  test("knows the profile of the Aliyun CLI", async () => {
    const profile = {
      name: "work",
      mode: "StsToken",
      access_key_id: secrets[0],
      access_key_secret: secrets[1],
      sts_token: secrets[2],
    };
    await mkdir(join(folder, ".aliyun"));
    await writeFile(
      join(folder, ".aliyun", "config.json"),
      JSON.stringify({ current: "work", profiles: [profile] }),
    );
    expect(await keysOf(machine)).toEqual(secrets);
  });

  test("that finds none says what to do, and quotes no file", async () => {
    await mkdir(join(folder, ".aliyun"));
    await writeFile(join(folder, ".aliyun", "config.json"), `broken ${secrets.join(" ")}`);
    expect(await refusalOf(machine)).toMatch(/aliyun configure/);
  });

  test("that has failed once is asked anew", async () => {
    const identity = createIdentity(machine);
    await expect(identity.get(undefined)).rejects.toMatchObject({ code: "Unauthenticated" });
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_ID", secrets[0]);
    vi.stubEnv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", secrets[1]);
    expect((await identity.get(undefined)).accessKeyId.reveal()).toBe(secrets[0]);
  });
});
