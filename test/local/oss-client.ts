import { createHmac } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { createRequire } from "node:module";
import type { Keys } from "./test-lake.ts";

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The `Code` of an error document, or "". */
  readonly code: string;
}

export interface Call {
  readonly method?: string;
  /** As it goes on the request line. */
  readonly target: string;
  /** What is signed; by default the decoded path of the target. */
  readonly resource?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly date?: Date;
}

/** Sends a request signed with V1, as Lance does, without a client library that would tidy it up. */
export function callOss(endpoint: string, keys: Keys | undefined, call: Call): Promise<Answer> {
  const { method = "GET", target, headers = {}, body } = call;
  const { hostname, port } = new URL(endpoint);
  const date = (call.date ?? new Date()).toUTCString();
  const sent: Record<string, string> = { date, ...headers };
  if (body !== undefined) sent["content-length"] = String(Buffer.byteLength(body));
  if (keys?.securityToken !== undefined) sent["x-oss-security-token"] = keys.securityToken;
  if (keys !== undefined)
    sent.authorization = signV1(keys, method, call.resource ?? resourceOf(target), sent);
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, method, path: target, headers: sent }, (response) => {
      const chunks: Buffer[] = [];
      response.on("error", reject);
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const answer = Buffer.concat(chunks);
        const code = /<Code>(.*?)<\/Code>/.exec(answer.toString("latin1"))?.[1] ?? "";
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: answer, code });
      });
    });
    request.on("error", reject);
    request.end(body);
  });
}

function resourceOf(target: string): string {
  const [path = "", query = ""] = target.split("?", 2);
  const signed = query
    .split("&")
    .filter((part) => /^(uploads|uploadId|partNumber|delete|append|position)\b/.test(part));
  const subResources = signed.map(decodeURIComponent).sort().join("&");
  return decodeURIComponent(path) + (subResources === "" ? "" : `?${subResources}`);
}

function signV1(
  keys: Keys,
  method: string,
  resource: string,
  headers: Readonly<Record<string, string>>,
): string {
  const own = Object.keys(headers)
    .filter((name) => name.startsWith("x-oss-"))
    .sort()
    .map((name) => `${name}:${headers[name]}\n`);
  const text = [
    method,
    headers["content-md5"] ?? "",
    headers["content-type"] ?? "",
    headers.date,
    own.join(""),
  ];
  const signature = createHmac("sha1", keys.accessKeySecret)
    .update(text.join("\n") + resource)
    .digest("base64");
  return `OSS ${keys.accessKeyId}:${signature}`;
}

/** What is used here of `ali-oss`, which has no types of its own. */
export interface AliOss {
  put(key: string, content: Buffer, options?: object): Promise<{ res: { headers: Record<string, string> } }>;
  get(key: string, options?: object): Promise<{ content: Buffer; res: AliOssResponse }>;
  head(key: string, options?: object): Promise<{ meta: Record<string, string> | null; res: AliOssResponse }>;
  getObjectMeta(key: string): Promise<{ res: AliOssResponse }>;
  delete(key: string): Promise<{ res: AliOssResponse }>;
  deleteMulti(keys: string[], options?: object): Promise<{ deleted?: { Key: string }[] }>;
  copy(key: string, source: string, options?: object): Promise<{ data: { etag: string } }>;
  append(key: string, content: Buffer, options?: object): Promise<{ nextAppendPosition: string }>;
  list(query: object, options?: object): Promise<AliOssList>;
  listV2(query: object, options?: object): Promise<AliOssList>;
  listBuckets(query?: object): Promise<{ buckets: { name: string }[] }>;
  getBucketInfo(name: string): Promise<{ bucket: { Name: string } }>;
  putBucket(name: string): Promise<unknown>;
  deleteBucket(name: string): Promise<unknown>;
  initMultipartUpload(key: string, options?: object): Promise<{ uploadId: string }>;
  uploadPart(
    key: string,
    uploadId: string,
    number: number,
    file: Buffer,
    start: number,
    end: number,
  ): Promise<{ etag: string }>;
  uploadPartCopy(
    key: string,
    uploadId: string,
    number: number,
    range: string,
    source: { sourceKey: string; sourceBucketName: string },
  ): Promise<{ etag: string }>;
  listParts(
    key: string,
    uploadId: string,
    query?: object,
  ): Promise<{ parts: { PartNumber: string; Size: string }[] }>;
  completeMultipartUpload(
    key: string,
    uploadId: string,
    parts: { number: number; etag: string }[],
  ): Promise<{ etag: string }>;
  abortMultipartUpload(key: string, uploadId: string): Promise<unknown>;
  multipartUpload(key: string, file: Buffer, options?: object): Promise<{ etag: string }>;
  signatureUrl(key: string, options?: object): string;
  signatureUrlV4(method: string, expires: number, request: object | undefined, key: string): Promise<string>;
}

interface AliOssResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
}

interface AliOssList {
  readonly objects?: { name: string; etag: string; size: number }[];
  readonly prefixes?: string[] | null;
  readonly isTruncated: boolean;
  readonly nextMarker?: string;
  readonly nextContinuationToken?: string;
}

const AliOssClient = createRequire(import.meta.url)("ali-oss") as new (options: object) => AliOss;

/** The official Node client. In path style, since that is the one that works for all its calls on this machine. */
export function aliOss(endpoint: string, bucket: string, keys: Keys, version: "V1" | "V4"): AliOss {
  return new AliOssClient({
    region: "oss-cn-local",
    endpoint: endpoint.replace("127.0.0.1", "localhost"),
    sldEnable: true,
    secure: false,
    bucket,
    accessKeyId: keys.accessKeyId,
    accessKeySecret: keys.accessKeySecret,
    ...(keys.securityToken === undefined ? {} : tokenOptions(keys.securityToken)),
    authorizationV4: version === "V4",
  });
}

/** Without a way to refresh a token, the client prints advice. */
function tokenOptions(stsToken: string): object {
  return { stsToken, refreshSTSToken: async () => ({ stsToken }), refreshSTSTokenInterval: 3_600_000 };
}
