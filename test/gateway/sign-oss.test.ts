import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { z } from "zod";
import { signOssRequest } from "../../src/gateway/sign-oss.ts";

const fixture = z.object({
  vectors: z.array(
    z.object({
      client: z.string(),
      signature: z.string(),
      style: z.string(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      accessKeyId: z.string(),
      accessKeySecret: z.string(),
      canonicalizedResource: z.string(),
      expectedSignature: z.string(),
    }),
  ),
});
const file = new URL("../local/fixtures/oss-signing.json", import.meta.url);
const vectors = fixture
  .parse(JSON.parse(readFileSync(file, "utf8")))
  .vectors.filter(
    ({ signature, headers }) =>
      signature === "V4-header" && !headers.authorization?.includes("AdditionalHeaders"),
  );

test("there are vectors", () => expect(vectors.length).toBeGreaterThanOrEqual(5));

test.each(vectors)("$client $method $url is signed alike", (vector) => {
  const { "x-oss-date": date = "", authorization = "", ...headers } = vector.headers;
  const [, bucket = "", key = ""] = /^\/([^/]*)\/?(.*)$/s.exec(vector.canonicalizedResource) ?? [];
  const [year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date)?.slice(1) ?? [];
  const signed = signOssRequest(
    {
      method: vector.method,
      bucket,
      key: decodeURIComponent(key),
      query: [...new URL(vector.url).searchParams],
      headers,
    },
    {
      accessKeyId: vector.accessKeyId,
      accessKeySecret: vector.accessKeySecret,
      securityToken: headers["x-oss-security-token"],
      region: /Credential=[^/]+\/\d+\/([^/]+)\//.exec(authorization)?.[1] ?? "",
    },
    new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`),
  );
  expect(signed.authorization?.split("Signature=")[1]).toBe(vector.expectedSignature);
});
