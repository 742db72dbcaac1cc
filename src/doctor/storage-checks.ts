/** The table's storage: a token, the object store behind it, and Lance reading from it. */
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { buffer } from "node:stream/consumers";
import { CatalogClient } from "../catalog/client.ts";
import type { CatalogConfig } from "../catalog/configuration/config.ts";
import type { StorageCredentials } from "../catalog/operations/credentials.ts";
import { formatTableId, type TableId } from "../catalog/protocol/identifier.ts";
import { readLostConnection } from "../catalog/transport/lost-connection.ts";
import { Connection } from "../connection.ts";
import { createUpstream, type Upstream } from "../gateway/upstream.ts";
import { type Outcome, type Passed, Problem, type Sheet } from "./findings.ts";
import type { ExaminedService } from "./service-checks.ts";

interface Place {
  readonly bucket: string;
  /** Of the table's objects, without a slash at the end. */
  readonly prefix: string;
  readonly credentials: StorageCredentials;
}

export async function examineStorage(sheet: Sheet, service: ExaminedService): Promise<void> {
  const { client, table, config } = service;
  const place = await sheet.check(
    "permission to get a token",
    [client, table],
    examineToken,
    "ask an administrator of the catalog to let this identity read the table's data",
  );
  const oss = await examineOss(sheet, config, place);
  const opened = await sheet.check(
    "lance",
    [config, table, oss],
    openTable,
    "if the object store's lines above passed, the table's data may be damaged or not written yet",
  );
  await sheet.check("first read", [config, table, opened], examineFirstRead);
}

async function examineToken(client: CatalogClient, id: TableId): Promise<Passed<Place | undefined>> {
  const [{ location }, credentials] = await Promise.all([client.getTable(id), client.vendCredentials(id)]);
  const [, bucket, prefix] = /^oss:\/\/([^/]+)\/(.*?)\/*$/.exec(location) ?? [];
  const { endpoint, expiresAt } = credentials;
  const end = expiresAt === undefined ? "without expiry" : `until ${new Date(expiresAt).toISOString()}`;
  const place = bucket === undefined || prefix === undefined ? undefined : { bucket, prefix, credentials };
  return { detail: `${end}, for ${endpoint}`, value: place };
}

/** Whether the table may have data. */
async function examineOss(
  sheet: Sheet,
  config: Outcome<CatalogConfig>,
  token: Outcome<Place | undefined>,
): Promise<Outcome<boolean>> {
  if ("value" in token && token.value === undefined) {
    sheet.skip("object store", "the table does not lie in OSS");
    return { value: true };
  }
  const place = token as Outcome<Place>;
  if (!("value" in config)) return sheet.skip("object store", "after configuration");
  const upstream = createUpstream({ region: config.value.region, caFile: config.value.caFile });
  try {
    const signed = await sheet.check("object store", [place], (found) => examineSignature(upstream, found));
    const written = await sheet.check("bucket versioning", [place, signed], (found, version) =>
      examineVersioning(upstream, found, version),
    );
    return "value" in signed ? { value: !("value" in written) || written.value } : signed;
  } finally {
    await upstream.close();
  }
}

type SignatureVersion = "v1" | "v4";

/** Lists the table's versions, as the native library does, then with the newer signature. */
async function examineSignature(upstream: Upstream, place: Place): Promise<Passed<SignatureVersion>> {
  const [v1, v4] = [await ask(upstream, place, "v1"), await ask(upstream, place, "v4")];
  const host = place.credentials.endpoint.replace(/^https?:\/\//, "");
  const network = /-internal\./.test(host) ? "inside the region's network" : "public or local";
  if (v1.accepted) return { detail: `${host} (${network}) takes signature V1`, value: "v1" };
  if (v4.accepted) {
    const detail = `${host} (${network}) refuses signature V1 (${v1.code}) and takes V4: requests go through the gateway of this process`;
    return { detail, value: "v4" };
  }
  throw new Problem(
    `${host} refuses the table's token with both signatures (V1: ${v1.code}, V4: ${v4.code})`,
    "check this machine's clock, and that dlf.oss-endpoint, if it is set, is in the bucket's region",
  );
}

async function ask(
  upstream: Upstream,
  { bucket, prefix, credentials }: Place,
  version: SignatureVersion,
): Promise<{ readonly accepted: boolean; readonly code: string }> {
  const query = [
    ["max-keys", "1"],
    ["prefix", `${prefix}/_versions/`],
  ] as const;
  const request = { method: "GET", bucket, key: "", query, headers: {} };
  try {
    const answer = await upstream.send(request, credentials, null, AbortSignal.timeout(20_000), version);
    const text = (await buffer(answer.body)).toString("utf8");
    const code = /<Code>(\w{1,60})<\/Code>/.exec(text)?.[1] ?? `status ${answer.status}`;
    return { accepted: answer.status < 400 || answer.status === 404, code };
  } catch (error) {
    if (error instanceof Error && error.name === "InvalidInput")
      return { accepted: false, code: "no region" };
    throw explainUnreachable(credentials.endpoint, error);
  }
}

function explainUnreachable(endpoint: string, error: unknown): Problem {
  const { code } = error as { code?: unknown };
  const reason = code === "ENOTFOUND" ? "its name is not known here" : readLostConnection(error).reason;
  const next = /-internal\./.test(endpoint)
    ? "this endpoint is for machines inside the region: elsewhere set dlf.oss-endpoint to the public one, without -internal"
    : "check dlf.oss-endpoint, and whether a firewall or a proxy is in the way";
  return new Problem(`the object store ${endpoint} cannot be reached: ${reason}`, next);
}

/**
 * A bucket that keeps versions ignores that an object must not be overwritten, on which Lance's commits rest.
 *
 * @returns whether the table has data
 */
async function examineVersioning(
  upstream: Upstream,
  { bucket, prefix, credentials }: Place,
  version: SignatureVersion,
): Promise<Passed<boolean>> {
  const signal = AbortSignal.timeout(20_000);
  const query = [
    ["max-keys", "1"],
    ["prefix", `${prefix}/_versions/`],
  ] as const;
  const list = { method: "GET", bucket, key: "", query, headers: {} };
  const listed = await upstream.send(list, credentials, null, signal, version);
  const [, key] = /<Key>([^<]+)<\/Key>/.exec((await buffer(listed.body)).toString("utf8")) ?? [];
  if (key === undefined) return { detail: "not known: the table has no version yet", value: false };
  const head = { method: "HEAD", bucket, key: decodeXml(key), query: [], headers: {} };
  const answer = await upstream.send(head, credentials, null, signal, version);
  answer.body.on("error", () => undefined).resume();
  if ((answer.headers["x-oss-version-id"] ?? "null") === "null") return { detail: "off", value: true };
  throw new Problem(
    `bucket ${bucket} keeps versions of objects, so that two writers can commit the same version: tables are read, and writes refused`,
    'turn versioning off, or pass ossVersioning: "allow" where nobody else writes',
  );
}

function decodeXml(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&amp;", "&");
}

async function openTable(config: CatalogConfig, id: TableId, hasData: boolean): Promise<Passed<undefined>> {
  if (!hasData) {
    throw new Problem(
      `${formatTableId(id)} is empty: it is declared, and nobody has written to it yet`,
      "write to it, or name another table with --table",
    );
  }
  const connection = new Connection(await CatalogClient.connect(config), undefined);
  try {
    const { version, rows } = await connection.describe(formatTableId(id));
    return {
      detail: `opens ${formatTableId(id)}: version ${version}, ${rows} ${rows === 1 ? "row" : "rows"}`,
      value: undefined,
    };
  } finally {
    await connection.close();
  }
}

/** On a separate connection, as a program that has just started; then through the gateway, where requests can be counted. */
async function examineFirstRead(config: CatalogConfig, id: TableId): Promise<Passed<undefined>> {
  const milliseconds = await readFirstRow(config, id);
  const requests = await countRequests(() => readFirstRow({ ...config, ossSignature: "v4" }, id));
  const counted =
    requests === undefined
      ? "requests not counted"
      : `${requests} ${requests === 1 ? "request" : "requests"}`;
  return { detail: `connect and read a row: ${Math.round(milliseconds)} ms, ${counted}`, value: undefined };
}

async function readFirstRow(config: CatalogConfig, id: TableId): Promise<number> {
  const start = performance.now();
  const connection = new Connection(await CatalogClient.connect(config), undefined);
  try {
    await connection.read(formatTableId(id)).limit(1).toObjects();
    return performance.now() - start;
  } finally {
    await connection.close();
  }
}

/** undefined where the work fails, as it does for buckets that do not take signature V4. */
async function countRequests(work: () => Promise<unknown>): Promise<number | undefined> {
  let count = 0;
  const add = () => {
    count++;
  };
  subscribe("undici:request:create", add);
  try {
    await work();
    return count;
  } catch {
    return undefined;
  } finally {
    unsubscribe("undici:request:create", add);
  }
}
