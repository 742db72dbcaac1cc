import { createHash } from "node:crypto";
import { percentEncode } from "../../catalog/protocol/sign.ts";
import { invalidArgument } from "../protocol/oss-error.ts";
import type { OssRequest, QueryPair } from "../protocol/oss-request.ts";
import { allowedSkew, around, byName, parseTime, type SignatureClaim } from "./signature-claim.ts";

export const algorithmV4 = "OSS4-HMAC-SHA256";
const longestPresignedSeconds = 7 * 24 * 3600;

/** `Authorization: OSS4-HMAC-SHA256 <fields>`. */
export function readHeaderV4(request: OssRequest, fields: string): SignatureClaim {
  const values = new Map<string, string>();
  for (const field of fields.split(",")) {
    const equals = field.indexOf("=");
    values.set(field.slice(0, Math.max(equals, 0)).trim(), field.slice(equals + 1).trim());
  }
  // A client may sign the HTTP date header instead, and then puts it into the string to sign as it stands.
  const date = request.headers["x-oss-date"] ?? request.headers.date ?? "";
  const time = parseTime(date);
  return {
    ...claimV4(request, {
      credential: values.get("Credential") ?? "",
      additionalHeaders: values.get("AdditionalHeaders") ?? "",
      date,
      time,
    }),
    securityToken: request.headers["x-oss-security-token"],
    signature: values.get("Signature") ?? "",
    ...around(time),
  };
}

/** `x-oss-credential`, `x-oss-signature` and the others in the query. */
export function readPresignedV4(request: OssRequest, query: ReadonlyMap<string, string>): SignatureClaim {
  const date = query.get("x-oss-date") ?? "";
  const time = parseTime(date);
  const seconds = Number(query.get("x-oss-expires"));
  if (!Number.isInteger(seconds) || seconds < 1 || seconds > longestPresignedSeconds) {
    throw invalidArgument("x-oss-expires", query.get("x-oss-expires") ?? "", "1 to 604800 seconds");
  }
  return {
    ...claimV4(request, {
      credential: query.get("x-oss-credential") ?? "",
      additionalHeaders: query.get("x-oss-additional-headers") ?? "",
      date,
      time,
    }),
    securityToken: query.get("x-oss-security-token"),
    signature: query.get("x-oss-signature") ?? "",
    validFrom: time - allowedSkew,
    validUntil: time + seconds * 1000,
    whenInvalid: "expired",
  };
}

interface FieldsV4 {
  readonly credential: string;
  readonly additionalHeaders: string;
  readonly date: string;
  readonly time: number;
}

function claimV4(request: OssRequest, fields: FieldsV4) {
  const [accessKeyId = "", ...scope] = fields.credential.split("/");
  const [day, region = "", product, purpose] = scope;
  const expectedDay = new Date(fields.time).toISOString().slice(0, 10).replaceAll("-", "");
  if (scope.length !== 4 || day !== expectedDay || region === "" || product !== "oss") {
    throw invalidArgument("Credential", fields.credential, "<key id>/<day>/<region>/oss/aliyun_v4_request");
  }
  if (purpose !== "aliyun_v4_request") {
    throw invalidArgument("Credential", fields.credential, "made for aliyun_v4_request");
  }
  const payload = request.headers["x-oss-content-sha256"] ?? "UNSIGNED-PAYLOAD";
  if (payload !== "UNSIGNED-PAYLOAD") {
    throw invalidArgument("x-oss-content-sha256", payload, "UNSIGNED-PAYLOAD");
  }
  // Of a parameter without a value, some clients sign `name` and others `name=`.
  const stringsToSign = (["", "="] as const).map((ending) => {
    const canonical = canonicalRequestV4(request, fields, ending);
    const hash = createHash("sha256").update(canonical).digest("hex");
    return `${algorithmV4}\n${fields.date}\n${scope.join("/")}\n${hash}`;
  });
  return { version: "V4", accessKeyId, stringsToSign, scope } as const;
}

function canonicalRequestV4(request: OssRequest, fields: FieldsV4, afterBareName: "" | "="): string {
  const additional = fields.additionalHeaders.split(";").filter((name) => name !== "");
  const bare = request.key === "" && !request.resource.endsWith("/");
  const resource = (bare ? `${request.resource}/` : request.resource).split("/").map(percentEncode).join("/");
  const query = request.query
    .filter(([name]) => name !== "x-oss-signature")
    .map(([name, value]): QueryPair => [percentEncode(name), percentEncode(value)])
    .sort(byName)
    .map(([name, value]) => (value === "" ? name + afterBareName : `${name}=${value}`));
  const headers = Object.keys(request.headers)
    .filter((name) => isSignedHeaderV4(name) || additional.includes(name))
    .sort()
    .map((name) => `${name}:${request.headers[name]?.trim()}\n`);
  return [
    request.method,
    resource,
    query.join("&"),
    headers.join(""),
    fields.additionalHeaders,
    "UNSIGNED-PAYLOAD",
  ].join("\n");
}

function isSignedHeaderV4(name: string): boolean {
  return name === "content-type" || name === "content-md5" || name.startsWith("x-oss-");
}
