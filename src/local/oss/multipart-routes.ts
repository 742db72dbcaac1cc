import { z } from "../../zod.ts";
import { abortUpload, completeUpload, createUpload, listParts, putPart } from "../object-store/multipart.ts";
import { assertBucketExists } from "../object-store/object-store.ts";
import { invalidArgument } from "../protocol/oss-error.ts";
import { queryValue } from "../protocol/oss-request.ts";
import { formatXmlTime, sendEmpty, sendXml } from "../protocol/oss-response.ts";
import { malformedXml, parseXml } from "../protocol/xml.ts";
import { openCopySource } from "./copy-source.ts";
import { assertMayAccess } from "./oss-access.ts";
import {
  forbidsOverwrite,
  keptHeaders,
  type OssExchange,
  type OssHandler,
  readContent,
  readDocument,
} from "./oss-exchange.ts";

export const multipartRoutes: readonly (readonly [string, OssHandler])[] = [
  ["POST uploads", startUpload],
  ["PUT partNumber&uploadId", storePart],
  ["GET uploadId", answerParts],
  ["POST uploadId", finishUpload],
  ["DELETE uploadId", dropUpload],
];

const mostListedParts = 1000;

async function startUpload(exchange: OssExchange): Promise<void> {
  const { store, request, response } = exchange;
  await assertMayUpload(exchange);
  const id = await createUpload(store, request, keptHeaders(exchange));
  await sendXml(response, "InitiateMultipartUploadResult", {
    Bucket: request.bucket,
    Key: request.key,
    UploadId: id,
  });
}

async function storePart(exchange: OssExchange): Promise<void> {
  const { store, request, response } = exchange;
  await assertMayUpload(exchange);
  const number = Number(queryValue(request, "partNumber"));
  if (request.headers["x-oss-copy-source"] === undefined) {
    const etag = await putPart(store, request, uploadId(exchange), number, readContent(exchange));
    return sendEmpty(response, 200, { ETag: etag });
  }
  const source = await openCopySource(exchange);
  if (source === undefined) return sendEmpty(response, 304);
  const { content, close } = source;
  const etag = await putPart(store, request, uploadId(exchange), number, content).finally(close);
  await sendXml(
    response,
    "CopyPartResult",
    { LastModified: formatXmlTime(new Date()), ETag: etag },
    { ETag: etag },
  );
}

async function answerParts(exchange: OssExchange): Promise<void> {
  const { store, request, response } = exchange;
  await assertMayUpload(exchange);
  const limit = readNumber(exchange, "max-parts", mostListedParts);
  const marker = readNumber(exchange, "part-number-marker", 0);
  const parts = listParts(store, request, uploadId(exchange)).filter(({ number }) => number > marker);
  const page = parts.slice(0, Math.min(limit, mostListedParts));
  await sendXml(response, "ListPartsResult", {
    Bucket: request.bucket,
    Key: request.key,
    UploadId: uploadId(exchange),
    StorageClass: "Standard",
    PartNumberMarker: marker,
    NextPartNumberMarker: page.at(-1)?.number ?? marker,
    MaxParts: limit,
    IsTruncated: page.length < parts.length,
    Part: page.map(({ number, etag, size, modified }) => ({
      PartNumber: number,
      LastModified: formatXmlTime(modified),
      ETag: etag,
      Size: size,
    })),
  });
}

const completeSchema = z.object({
  CompleteMultipartUpload: z.object({
    Part: z.array(z.object({ PartNumber: z.coerce.number().int(), ETag: z.string().trim() })).min(1),
  }),
});

async function finishUpload(exchange: OssExchange): Promise<void> {
  const { store, request, response } = exchange;
  await assertMayUpload(exchange);
  const parsed = completeSchema.safeParse(await parseXml(await readDocument(exchange)));
  if (!parsed.success) throw malformedXml();
  const parts = parsed.data.CompleteMultipartUpload.Part;
  const etag = await completeUpload(
    store,
    request,
    uploadId(exchange),
    parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag })),
    forbidsOverwrite(exchange),
  );
  const result = { Location: request.resource, Bucket: request.bucket, Key: request.key, ETag: etag };
  await sendXml(response, "CompleteMultipartUploadResult", result, { ETag: etag });
}

async function dropUpload(exchange: OssExchange): Promise<void> {
  await assertMayUpload(exchange);
  await abortUpload(exchange.store, exchange.request, uploadId(exchange));
  sendEmpty(exchange.response, 204);
}

async function assertMayUpload({ store, principal, request }: OssExchange): Promise<void> {
  assertMayAccess(principal, "write", request.bucket, request.key);
  await assertBucketExists(store, request.bucket);
}

function uploadId({ request }: OssExchange): string {
  return queryValue(request, "uploadId") ?? "";
}

function readNumber({ request }: OssExchange, name: string, fallback: number): number {
  const text = queryValue(request, name) ?? "";
  if (text === "") return fallback;
  if (!/^\d{1,9}$/.test(text)) throw invalidArgument(name, text, "a whole number");
  return Number(text);
}
