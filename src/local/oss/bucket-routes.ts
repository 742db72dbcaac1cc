import { percentEncode } from "../../catalog/protocol/sign.ts";
import { z } from "../../zod.ts";
import { type ListPage, listObjects } from "../object-store/object-list.ts";
import { assertBucketName, assertObjectKey } from "../object-store/object-path.ts";
import { assertBucketExists, createBucket, deleteBucket, listBuckets } from "../object-store/object-store.ts";
import { deleteObject } from "../object-store/object-write.ts";
import { invalidArgument } from "../protocol/oss-error.ts";
import { queryValue } from "../protocol/oss-request.ts";
import { formatXmlTime, sendEmpty, sendXml } from "../protocol/oss-response.ts";
import { malformedXml, parseXml, type XmlValue } from "../protocol/xml.ts";
import { assertIsOwner, assertMayAccess } from "./oss-access.ts";
import { type OssExchange, type OssHandler, readDocument } from "./oss-exchange.ts";

const owner = { ID: "0", DisplayName: "local" };
const location = "oss-cn-local";
const defaultPageSize = 100;
const largestPageSize = 1000;

/** Handlers by method and sub-resource. */
export const serviceRoutes: ReadonlyMap<string, OssHandler> = new Map([["GET ", answerBuckets]]);

export const bucketRoutes: ReadonlyMap<string, OssHandler> = new Map([
  ["GET ", answerObjects],
  ["GET bucketInfo", answerBucketInfo],
  ["GET location", answerLocation],
  ["PUT ", makeBucket],
  ["DELETE ", removeBucket],
  ["POST delete", deleteObjects],
]);

async function answerBuckets({ store, principal, response }: OssExchange): Promise<void> {
  assertIsOwner(principal);
  const buckets = await listBuckets(store);
  const described = buckets.map(({ name, created }) => describeBucket(name, created));
  await sendXml(response, "ListAllMyBucketsResult", { Owner: owner, Buckets: { Bucket: described } });
}

async function answerBucketInfo({ store, principal, request, response }: OssExchange): Promise<void> {
  assertIsOwner(principal);
  await assertBucketExists(store, request.bucket);
  const buckets = await listBuckets(store);
  const created = buckets.find(({ name }) => name === request.bucket)?.created ?? new Date(0);
  const bucket = describeBucket(request.bucket, created);
  await sendXml(response, "BucketInfo", {
    Bucket: { ...bucket, Owner: owner, AccessControlList: { Grant: "private" }, Versioning: "" },
  });
}

async function answerLocation({ store, principal, request, response }: OssExchange): Promise<void> {
  assertIsOwner(principal);
  await assertBucketExists(store, request.bucket);
  await sendXml(response, "LocationConstraint", location);
}

async function makeBucket({ store, principal, request, response }: OssExchange): Promise<void> {
  assertIsOwner(principal);
  assertBucketName(request.bucket);
  await createBucket(store, request.bucket);
  sendEmpty(response, 200);
}

async function removeBucket({ store, principal, request, response }: OssExchange): Promise<void> {
  assertIsOwner(principal);
  await assertBucketExists(store, request.bucket);
  await deleteBucket(store, request.bucket);
  sendEmpty(response, 204);
}

async function answerObjects({ store, principal, request, response }: OssExchange): Promise<void> {
  const query = (name: string) => queryValue(request, name) ?? "";
  assertOneOf("list-type", query("list-type"), ["", "2"]);
  assertOneOf("encoding-type", query("encoding-type"), ["", "url"]);
  const secondVersion = query("list-type") === "2";
  const prefix = query("prefix");
  assertMayAccess(principal, "read", request.bucket, prefix);
  await assertBucketExists(store, request.bucket);
  const token = query("continuation-token");
  const start = secondVersion ? query("start-after") : query("marker");
  const after = secondVersion && token !== "" ? Buffer.from(token, "base64url").toString() : start;
  const limit = readPageSize(query("max-keys"));
  const delimiter = query("delimiter");
  const page = await listObjects(store, request.bucket, {
    prefix,
    delimiter,
    after,
    afterRolledUp: !secondVersion || token !== "",
    limit,
  });
  const url = query("encoding-type") === "url";
  const encode = (text: string) => (url ? percentEncode(text) : text);
  const next = page.next === undefined ? {} : nextPage(page.next, secondVersion, encode);
  await sendXml(response, "ListBucketResult", {
    Name: request.bucket,
    Prefix: encode(prefix),
    ...(secondVersion ? { StartAfter: encode(start), ContinuationToken: token } : { Marker: encode(start) }),
    MaxKeys: limit,
    Delimiter: encode(delimiter),
    ...(url ? { EncodingType: "url" } : {}),
    IsTruncated: page.next !== undefined,
    ...next,
    Contents: describeObjects(page, encode, !secondVersion || query("fetch-owner") === "true"),
    CommonPrefixes: page.commonPrefixes.map((common) => ({ Prefix: encode(common) })),
    ...(secondVersion ? { KeyCount: page.objects.length + page.commonPrefixes.length } : {}),
  });
}

function nextPage(
  last: string,
  secondVersion: boolean,
  encode: (text: string) => string,
): Record<string, string> {
  return secondVersion
    ? { NextContinuationToken: Buffer.from(last).toString("base64url") }
    : { NextMarker: encode(last) };
}

function describeObjects(page: ListPage, encode: (text: string) => string, withOwner: boolean): XmlValue {
  return page.objects.map((object) => ({
    Key: encode(object.key),
    LastModified: formatXmlTime(object.modified),
    ETag: object.etag,
    Type: object.appendable ? "Appendable" : "Normal",
    Size: object.size,
    StorageClass: "Standard",
    ...(withOwner ? { Owner: owner } : {}),
  }));
}

function assertOneOf(name: string, value: string, known: readonly string[]): void {
  if (!known.includes(value)) throw invalidArgument(name, value, `"${known.at(-1)}"`);
}

function readPageSize(text: string): number {
  if (text === "") return defaultPageSize;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= largestPageSize) return size;
  throw invalidArgument("max-keys", text, `an integer between 1 and ${largestPageSize}`);
}

const deleteSchema = z.object({
  Delete: z.object({
    Quiet: z.string().optional(),
    Object: z
      .array(z.object({ Key: z.string() }))
      .min(1)
      .max(1000),
  }),
});

async function deleteObjects(exchange: OssExchange): Promise<void> {
  const { store, principal, request, response } = exchange;
  const parsed = deleteSchema.safeParse(await parseXml(await readDocument(exchange)));
  if (!parsed.success) throw malformedXml();
  await assertBucketExists(store, request.bucket);
  const keys = parsed.data.Delete.Object.map(({ Key }) => Key);
  for (const key of keys) {
    assertObjectKey(key);
    assertMayAccess(principal, "write", request.bucket, key);
  }
  for (const key of keys) await deleteObject(store, { bucket: request.bucket, key });
  const url = queryValue(request, "encoding-type") === "url";
  const quiet = parsed.data.Delete.Quiet?.trim() === "true";
  await sendXml(response, "DeleteResult", {
    ...(url ? { EncodingType: "url" } : {}),
    Deleted: quiet ? [] : keys.map((key) => ({ Key: url ? percentEncode(key) : key })),
  });
}

function describeBucket(name: string, created: Date): Record<string, XmlValue> {
  return {
    CreationDate: formatXmlTime(created),
    ExtranetEndpoint: "127.0.0.1",
    IntranetEndpoint: "127.0.0.1",
    Location: location,
    Name: name,
    StorageClass: "Standard",
  };
}
