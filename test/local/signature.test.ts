import { readFileSync } from "node:fs";
import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { checkSignature, readSignature } from "../../src/local/identity/signature.ts";
import { OssError } from "../../src/local/protocol/oss-error.ts";
import { type OssRequest, parseOssRequest } from "../../src/local/protocol/oss-request.ts";

const fixture = z.object({
  vectors: z.array(
    z.object({
      client: z.string(),
      signature: z.string(),
      method: z.string(),
      url: z.string(),
      headers: z.record(z.string(), z.string()),
      accessKeyId: z.string(),
      accessKeySecret: z.string(),
      stringToSign: z.string(),
      expectedSignature: z.string(),
    }),
  ),
});
const path = new URL("./fixtures/oss-signing.json", import.meta.url);
const { vectors } = fixture.parse(JSON.parse(readFileSync(path, "utf8")));
type Vector = (typeof vectors)[number];

function requestOf({ method, url, headers }: Vector): OssRequest {
  const message = new IncomingMessage(new Socket());
  const { host, pathname, search } = new URL(url);
  message.method = method;
  // The path as the client has written it, which URL would tidy up.
  message.url = url.slice(url.indexOf("/", "http://".length));
  expect(decodeURIComponent(message.url)).toBe(decodeURIComponent(pathname + search));
  message.headers = { ...headers, host };
  return parseOssRequest(message);
}

/** A moment at which the request was still good: its own date, or just before a signed URL expires. */
function timeOf({ headers, url }: Vector): number {
  const date = headers["x-oss-date"] ?? headers.date ?? new URL(url).searchParams.get("x-oss-date");
  if (date === null) return Number(new URL(url).searchParams.get("Expires")) * 1000 - 1;
  const basic = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  const [, year, month, day, hour, minute, second] = basic ?? [];
  return Date.parse(basic === null ? date : `${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

function refusal(work: () => void): string {
  try {
    work();
  } catch (error) {
    if (error instanceof OssError) return error.code;
    throw error;
  }
  return "accepted";
}

test("there are vectors of every kind", () => {
  expect(vectors).toHaveLength(36);
  expect(new Set(vectors.map(({ signature }) => signature))).toEqual(
    new Set(["V1-header", "V1-query", "V4-header", "V4-query"]),
  );
});

describe.each(vectors.map((vector, index) => ({ ...vector, index })))(
  "vector $index: $client $signature $method",
  (vector) => {
    const request = requestOf(vector);
    const claim = readSignature(request);
    const time = timeOf(vector);

    test("is accepted at its time, with its secret", () => {
      expect(claim.accessKeyId).toBe(vector.accessKeyId);
      expect(claim.signature).toBe(vector.expectedSignature);
      expect(claim.stringsToSign).toContain(vector.stringToSign);
      expect(refusal(() => checkSignature(claim, vector.accessKeySecret, time))).toBe("accepted");
    });

    test("is refused with another secret, method or resource", () => {
      expect(refusal(() => checkSignature(claim, `${vector.accessKeySecret}x`, time))).toBe(
        "SignatureDoesNotMatch",
      );
      for (const change of [{ method: "PATCH" }, { resource: `${request.resource}x` }]) {
        const changed = readSignature({ ...request, ...change });
        expect(refusal(() => checkSignature(changed, vector.accessKeySecret, time))).toBe(
          "SignatureDoesNotMatch",
        );
      }
    });

    test("is refused at another time", () => {
      const later = time + 3_600_000;
      const expected = vector.signature.endsWith("query") ? "AccessDenied" : "RequestTimeTooSkewed";
      expect(refusal(() => checkSignature(claim, vector.accessKeySecret, later))).toBe(expected);
      if (vector.signature === "V1-query") return;
      const earlier = time - 3_600_000;
      expect(refusal(() => checkSignature(claim, vector.accessKeySecret, earlier))).toBe(
        "RequestTimeTooSkewed",
      );
    });
  },
);
