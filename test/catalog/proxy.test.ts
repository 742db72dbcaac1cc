/** Proxies and certificate authorities, with a real proxy and a real TLS service. */
import { createServer, type IncomingMessage } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, createServer as createSocketServer } from "node:net";
import type { Duplex } from "node:stream";
import { afterAll, afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { CatalogClient } from "../../src/catalog/client.ts";
import { parseConfig } from "../../src/catalog/configuration/config.ts";
import { findProxy } from "../../src/catalog/transport/proxy.ts";
import { findSecrets } from "../secrets.ts";
import { makeAuthority } from "./make-authority.ts";
import { quickSettings, scriptedConfig } from "./scripted-client.ts";

const { authority, keyFile, server: identity, remove } = makeAuthority();
afterAll(remove);

const proxyNames = ["http_proxy", "https_proxy", "no_proxy"];
const variables = [...proxyNames, ...proxyNames.map((name) => name.toUpperCase())];

beforeEach(() => {
  for (const name of [...variables, "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"]) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** A catalog that answers every request with an empty object. */
async function startTlsCatalog(): Promise<number> {
  const server = createTlsServer(identity, (_, response) => response.end("{}"));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  onTestFinished(() => server.closeAllConnections());
  return (server.address() as AddressInfo).port;
}

/** A proxy for tunnels and plain requests that knows one host, as this machine at a port. */
async function startProxy(port: number, options: { password?: string; refuse?: boolean } = {}) {
  const seen: string[] = [];
  const isAllowed = ({ headers }: IncomingMessage) =>
    options.refuse !== true &&
    (options.password === undefined ||
      headers["proxy-authorization"] === `Basic ${Buffer.from(options.password).toString("base64")}`);
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url}`);
    response.writeHead(isAllowed(request) ? 200 : 407).end("{}");
  });
  server.on("connect", (request: IncomingMessage, socket: Duplex) => {
    seen.push(`CONNECT ${request.url}`);
    if (!isAllowed(request)) {
      socket.end("HTTP/1.1 407 no\r\n\r\n");
      return;
    }
    const onward = connect(port, "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 ok\r\n\r\n");
      onward.pipe(socket).pipe(onward);
    });
    onward.on("error", () => socket.destroy());
    socket.on("error", () => onward.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(() => void server.close());
  return { seen, address: `127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function connectTo(uri: string, more: Record<string, string> = {}): Promise<void> {
  const client = await CatalogClient.connect(parseConfig({ ...scriptedConfig(uri), ...more }), {
    transport: { ...quickSettings, tries: 2 },
  });
  await client.close();
}

describe("a proxy of the environment", () => {
  const environment = {
    HTTPS_PROXY: "https-proxy",
    HTTP_PROXY: "http-proxy",
    NO_PROXY: "inside.example, .vpc,10.0.0.1:8080",
  };

  test.each([
    ["https://dlfnext.cn-hangzhou.aliyuncs.com", "https-proxy"],
    ["http://catalog-vpc.example.com", "http-proxy"],
    ["https://inside.example", undefined],
    ["https://deep.inside.example", undefined],
    ["https://beside-inside.example", "https-proxy"],
    ["https://catalog.vpc", undefined],
    ["http://10.0.0.1:8080", undefined],
    ["http://10.0.0.1", "http-proxy"],
    ["http://127.0.0.1:9", undefined],
    ["http://localhost:9", undefined],
    ["https://[::1]:9", undefined],
  ])("for %s is %s", (target, proxy) => {
    expect(findProxy(new URL(target), environment)).toBe(proxy);
  });

  test("in small letters comes first, and * exempts all", () => {
    const target = new URL("https://h.example");
    expect(findProxy(target, { ...environment, https_proxy: "small" })).toBe("small");
    expect(findProxy(target, { ...environment, no_proxy: "*" })).toBeUndefined();
    expect(findProxy(target, {})).toBeUndefined();
  });

  test("carries https requests in a tunnel, with its own password", async () => {
    const proxy = await startProxy(await startTlsCatalog(), { password: "user:proxy-password-77" });
    vi.stubEnv("HTTPS_PROXY", `http://user:proxy-password-77@${proxy.address}`);
    await connectTo("https://catalog.test", { "dlf.ca-file": authority });
    expect(proxy.seen).toEqual(["CONNECT catalog.test:443"]);
  });

  test("carries plain requests to a VPC host", async () => {
    const proxy = await startProxy(0);
    vi.stubEnv("http_proxy", proxy.address);
    await connectTo("http://catalog-vpc.test");
    expect(proxy.seen).toEqual(["GET http://catalog-vpc.test/v1/config?warehouse=lake"]);
  });

  test("is passed by for this machine and for NO_PROXY", async () => {
    const port = await startTlsCatalog();
    const proxy = await startProxy(port);
    vi.stubEnv("HTTPS_PROXY", proxy.address);
    await connectTo(`https://127.0.0.1:${port}`, { "dlf.ca-file": authority });
    vi.stubEnv("NO_PROXY", "nowhere.invalid");
    await expect(connectTo("https://nowhere.invalid")).rejects.toMatchObject({ code: "ServiceUnavailable" });
    expect(proxy.seen).toEqual([]);
  });

  test("that refuses is told in words, without its password", async () => {
    const proxy = await startProxy(await startTlsCatalog(), { refuse: true });
    vi.stubEnv("HTTPS_PROXY", `http://user:proxy-password-78@${proxy.address}`);
    const error = (await connectTo("https://catalog.test").catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code: "ServiceUnavailable", message: expect.stringContaining("proxy") });
    expect(findSecrets(`${error.message} ${error.stack}`, ["proxy-password-78"])).toEqual([]);
  });

  test("that takes the connection and then says nothing is given up in time", async () => {
    const server = createSocketServer((socket) => void socket.on("error", () => socket.destroy()));
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    onTestFinished(() => void server.close());
    vi.stubEnv("HTTPS_PROXY", `127.0.0.1:${(server.address() as AddressInfo).port}`);
    const connecting = CatalogClient.connect(parseConfig(scriptedConfig("https://catalog.test")), {
      transport: { ...quickSettings, tries: 1, connectTimeout: 300 },
    });
    await expect(connecting).rejects.toMatchObject({ code: "ServiceUnavailable" });
  });

  test("that is no http address is refused", async () => {
    vi.stubEnv("HTTPS_PROXY", "socks5://127.0.0.1:1");
    await expect(connectTo("https://catalog.test")).rejects.toMatchObject({ code: "InvalidInput" });
  });
});

describe("a service with a certificate of its own authority", () => {
  test("is not trusted by itself, and the error says why", async () => {
    await expect(connectTo(`https://127.0.0.1:${await startTlsCatalog()}`)).rejects.toMatchObject({
      code: "ServiceUnavailable",
      message: expect.stringContaining("not trusted"),
    });
  });

  test.each(["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])("is trusted with %s", async (name) => {
    vi.stubEnv(name, authority);
    await connectTo(`https://127.0.0.1:${await startTlsCatalog()}`);
  });

  test("is trusted with dlf.ca-file, which must be one", async () => {
    const uri = `https://127.0.0.1:${await startTlsCatalog()}`;
    await connectTo(uri, { "dlf.ca-file": authority });
    for (const file of [keyFile, "/no/such/file"]) {
      await expect(connectTo(uri, { "dlf.ca-file": file })).rejects.toMatchObject({
        code: "InvalidInput",
        message: expect.stringContaining(file),
      });
    }
  });
});
