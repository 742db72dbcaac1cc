import { request } from "undici";
import { afterEach, expect, test } from "vitest";
import { type Bridge, type ResolveTable, startBridge } from "../../src/bridge/bridge.ts";
import { DlfLanceError } from "../../src/errors.ts";

let bridge: Bridge | undefined;
afterEach(() => bridge?.close());

const table = { location: "oss://lake/t", storageOptions: { oss_endpoint: "http://127.0.0.1:1" } };

async function ask(resolve: ResolveTable, path: string, token?: string, deadline = 60_000) {
  bridge = await startBridge(resolve, { deadline });
  const response = await request(`${bridge.uri}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${token ?? bridge.token.reveal()}` },
    body: "{}",
  });
  return { status: response.statusCode, body: (await response.body.json()) as Record<string, unknown> };
}

test("describes a table by its decoded name, blanks and plus signs told apart", async () => {
  const seen: (readonly string[])[] = [];
  const { status, body } = await ask(async (path) => {
    seen.push(path);
    return table;
  }, "/v1/table/sales%24a+b%2Bc/describe?delimiter=%24");
  expect(seen).toEqual([["sales", "a b+c"]]);
  expect(status).toBe(200);
  expect(body).toEqual({ location: table.location, storage_options: table.storageOptions });
});

test("refuses a request without its token", async () => {
  let asked = false;
  const { status } = await ask(
    async () => {
      asked = true;
      return table;
    },
    "/v1/table/a%24b/describe",
    "guess",
  );
  expect(status).toBe(401);
  expect(asked).toBe(false);
});

test("a missing table is 404 with the namespace code, so that the native library says so", async () => {
  const missing = () => Promise.reject(new DlfLanceError("TableNotFound", "no such table"));
  const { status, body } = await ask(missing, "/v1/table/a%24b/describe");
  expect([status, body]).toEqual([404, { error: "no such table", code: 4 }]);
});

test("a look-up that never answers is refused at the deadline", async () => {
  const { status } = await ask(() => new Promise(() => undefined), "/v1/table/a%24b/describe", undefined, 50);
  expect(status).toBe(503);
});

test("answers nothing but describe and declare", async () => {
  const { status } = await ask(async () => table, "/v1/table/a%24b/drop");
  expect(status).toBe(406);
});
