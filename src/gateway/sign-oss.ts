import { createHash, createHmac } from "node:crypto";
import { percentEncode } from "../catalog/protocol/sign.ts";

/** A request to OSS, decoded. Its body is not part of the signature. */
export interface OssRequest {
  readonly method: string;
  readonly bucket: string;
  /** Decoded; "" for the bucket itself. */
  readonly key: string;
  /** Decoded; a value of "" stands for a name alone. */
  readonly query: readonly (readonly [name: string, value: string])[];
  /** By name in small letters. */
  readonly headers: Readonly<Record<string, string>>;
}

export interface OssKeys {
  readonly accessKeyId: string;
  readonly accessKeySecret: string;
  readonly securityToken?: string | undefined;
  readonly region: string;
}

const algorithm = "OSS4-HMAC-SHA256";
const unsignedPayload = "UNSIGNED-PAYLOAD";

/**
 * The headers to send: those given, and a signature of version 4 over them. Deterministic in its arguments.
 *
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/recommend-to-use-signature-version-4
 */
export function signOssRequest(request: OssRequest, keys: OssKeys, time: Date): Record<string, string> {
  const dateTime = time.toISOString().replace(/[-:]|\.\d+/g, "");
  const scope = [dateTime.slice(0, 8), keys.region, "oss", "aliyun_v4_request"];
  const headers: Record<string, string> = {
    ...request.headers,
    "x-oss-date": dateTime,
    "x-oss-content-sha256": unsignedPayload,
    ...(keys.securityToken === undefined ? {} : { "x-oss-security-token": keys.securityToken }),
  };
  const canonical = canonicalRequest({ ...request, headers });
  const stringToSign = [
    algorithm,
    dateTime,
    scope.join("/"),
    createHash("sha256").update(canonical).digest("hex"),
  ].join("\n");
  let key: string | Buffer = `aliyun_v4${keys.accessKeySecret}`;
  for (const part of scope) key = createHmac("sha256", key).update(part).digest();
  const signature = createHmac("sha256", key).update(stringToSign).digest("hex");
  const credential = [keys.accessKeyId, ...scope].join("/");
  return { ...headers, authorization: `${algorithm} Credential=${credential},Signature=${signature}` };
}

/** The path of a bucket or object in path style, encoded as it is signed. */
export function encodeResource(bucket: string, key: string): string {
  return `/${percentEncode(bucket)}/${encodeKey(key)}`;
}

export function encodeKey(key: string): string {
  return key.split("/").map(percentEncode).join("/");
}

export function encodeQuery(query: OssRequest["query"]): string {
  return query
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`))
    .join("&");
}

function canonicalRequest({ method, bucket, key, query, headers }: OssRequest): string {
  const signed = Object.keys(headers)
    .filter((name) => name === "content-type" || name === "content-md5" || name.startsWith("x-oss-"))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}\n`);
  return [method, encodeResource(bucket, key), encodeQuery(query), signed.join(""), "", unsignedPayload].join(
    "\n",
  );
}
