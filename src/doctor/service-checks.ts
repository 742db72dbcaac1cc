/** The catalog's service: configuration, the way to it, who is asking, and what is permitted. */
import { lookup } from "node:dns/promises";
import { connect as connectSocket } from "node:net";
import { homedir } from "node:os";
import { CatalogClient } from "../catalog/client.ts";
import { type CatalogConfig, parseConfig, parseEntries } from "../catalog/configuration/config.ts";
import type { ConfigEntries } from "../catalog/configuration/config-keys.ts";
import { describeIdentity } from "../catalog/configuration/describe-identity.ts";
import { gatherEntries, namesCatalog } from "../catalog/configuration/profiles.ts";
import { createLoader } from "../catalog/identity/identity.ts";
import { formatTableId, parseTableId, type TableId } from "../catalog/protocol/identifier.ts";
import { createDispatcher } from "../catalog/transport/dispatcher.ts";
import { readLostConnection } from "../catalog/transport/lost-connection.ts";
import { findProxy } from "../catalog/transport/proxy.ts";
import { type DlfLanceError, isError } from "../errors.ts";
import type { LocalLake } from "../local/start.ts";
import { type Outcome, type Passed, Problem, type Sheet } from "./findings.ts";

export interface ServiceOptions {
  readonly profile?: string | undefined;
  /** Name of the table to look at; the first there is when absent. */
  readonly table?: string | undefined;
  /** Starts the lake embedded in this package, for a machine without a configuration. */
  readonly startEmbedded: () => Promise<LocalLake>;
}

export interface ExaminedService {
  readonly config: Outcome<CatalogConfig>;
  readonly client: Outcome<CatalogClient>;
  readonly table: Outcome<TableId>;
  close(): Promise<void>;
}

export async function examineService(sheet: Sheet, options: ServiceOptions): Promise<ExaminedService> {
  let embedded: LocalLake | undefined;
  const isConfigured = options.profile !== undefined || namesCatalog(process.env);
  const config = await sheet.check(
    "configuration",
    [],
    async () => {
      if (isConfigured) return readConfiguration(options.profile);
      embedded = await options.startEmbedded();
      const detail = "none is given, so connect() uses the DLF and OSS embedded in this package";
      return { detail, value: parseConfig(embedded.config) };
    },
    isConfigured
      ? "correct it where it is written; the documentation lists keys, variables and the profile file"
      : "set DLF_LANCE_DATA to a folder of yours, for the DLF and OSS embedded in this package, or DLF_ENDPOINT to a service",
  );
  const proxy = await sheet.check("proxy", [config], examineProxy);
  const address = await sheet.check("dns", [config, proxy], examineAddress);
  const date = await sheet.check(
    "connection",
    [config, address, proxy],
    (config, _, proxy) => examineConnection(config, proxy),
    "correct dlf.ca-file, or the proxy that HTTPS_PROXY and HTTP_PROXY name",
  );
  await sheet.check("clock", [date], examineClock);
  const keys = await sheet.check(
    "credentials",
    [config],
    examineCredentials,
    "correct the place where the keys come from, or choose another kind of credentials",
  );
  const client = await sheet.check(
    "warehouse",
    [config, keys, date],
    async (config) => {
      const client = await CatalogClient.connect(config, { transport: { tries: 2 } });
      return { detail: `${client.warehouse} exists and accepts the signature`, value: client };
    },
    (error) => nextForWarehouse(error, "value" in config ? config.value : undefined),
  );
  const names = await sheet.check(
    "permission to list",
    [client],
    listNames,
    permissionNext("list databases and tables"),
  );
  const table = await chooseTable(sheet, client, names, options.table);
  return {
    config,
    client,
    table,
    close: async () => {
      if ("value" in client) await client.value.close();
      await embedded?.close();
    },
  };
}

function nextForWarehouse({ code }: DlfLanceError, config: CatalogConfig | undefined): string {
  const path = config === undefined ? "/" : new URL(config.uri).pathname;
  if (path !== "/") return `correct uri, which ends in ${path}: the endpoints of DLF have no path`;
  switch (code) {
    case "Unauthenticated":
      return config?.authentication.kind === "bearer"
        ? "fetch a new token: bearer tokens expire"
        : "compare region, access key and secret with the console; keys that begin with STS. expire, and need their security token";
    case "PermissionDenied":
      return "ask an administrator to let this identity use the catalog";
    case "NamespaceNotFound":
      return "compare warehouse with the catalog's name in the console, and the region with the one it is shown in";
    case "ServiceUnavailable":
    case "Throttling":
      return "wait a minute, then run the doctor again";
    default:
      return "check that uri is an endpoint of DLF";
  }
}

function permissionNext(action: string): string {
  return `ask an administrator of the catalog to let this identity ${action}`;
}

async function readConfiguration(profile: string | undefined): Promise<Passed<CatalogConfig>> {
  const problems: string[] = [];
  const entries = gatherEntries(profile === undefined ? {} : { profile }, process.env, problems);
  const config = parseEntries(entries, problems);
  checkRegion(config);
  return { detail: describeSources(entries), value: config };
}

/** Where each value comes from, never the value. */
function describeSources(entries: ConfigEntries): string {
  const places = Map.groupBy(entries, ([key, { shown }]) =>
    shown.endsWith(`, ${key}`) ? shown.slice(0, -`, ${key}`.length) : shown,
  );
  return [...places]
    .map(([place, found]) => `${found.map(([key]) => key).join(", ")} from ${place}`)
    .join("; ");
}

/** The region in an endpoint of Alibaba Cloud is the one that requests are signed for. */
function checkRegion({ uri, region }: CatalogConfig): void {
  const [, named] = /\.([a-z]+(?:-[a-z0-9]+)+)\.aliyuncs\.com$/.exec(new URL(uri).hostname) ?? [];
  if (named === undefined || region === undefined || named === region) return;
  throw new Problem(
    `the region is ${region}, and uri leads to ${named}`,
    `set dlf.region to ${named}, or uri to the endpoint of ${region}`,
  );
}

const proxyNext =
  "correct HTTPS_PROXY or HTTP_PROXY, with user and password where the proxy asks for them, or add the host of the endpoint to NO_PROXY";

async function examineProxy({ uri }: CatalogConfig): Promise<Passed<URL | undefined>> {
  const text = findProxy(new URL(uri), process.env);
  if (text === undefined) return { detail: "none is used for this address", value: undefined };
  const proxy = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (proxy === null) throw new Problem("HTTPS_PROXY or HTTP_PROXY is not an address", proxyNext);
  if (!/^https?:$/.test(proxy.protocol)) {
    throw new Problem(
      `the proxy ${proxy.host} is named with ${proxy.protocol}//`,
      "name a proxy that speaks HTTP, as in HTTPS_PROXY=http://host:port, or add the host of the endpoint to NO_PROXY",
    );
  }
  const port = Number(proxy.port || (proxy.protocol === "https:" ? 443 : 80));
  const reason = await tryPort(proxy.hostname, port);
  if (reason !== undefined)
    throw new Problem(`the proxy ${proxy.host} does not answer (${reason})`, proxyNext);
  return { detail: proxy.host, value: proxy };
}

/** Connects and hangs up; returns the error's code, if any. */
function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connectSocket({ host, port, timeout: 10_000 });
    const end = (reason: string | undefined) => {
      socket.destroy();
      resolve(reason);
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () => end("timeout"));
    socket.once("error", (error: NodeJS.ErrnoException) => end(error.code ?? "unknown reason"));
  });
}

async function examineAddress({ uri }: CatalogConfig, proxy: URL | undefined): Promise<Passed<undefined>> {
  const { hostname } = new URL(uri);
  if (proxy !== undefined) return { detail: `the proxy looks up ${hostname}`, value: undefined };
  try {
    const found = await lookup(hostname.replace(/^\[|\]$/g, ""), { all: true });
    return { detail: `${hostname} is ${found.map(({ address }) => address).join(", ")}`, value: undefined };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new Problem(
      `the name ${hostname} is not known here (${code ?? "unknown reason"})`,
      "check the endpoint for a slip; an address with -vpc in it is known inside its VPC only",
    );
  }
}

/** For an answer, in milliseconds. */
const patience = 20_000;

interface ServerTime {
  /** What the server's clock said, if it tells, in epoch milliseconds. */
  readonly server: number | undefined;
  /** The middle of the question on our clock. */
  readonly here: number;
}

/** Any answer will do: it shows that the way is open and that the certificate is trusted. */
async function examineConnection(config: CatalogConfig, proxy: URL | undefined): Promise<Passed<ServerTime>> {
  const url = new URL(config.uri);
  const timeouts = { connectTimeout: patience / 2, answerTimeout: patience };
  const dispatcher = createDispatcher(url, config.caFile, timeouts, process.env);
  const start = Date.now();
  try {
    const answer = await dispatcher.request({
      origin: url.origin,
      path: `${url.pathname}v1/config`,
      method: "GET",
    });
    answer.body.on("error", () => undefined).resume();
    const end = Date.now();
    const date = Date.parse(String(answer.headers.date));
    const how =
      url.protocol === "https:" ? "over TLS, with a certificate that is trusted" : "over plain http";
    return {
      detail: `answers after ${end - start} ms ${how}`,
      value: { server: Number.isNaN(date) ? undefined : date, here: (start + end) / 2 },
    };
  } catch (error) {
    if (isError(error)) throw error;
    const { reason } = readLostConnection(error);
    if (proxy !== undefined && reason.includes("in time")) {
      throw new Problem(`the proxy ${proxy.host} does not connect to ${url.host} in time`, proxyNext);
    }
    throw new Problem(reason, nextForConnection(reason, url));
  } finally {
    await dispatcher.destroy();
  }
}

function nextForConnection(reason: string, { protocol, hostname }: URL): string {
  if (reason.includes("ALTNAME"))
    return `check ${hostname} in uri for a slip: the certificate is for another name`;
  if (reason.includes("EXPIRED")) {
    return "set this machine's clock if it is wrong; otherwise whoever runs the endpoint has to renew its certificate";
  }
  if (reason.includes("certificate")) {
    return "give the authority's PEM file as dlf.ca-file or in NODE_EXTRA_CA_CERTS, if the endpoint is the right one";
  }
  if (reason.includes("TLS"))
    return "write http:// where the endpoint is inside a VPC, and https:// elsewhere";
  if (reason.includes("proxy")) return proxyNext;
  if (protocol === "http:" && reason.includes("broke")) {
    return "write https:// if the endpoint speaks TLS; otherwise check its host and port";
  }
  return "check the endpoint's host and port, and whether a firewall lets this machine reach it";
}

/** Signatures are refused from here on, in milliseconds; DLF and OSS allow 15 minutes. */
const largestSkew = 10 * 60_000;

async function examineClock({ server, here }: ServerTime): Promise<Passed<undefined>> {
  if (server === undefined) return { detail: "the server does not send its time", value: undefined };
  // The header is in whole seconds.
  const skew = Math.round((here - server - 500) / 1_000);
  const difference =
    skew === 0 ? "as the server's" : `${Math.abs(skew)} s ${skew > 0 ? "ahead of" : "behind"} the server's`;
  if (Math.abs(skew) * 1_000 < largestSkew) return { detail: difference, value: undefined };
  throw new Problem(
    `this machine's clock is ${difference}, and signatures are refused from 15 minutes on`,
    "set the clock, best by NTP",
  );
}

async function examineCredentials(config: CatalogConfig): Promise<Passed<undefined>> {
  const [, caller = ""] = describeIdentity(config).split(" as ");
  const { authentication, region } = config;
  if (authentication.kind === "bearer") return { detail: `bearer token, ${caller}`, value: undefined };
  const { expiresAt } = await createLoader(authentication.source)();
  const signer = `signer ${authentication.scheme.algorithm}, region ${region ?? "not needed"}`;
  if (expiresAt === undefined) return { detail: `${caller}; ${signer}`, value: undefined };
  const end = new Date(expiresAt).toISOString();
  if (expiresAt > Date.now()) return { detail: `${caller}, until ${end}; ${signer}`, value: undefined };
  throw new Problem(
    `the keys of ${caller} expired at ${end}`,
    "start the program that renews them, or fetch new ones",
  );
}

async function listNames(client: CatalogClient): Promise<Passed<TableId | undefined>> {
  const namespaces = await client.listNamespaces();
  for (const namespace of namespaces) {
    const [first] = await client.listTables(namespace);
    if (first === undefined) continue;
    const id = parseTableId([namespace, first]);
    return {
      detail: `${countDatabases(namespaces)}; a first Lance table is ${formatTableId(id)}`,
      value: id,
    };
  }
  return { detail: `${countDatabases(namespaces)}, none with a Lance table`, value: undefined };
}

function countDatabases({ length }: readonly unknown[]): string {
  return length === 1 ? "1 database" : `${length} databases`;
}

async function chooseTable(
  sheet: Sheet,
  client: Outcome<CatalogClient>,
  names: Outcome<TableId | undefined>,
  wanted: string | undefined,
): Promise<Outcome<TableId>> {
  const check = "permission to describe";
  if (wanted === undefined && "value" in names && names.value === undefined) {
    return sheet.skip(check, "no Lance table found; create one, or name one with --table");
  }
  const found: Outcome<TableId | undefined> = wanted === undefined ? names : { value: undefined };
  return sheet.check(
    check,
    [client, found],
    async (client, first) => {
      const id = wanted === undefined || first !== undefined ? (first as TableId) : parseTableId(wanted);
      const { location } = await client.getTable(id);
      return { detail: `${formatTableId(id)} lies at ${location}`, value: id };
    },
    `check the name of the table, or ${permissionNext("describe it")}`,
  );
}

/** Paths of this user, as they may be shown to others. */
export function hideHome(text: string): string {
  const home = homedir();
  return home.length > 1 ? text.replaceAll(home, "~") : text;
}
