import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { holdKeys, type LoadedKeys, unusable } from "../../src/catalog/identity/access-keys.ts";
import { createKeyKeeper } from "../../src/catalog/identity/key-keeper.ts";

const minute = 60_000;
const hour = 60 * minute;

beforeEach(() => vi.useFakeTimers({ toFake: ["Date"] }));
afterEach(() => vi.useRealTimers());

const pass = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

/** A keeper of an identity whose keys live so long, or for ever. */
function keeperOf(life: number | undefined, extra: Partial<LoadedKeys> = {}) {
  const identity = { loads: 0, failing: false, hold: Promise.resolve() };
  const keeper = createKeyKeeper(async () => {
    identity.loads += 1;
    const id = `keeper-key-${identity.loads}`;
    await identity.hold;
    if (identity.failing) throw unusable("the test", "it is down");
    return {
      keys: holdKeys(id, "keeper-secret", undefined),
      ...(life === undefined ? {} : { expiresAt: Date.now() + life }),
      ...extra,
    };
  });
  const get = async (signal?: AbortSignal) => (await keeper.get(signal)).accessKeyId.reveal();
  /** What is answered once the renewal that a call may have started is through. */
  const settle = async () => {
    await get();
    await new Promise((resolve) => setImmediate(resolve));
    return get();
  };
  return { identity, get, settle };
}

test("many callers at the start share one renewal", async () => {
  const { identity, get } = keeperOf(6 * hour);
  expect(new Set(await Promise.all(Array.from({ length: 50 }, () => get())))).toEqual(
    new Set(["keeper-key-1"]),
  );
  expect(identity.loads).toBe(1);
});

test("keys are renewed in their last hour, by nobody's waiting", async () => {
  const { get, settle } = keeperOf(6 * hour);
  await get();
  pass(5 * hour - 1_000);
  expect(await settle()).toBe("keeper-key-1");
  pass(2_000);
  expect(await get()).toBe("keeper-key-1");
  expect(await settle()).toBe("keeper-key-2");
});

test("short-lived keys are renewed in the second half of their life", async () => {
  const { get, settle } = keeperOf(10 * minute);
  await get();
  pass(4 * minute);
  expect(await settle()).toBe("keeper-key-1");
  pass(3 * minute);
  expect(await settle()).toBe("keeper-key-2");
});

test("below the threshold there is one try a minute, and the old keys serve until they end", async () => {
  const { identity, get, settle } = keeperOf(2 * hour);
  await get();
  identity.failing = true;
  pass(hour + 1_000);
  for (let call = 0; call < 100; call++) expect(await settle()).toBe("keeper-key-1");
  expect(identity.loads).toBe(2);
  for (let passed = 2; passed < 59; passed++) {
    pass(minute);
    expect(await settle()).toBe("keeper-key-1");
  }
  expect(identity.loads).toBe(59);
  pass(3 * minute);
  await expect(get()).rejects.toMatchObject({ code: "Unauthenticated" });
  identity.failing = false;
  expect(await get()).toBe(`keeper-key-${identity.loads}`);
});

test("one renewal is in flight at a time, however many ask meanwhile", async () => {
  const { identity, get } = keeperOf(2 * hour);
  await get();
  pass(hour + 1);
  let release: () => void = () => undefined;
  identity.hold = new Promise((resolve) => {
    release = resolve;
  });
  await Promise.all(Array.from({ length: 20 }, () => get()));
  pass(5 * minute);
  await Promise.all(Array.from({ length: 20 }, () => get()));
  expect(identity.loads).toBe(2);
  release();
  await new Promise((resolve) => setImmediate(resolve));
  expect(await get()).toBe("keeper-key-2");
});

test("keys without end are kept, or asked for again when they say so", async () => {
  const kept = keeperOf(undefined);
  const asked = keeperOf(undefined, { askAgainAt: Date.now() + minute });
  await Promise.all([kept.get(), asked.get()]);
  pass(minute);
  expect(await kept.settle()).toBe("keeper-key-1");
  expect(await asked.settle()).toBe("keeper-key-2");
});

test("a signal ends one caller's waiting only", async () => {
  const { identity, get } = keeperOf(hour);
  let release: () => void = () => undefined;
  identity.hold = new Promise((resolve) => {
    release = resolve;
  });
  const patient = get();
  await expect(get(AbortSignal.abort())).rejects.toMatchObject({ code: "Interrupted" });
  const hasty = get(AbortSignal.timeout(10));
  await expect(hasty).rejects.toMatchObject({ code: "Interrupted" });
  release();
  expect(await patient).toBe("keeper-key-1");
});
