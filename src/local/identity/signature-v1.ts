import { invalidArgument } from "../protocol/oss-error.ts";
import type { OssRequest } from "../protocol/oss-request.ts";
import { signedSubResources } from "../protocol/signed-sub-resources.ts";
import { around, byName, parseTime, type SignatureClaim } from "./signature-claim.ts";

/** `Authorization: OSS <credentials>`. */
export function readHeaderV1(request: OssRequest, credentials: string): SignatureClaim {
  const colon = credentials.lastIndexOf(":");
  const date = request.headers["x-oss-date"] ?? request.headers.date ?? "";
  return {
    version: "V1",
    accessKeyId: credentials.slice(0, Math.max(colon, 0)),
    securityToken: request.headers["x-oss-security-token"],
    signature: credentials.slice(colon + 1),
    stringsToSign: bucketResources(request).map((resource) => stringToSignV1(request, resource, date)),
    ...around(parseTime(date)),
    scope: [],
  };
}

/** `OSSAccessKeyId`, `Expires` and `Signature` in the query. */
export function readPresignedV1(request: OssRequest, query: ReadonlyMap<string, string>): SignatureClaim {
  const expires = query.get("Expires") ?? "";
  if (!/^\d{1,12}$/.test(expires)) throw invalidArgument("Expires", expires, "seconds since 1970");
  return {
    version: "V1",
    accessKeyId: query.get("OSSAccessKeyId") ?? "",
    securityToken: query.get("security-token"),
    signature: query.get("Signature") ?? "",
    stringsToSign: bucketResources(request).map((resource) => stringToSignV1(request, resource, expires)),
    validFrom: 0,
    validUntil: Number(expires) * 1000,
    whenInvalid: "expired",
    scope: [],
  };
}

/** One client signs a bucket in path style as `/bucket`, the others as `/bucket/`. */
function bucketResources(request: OssRequest): readonly string[] {
  const bare = request.key === "" && request.bucket !== "" && !request.resource.endsWith("/");
  return bare ? [`${request.resource}/`, request.resource] : [request.resource];
}

function stringToSignV1(request: OssRequest, resource: string, date: string): string {
  const headers = Object.keys(request.headers)
    .filter((name) => name.startsWith("x-oss-"))
    .sort()
    .map((name) => `${name}:${request.headers[name]?.trim()}\n`);
  const parameters = request.query
    .filter(([name]) => signedSubResources.has(name))
    .sort(byName)
    .map(([name, value]) => (value === "" ? name : `${name}=${value}`));
  const query = parameters.length === 0 ? "" : `?${parameters.join("&")}`;
  const { "content-md5": md5 = "", "content-type": type = "" } = request.headers;
  return `${request.method}\n${md5}\n${type}\n${date}\n${headers.join("")}${resource}${query}`;
}
