import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, onTestFinished, test } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { parseTableId } from "../../src/catalog/protocol/identifier.ts";
import { type Signer, signRequest } from "../../src/catalog/protocol/sign.ts";
import { Secret } from "../../src/secret.ts";
import { findSecrets } from "../secrets.ts";
import {
  connectScripted,
  quickSettings,
  scriptedConfig,
  scriptedKeys,
  tableReply,
} from "./scripted-client.ts";
import { type Reply, startScriptedServer } from "./scripted-server.ts";

const databases: Reply = { body: { databases: ["default"] } };
const id = parseTableId("db.t");

test.each([429, 503])("status %i is tried again, for a reading and a writing request", async (status) => {
  const { client, lines } = await connectScripted((_, count) => (count % 2 === 1 ? { status } : databases));
  expect(await client.listNamespaces()).toEqual(["default"]);
  await client.notifyCommit(id);
  const alter = "POST /v1/p/databases/db/tables/t";
  expect(lines()).toEqual(["GET /v1/p/databases", "GET /v1/p/databases", alter, alter]);
});

test("tries end", async () => {
  const { client, lines } = await connectScripted(() => ({ status: 503 }));
  await expect(client.listNamespaces()).rejects.toMatchObject({ code: "ServiceUnavailable", status: 503 });
  expect(lines()).toHaveLength(4);
});

test.each([502, 504])("status %i is tried again for a reading request", async (status) => {
  const { client } = await connectScripted((_, count) => (count === 1 ? { status } : databases));
  expect(await client.listNamespaces()).toEqual(["default"]);
});

test.each(["whole answer", "rest of the body"] as const)(
  "a reading request that loses the %s is tried again",
  async (lose) => {
    const { client } = await connectScripted((_, count) =>
      count === 1 ? { ...databases, lose } : databases,
    );
    expect(await client.listNamespaces()).toEqual(["default"]);
  },
);

test.each([400, 401, 403, 404, 409, 500])("status %i is not tried again", async (status) => {
  const { client, lines } = await connectScripted(() => ({ status }));
  await expect(client.listNamespaces()).rejects.toThrow();
  expect(lines()).toHaveLength(1);
});

test("Retry-After is kept to, up to a bound", async () => {
  const { client, server } = await connectScripted((_, count) =>
    count === 1 ? { status: 429, headers: { "retry-after": "3600" } } : databases,
  );
  await client.listNamespaces();
  const [, first, second] = server.requests;
  const waited = (second?.at ?? 0) - (first?.at ?? 0);
  expect(waited).toBeGreaterThanOrEqual(95);
  expect(waited).toBeLessThan(5_000);
});

test.each(["default", "openapi"] as const)(
  "each try has a true %s signature of its own",
  async (algorithm) => {
    // The time in a signature counts in seconds, so the second try comes a second later.
    const { client, server } = await connectScripted(
      (_, count) => (count === 1 ? { status: 503, headers: { "retry-after": "1" } } : {}),
      { config: { "dlf.signing-algorithm": algorithm }, settings: { longestRetryAfter: 1_200 } },
    );
    await client.notifyCommit(id);
    const signer: Signer = {
      algorithm,
      region: "cn-test",
      accessKeyId: new Secret(scriptedKeys["dlf.access-key-id"]),
      accessKeySecret: new Secret(scriptedKeys["dlf.access-key-secret"]),
      securityToken: new Secret(scriptedKeys["dlf.security-token"]),
    };
    for (const request of server.requests) {
      const date = request.headers["x-dlf-date"]?.replace(/(....)(..)(..T..)(..)(..Z)/, "$1-$2-$3:$4:$5");
      const time = new Date(date ?? request.headers.date ?? "");
      const host = request.headers.host ?? "";
      const nonce = request.headers["x-acs-signature-nonce"];
      const expected = signRequest({ ...request, host }, signer, time, nonce);
      for (const [name, value] of Object.entries(expected))
        expect(request.headers[name.toLowerCase()]).toBe(value);
    }
    const signatures = server.requests.map((request) => request.headers.authorization);
    expect(new Set(signatures).size).toBe(3);
  },
);

test("a bearer token goes along unsigned", async () => {
  const { client, server } = await connectScripted(() => ({}), {
    config: { "token.provider": "bear", token: "bearer-token-31" },
  });
  await client.notifyCommit(id);
  expect(server.requests.at(-1)?.headers).toMatchObject({
    authorization: "Bearer bearer-token-31",
    "content-type": "application/json",
  });
});

test("headers of the configuration and of the service go along, overrides first", async () => {
  const server = await startScriptedServer((request) =>
    request.path === "/base/v1/config"
      ? {
          body: {
            defaults: {
              "header.x-a": "default",
              "header.x-b": "default",
              "header.host": "evil",
              prefix: "no",
            },
            overrides: { "header.x-c": "override", prefix: "a b" },
          },
        }
      : databases,
  );
  onTestFinished(() => server.close());
  const config = parseConfig({
    ...scriptedConfig(`${server.uri}/base/`),
    "header.X-B": "own",
    "header.x-c": "own",
    "header.User-Agent": "tester/1",
  });
  const client = await CatalogClient.connect(config);
  onTestFinished(() => client.close());
  await client.listNamespaces();
  const last = server.requests.at(-1);
  expect(last?.path).toBe("/base/v1/a%20b/databases");
  expect(last?.headers).toMatchObject({
    "x-a": "default",
    "x-b": "own",
    "x-c": "override",
    "user-agent": "tester/1",
  });
  expect(last?.headers.host).toBe(new URL(server.uri).host);
});

test("a silent service is given up", async () => {
  const { client } = await connectScripted(() => ({ delay: 5_000 }), {
    settings: { answerTimeout: 150, tries: 2 },
  });
  await expect(client.listNamespaces()).rejects.toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringContaining("did not answer in time"),
  });
});

test("the deadline holds over a body that never ends", async () => {
  const { client } = await connectScripted(() => ({ drip: true }), { settings: { deadline: 400 } });
  const started = Date.now();
  await expect(client.listNamespaces()).rejects.toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringContaining("deadline"),
  });
  expect(Date.now() - started).toBeLessThan(3_000);
});

test("the deadline holds over all tries", async () => {
  const { client } = await connectScripted(() => ({ status: 503 }), {
    settings: { deadline: 300, tries: 1_000, firstWait: 50, longestWait: 50 },
  });
  const started = Date.now();
  await expect(client.listNamespaces()).rejects.toMatchObject({ code: "ServiceUnavailable" });
  expect(Date.now() - started).toBeLessThan(3_000);
});

test("a signal interrupts a request and a wait between tries", async () => {
  const silent = await connectScripted(() => ({ delay: 10_000 }));
  const refusing = await connectScripted(() => ({ status: 503 }), {
    settings: { firstWait: 60_000, longestWait: 60_000, longestRetryAfter: 0 },
  });
  for (const { client } of [silent, refusing]) {
    const started = Date.now();
    await expect(client.listNamespaces({ signal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      code: "Interrupted",
    });
    expect(Date.now() - started).toBeLessThan(3_000);
  }
  await expect(silent.client.listNamespaces({ signal: AbortSignal.abort() })).rejects.toMatchObject({
    code: "Interrupted",
  });
});

test("close interrupts what is in flight", async () => {
  const { client } = await connectScripted(() => {
    void client.close();
    return { delay: 10_000 };
  });
  const listing = client.listNamespaces();
  await expect(listing).rejects.toMatchObject({ code: "Interrupted" });
});

test("an answer that is too large is refused, and an error answer keeps its status", async () => {
  const huge = "x".repeat(200_000);
  const { client } = await connectScripted((_, count) => ({ status: count === 1 ? 200 : 403, body: huge }), {
    settings: { largestAnswer: 100_000 },
  });
  await expect(client.listNamespaces()).rejects.toMatchObject({
    code: "Internal",
    message: expect.stringContaining("larger than 100000 bytes"),
  });
  const error: unknown = await client.listNamespaces().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "PermissionDenied" });
  expect(String(error).length).toBeLessThan(500);
});

test("a redirect is refused, and nothing goes to its target", async () => {
  const target = await startScriptedServer(() => databases);
  onTestFinished(() => target.close());
  const { client } = await connectScripted(() => ({
    status: 307,
    headers: { location: `${target.uri}/v1/p/databases` },
  }));
  await expect(client.listNamespaces()).rejects.toMatchObject({
    code: "Internal",
    message: expect.stringContaining("redirects"),
  });
  expect(target.requests).toEqual([]);
});

test("no secret that a service says back gets into an error", async () => {
  const { client } = await connectScripted((request) => {
    const said = `${Object.values(scriptedKeys).join(" ")} ${Object.values(scriptedKeys).map(encodeURIComponent).join(" ")}`;
    return {
      status: 400,
      headers: { "x-request-id": said },
      body: { message: `bad request: ${said} ${JSON.stringify(request.headers)}`, code: 400 },
    };
  });
  const error = (await client.listNamespaces().catch((reason: unknown) => reason)) as Error;
  expect(error.message).toContain("bad request");
  const shown = [
    error.message,
    error.stack,
    JSON.stringify(error),
    JSON.stringify(Object.entries(error)),
  ].join("\n");
  expect(findSecrets(shown, Object.values(scriptedKeys))).toEqual([]);
});

test.each([
  ["not JSON", "<html>"],
  ["empty", ""],
  ["of another form", { databases: "default" }],
])("an answer that is %s is refused without being quoted", async (_, body) => {
  const { client } = await connectScripted(() => ({ body }));
  await expect(client.listNamespaces()).rejects.toMatchObject({
    code: "Internal",
    message: expect.not.stringMatching(/html/),
  });
});

test("an answer may lack every field", async () => {
  const { client } = await connectScripted(({ path }) => {
    if (path.endsWith("/tables")) return { body: { tables: null } };
    return path.endsWith("/databases/db")
      ? { body: {} }
      : { body: { databases: null, nextPageToken: null, more: 1 } };
  });
  expect(await client.listNamespaces()).toEqual([]);
  expect(await client.listTables("db")).toEqual([]);
  expect(await client.describeNamespace("db")).toEqual({ name: "db", properties: {} });
});

test("a listing whose pages repeat is given up", async () => {
  const { client, lines } = await connectScripted(() => ({
    body: { databases: ["a"], nextPageToken: "again" },
  }));
  await expect(client.listNamespaces()).rejects.toMatchObject({ code: "Internal" });
  expect(lines()).toHaveLength(2);
});

test("a refused connection and a service without TLS are told in words", async () => {
  const server = await startScriptedServer(() => databases);
  const tls = parseConfig(scriptedConfig(server.uri.replace("http:", "https:")));
  await expect(CatalogClient.connect(tls, { transport: quickSettings })).rejects.toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringContaining("does not speak TLS"),
  });
  await server.close();
  const gone = parseConfig(scriptedConfig(server.uri));
  await expect(CatalogClient.connect(gone, { transport: quickSettings })).rejects.toMatchObject({
    code: "ServiceUnavailable",
    message: expect.stringContaining("no connection"),
  });
});

test.each(["keys", "keys that fail", "an answer", "another try"] as const)(
  "a request that waits for %s when the connection is closed says so",
  async (wait) => {
    let isLate = false;
    const asked = Promise.withResolvers<void>();
    const given = Promise.withResolvers<void>();
    const keys = { accessKeyId: "late-id-1", accessKeySecret: "late-secret-1" };
    const { client } = await connectScripted(
      async () => {
        asked.resolve();
        if (wait === "an answer") await given.promise;
        return wait === "another try" ? { status: 503 } : databases;
      },
      {
        settings: { firstWait: 10_000, longestWait: 10_000 },
        async load() {
          if (isLate) asked.resolve();
          if (isLate) await given.promise;
          return { ...keys, expiration: new Date(Date.now() + (isLate ? 60_000 : 2_050)) };
        },
      },
    );
    if (wait.startsWith("keys")) {
      isLate = true;
      // Keys are renewed two seconds before they expire, by the clock.
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    const listed = client.listNamespaces();
    await asked.promise;
    const closed = client.close();
    if (wait === "keys that fail") given.reject(new Error("gone"));
    const words =
      "Cannot list namespaces of catalog lake: the connection is closed; connect again with connect()";
    await expect(listed).rejects.toMatchObject({ code: "Interrupted", message: words });
    await closed;
    await expect(client.listNamespaces()).rejects.toMatchObject({ code: "InvalidInput", message: words });
    given.resolve();
  },
);

test("after close the process exits by itself", async () => {
  const server = await startScriptedServer((request) =>
    request.path === "/v1/config" ? { body: {} } : tableReply(),
  );
  onTestFinished(() => server.close());
  const script = `
    import { CatalogClient } from ${JSON.stringify(new URL("../../src/catalog/client.ts", import.meta.url).href)};
    import { parseConfig } from ${JSON.stringify(new URL("../../src/catalog/configuration/config.ts", import.meta.url).href)};
    const client = await CatalogClient.connect(parseConfig(${JSON.stringify(scriptedConfig(server.uri))}));
    await client.namespaceExists("db");
    await client.close();
    console.log("closed");
  `;
  const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  const started = Date.now();
  const [status] = await once(child, "exit");
  expect(output.trim()).toBe("closed");
  expect(status).toBe(0);
  expect(Date.now() - started).toBeLessThan(20_000);
});
