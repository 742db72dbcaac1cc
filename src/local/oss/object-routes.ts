import { isUnchanged, readConditions } from "../object-store/object-conditions.ts";
import { type ObjectInfo, openObject } from "../object-store/object-read.ts";
import { assertBucketExists } from "../object-store/object-store.ts";
import { appendObject, deleteObject, putObject } from "../object-store/object-write.ts";
import { resolveRange } from "../protocol/byte-range.ts";
import { toHeaderValue } from "../protocol/honored-headers.ts";
import { invalidArgument } from "../protocol/oss-error.ts";
import { queryValue } from "../protocol/oss-request.ts";
import { formatXmlTime, sendEmpty, sendXml } from "../protocol/oss-response.ts";
import { openCopySource } from "./copy-source.ts";
import { multipartRoutes } from "./multipart-routes.ts";
import { assertMayAccess } from "./oss-access.ts";
import {
  forbidsOverwrite,
  keptHeaders,
  type OssExchange,
  type OssHandler,
  readContent,
} from "./oss-exchange.ts";
import { sendFile } from "./send-file.ts";

/** Handlers by method and sub-resources. */
export const objectRoutes: ReadonlyMap<string, OssHandler> = new Map([
  ["GET ", answerObject],
  ["HEAD ", answerObject],
  ["HEAD objectMeta", answerObject],
  ["PUT ", writeObject],
  ["DELETE ", removeObject],
  ["POST append&position", appendToObject],
  ...multipartRoutes,
]);

async function answerObject({ store, principal, request, response }: OssExchange): Promise<void> {
  assertMayAccess(principal, "read", request.bucket, request.key);
  await assertBucketExists(store, request.bucket);
  const object = await openObject(store, request.bucket, request.key);
  try {
    const { info } = object;
    const unchanged = isUnchanged(readConditions(request.headers, "if-"), info);
    const headers = { ...describeHeaders(info), ...overriddenHeaders(request.query) };
    if (unchanged) return sendEmpty(response, 304, headers);
    const standard = request.headers["x-oss-range-behavior"] === "standard";
    const range = resolveRange(request.headers.range, info.size, standard);
    const { first, last } = range ?? { first: 0, last: info.size - 1 };
    response.writeHead(range === undefined ? 200 : 206, {
      ...headers,
      "Content-Length": last - first + 1,
      ...(range === undefined ? {} : { "Content-Range": `bytes ${first}-${last}/${info.size}` }),
    });
    if (request.method === "HEAD") response.end();
    else await sendFile(object.file, first, last, response);
  } finally {
    await object.file.close();
  }
}

async function writeObject(exchange: OssExchange): Promise<void> {
  const { store, principal, request, response } = exchange;
  assertMayAccess(principal, "write", request.bucket, request.key);
  await assertBucketExists(store, request.bucket);
  if (request.headers["x-oss-copy-source"] !== undefined) return copyObject(exchange);
  const options = { headers: keptHeaders(exchange), forbidOverwrite: forbidsOverwrite(exchange) };
  const etag = await putObject(store, request, readContent(exchange), options);
  sendEmpty(response, 200, { ETag: etag });
}

async function copyObject(exchange: OssExchange): Promise<void> {
  const { store, request, response } = exchange;
  const source = await openCopySource(exchange);
  if (source === undefined) return sendEmpty(response, 304);
  const { info, content, close } = source;
  const replace = request.headers["x-oss-metadata-directive"]?.toUpperCase() === "REPLACE";
  const headers = replace ? keptHeaders(exchange) : info.headers;
  const options = { headers, forbidOverwrite: forbidsOverwrite(exchange) };
  const etag = await putObject(store, request, content, options).finally(close);
  const result = { LastModified: formatXmlTime(new Date()), ETag: etag };
  await sendXml(response, "CopyObjectResult", result, { ETag: etag });
}

async function appendToObject(exchange: OssExchange): Promise<void> {
  const { store, principal, request, response } = exchange;
  assertMayAccess(principal, "write", request.bucket, request.key);
  await assertBucketExists(store, request.bucket);
  const text = queryValue(request, "position") ?? "";
  if (!/^\d{1,15}$/.test(text)) throw invalidArgument("position", text, "a number of bytes");
  const content = readContent(exchange);
  const { etag, size } = await appendObject(store, request, content, Number(text), keptHeaders(exchange));
  sendEmpty(response, 200, { ETag: etag, "x-oss-next-append-position": size });
}

async function removeObject({ store, principal, request, response }: OssExchange): Promise<void> {
  assertMayAccess(principal, "write", request.bucket, request.key);
  await assertBucketExists(store, request.bucket);
  await deleteObject(store, request);
  sendEmpty(response, 204);
}

function describeHeaders(info: ObjectInfo): Record<string, string> {
  return {
    "content-type": "application/octet-stream",
    ...info.headers,
    ETag: info.etag,
    "Last-Modified": info.modified.toUTCString(),
    "Accept-Ranges": "bytes",
    "x-oss-object-type": info.appendable ? "Appendable" : "Normal",
    "x-oss-storage-class": "Standard",
    ...(info.appendable ? { "x-oss-next-append-position": String(info.size) } : {}),
  };
}

const overridable = new Set([
  "response-content-type",
  "response-content-language",
  "response-expires",
  "response-cache-control",
  "response-content-disposition",
  "response-content-encoding",
]);

/** `response-content-type=…` and the like in the query win over what is stored. */
function overriddenHeaders(query: OssExchange["request"]["query"]): Record<string, string> {
  const overrides = query.filter(([name]) => overridable.has(name));
  return Object.fromEntries(
    overrides.map(([name, value]) => [name.slice("response-".length), toHeaderValue(name, value)]),
  );
}
