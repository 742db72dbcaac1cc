import { createHmac } from "node:crypto";
import type { OssKeys, OssRequest } from "./sign-oss.ts";

/**
 * The headers to send: those given, and a signature of version 1. For requests without sub-resources, such as listing.
 *
 * @see https://www.alibabacloud.com/help/en/oss/developer-reference/include-signatures-in-the-authorization-header
 */
export function signOssRequestV1(request: OssRequest, keys: OssKeys, time: Date): Record<string, string> {
  const date = time.toUTCString();
  const headers: Record<string, string> = {
    ...request.headers,
    date,
    ...(keys.securityToken === undefined ? {} : { "x-oss-security-token": keys.securityToken }),
  };
  const signed = Object.keys(headers)
    .filter((name) => name.startsWith("x-oss-"))
    .sort()
    .map((name) => `${name}:${headers[name]?.trim()}\n`);
  const { "content-md5": md5 = "", "content-type": type = "" } = headers;
  const resource = `/${request.bucket}/${request.key}`;
  const text = `${request.method}\n${md5}\n${type}\n${date}\n${signed.join("")}${resource}`;
  const signature = createHmac("sha1", keys.accessKeySecret).update(text).digest("base64");
  return { ...headers, authorization: `OSS ${keys.accessKeyId}:${signature}` };
}
