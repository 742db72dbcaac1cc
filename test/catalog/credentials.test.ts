import { inspect } from "node:util";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createCredentialCache } from "../../src/catalog/cache/credential-cache.ts";
import {
  readCredentials,
  type StorageCredentials,
  toStorageOptions,
} from "../../src/catalog/operations/credentials.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { tokenAnswer } from "../../src/catalog/protocol/schemas.ts";
import { Secret } from "../../src/secret.ts";

const id = parseTableId("db.t");
const token = {
  "fs.oss.accessKeyId": "STS.table-key",
  "fs.oss.accessKeySecret": "table-secret",
  "fs.oss.securityToken": "table-token",
  "fs.oss.endpoint": "oss-cn-hangzhou-internal.aliyuncs.com",
};

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

test("a token becomes the storage options of Lance", () => {
  const answer = tokenAnswer.parse({ token, expiresAtMillis: 1795398490628 });
  expect(toStorageOptions(readCredentials(answer, "db.t", undefined))).toEqual({
    oss_endpoint: "oss-cn-hangzhou-internal.aliyuncs.com",
    oss_access_key_id: "STS.table-key",
    oss_secret_access_key: "table-secret",
    oss_security_token: "table-token",
    oss_region: "cn-hangzhou",
    expires_at_millis: "1795398490628",
  });
});

test("the token's region, the other spelling of its end, and another endpoint are taken", () => {
  const answer = tokenAnswer.parse({
    token: { ...token, "fs.oss.region": "cn-x" },
    expiresAt: "1795398490628",
  });
  expect(toStorageOptions(readCredentials(answer, "db.t", "oss.example.com"))).toMatchObject({
    oss_endpoint: "oss.example.com",
    oss_region: "cn-x",
    expires_at_millis: "1795398490628",
  });
});

test("what a token lacks is left out", () => {
  const answer = tokenAnswer.parse({
    token: { ...token, "fs.oss.securityToken": "", "fs.oss.endpoint": "oss.example" },
  });
  expect(Object.keys(toStorageOptions(readCredentials(answer, "db.t", undefined))).sort()).toEqual([
    "oss_access_key_id",
    "oss_endpoint",
    "oss_secret_access_key",
  ]);
});

test.each(["fs.oss.accessKeyId", "fs.oss.accessKeySecret", "fs.oss.endpoint"])(
  "a token without %s is refused",
  (key) => {
    const answer = tokenAnswer.parse({ token: { ...token, [key]: " " } });
    expect(() => readCredentials(answer, "db.t", undefined)).toThrow(key);
  },
);

test.each(["soon", -1, {}])("a token that ends at %j is not read as one without end", (expiresAtMillis) => {
  expect(tokenAnswer.safeParse({ token, expiresAtMillis }).success).toBe(false);
});

test("credentials never print", () => {
  const credentials = readCredentials(tokenAnswer.parse({ token }), "db.t", undefined);
  for (const shown of [inspect(credentials), JSON.stringify(credentials)]) {
    expect(shown).not.toMatch(/table-key|table-secret|table-token/);
  }
});

/** A cache over a service that makes credentials of the given life, or fails when told to. */
function cacheOf(life: number | undefined) {
  const service = { loads: 0, failing: false, hold: Promise.resolve() };
  const cache = createCredentialCache(async () => {
    service.loads += 1;
    const number = service.loads;
    await service.hold;
    if (service.failing) throw new Error("service is down");
    const credentials: StorageCredentials = {
      endpoint: `oss-${number}.example`,
      accessKeyId: new Secret(`cache-key-${number}`),
      accessKeySecret: new Secret(`cache-secret-${number}`),
      ...(life === undefined ? {} : { expiresAt: Date.now() + life }),
    };
    return credentials;
  });
  const get = async (signal?: AbortSignal) => (await cache.get(id, signal)).endpoint;
  return { service, cache, get };
}

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

test("many callers share one request", async () => {
  const { service, get } = cacheOf(3_600_000);
  expect(new Set(await Promise.all(Array.from({ length: 20 }, () => get())))).toEqual(
    new Set(["oss-1.example"]),
  );
  expect(service.loads).toBe(1);
});

test("tables have credentials of their own", async () => {
  const { service, cache } = cacheOf(3_600_000);
  await Promise.all([cache.get(id, undefined), cache.get(parseTableId("db.other"), undefined)]);
  expect(service.loads).toBe(2);
});

test("long-lived ones are renewed in their last minute", async () => {
  const { get } = cacheOf(3_600_000);
  await get();
  pass(3_600_000 - 60_500);
  expect(await get()).toBe("oss-1.example");
  pass(31_000);
  expect(await get()).toBe("oss-2.example");
});

test("short-lived ones are renewed in their last quarter", async () => {
  const { get } = cacheOf(4_000);
  await get();
  pass(2_990);
  expect(await get()).toBe("oss-1.example");
  pass(520);
  expect(await get()).toBe("oss-2.example");
});

test("those without end are kept", async () => {
  const { service, get } = cacheOf(undefined);
  await get();
  pass(1e12);
  expect(await get()).toBe("oss-1.example");
  expect(service.loads).toBe(1);
});

test("those that have ended on arrival are not kept", async () => {
  const { service, get } = cacheOf(-1);
  await get();
  await get();
  expect(service.loads).toBe(2);
});

test("when renewal fails, the old ones serve until they end, and the service is not asked each time", async () => {
  const { service, get } = cacheOf(3_600_000);
  await get();
  pass(3_600_000 - 20_000);
  service.failing = true;
  expect(await get()).toBe("oss-1.example");
  expect(await get()).toBe("oss-1.example");
  expect(service.loads).toBe(2);
  pass(6_000);
  expect(await get()).toBe("oss-1.example");
  expect(service.loads).toBe(3);
  pass(14_000);
  await expect(get()).rejects.toThrow("service is down");
  service.failing = false;
  expect(await get()).toBe("oss-5.example");
});

test("a failed first request is not remembered", async () => {
  const { service, get } = cacheOf(3_600_000);
  service.failing = true;
  await expect(get()).rejects.toThrow("service is down");
  service.failing = false;
  expect(await get()).toBe("oss-2.example");
});

test("one caller's signal ends only that caller's waiting", async () => {
  const { service, get } = cacheOf(3_600_000);
  let release: () => void = () => undefined;
  service.hold = new Promise((resolve) => {
    release = resolve;
  });
  const controller = new AbortController();
  const patient = get();
  const hasty = get(controller.signal);
  controller.abort();
  await expect(hasty).rejects.toMatchObject({ code: "Interrupted" });
  release();
  expect(await patient).toBe("oss-1.example");
  expect(service.loads).toBe(1);
});

test("a forgotten table's late answer is not kept", async () => {
  const { service, cache, get } = cacheOf(3_600_000);
  let release: () => void = () => undefined;
  service.hold = new Promise((resolve) => {
    release = resolve;
  });
  const before = get();
  cache.forget(id);
  release();
  expect(await before).toBe("oss-1.example");
  expect(await get()).toBe("oss-2.example");
});
