import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  canonicalDefaultRequest,
  formatSigningTime,
  parseAuthorization,
  parseSigningTime,
  type Signer,
  signRequest,
} from "../../src/catalog/protocol/sign.ts";
import { Secret } from "../../src/secret.ts";

const vectorsFile = z.object({
  vectors: z.array(
    z.object({
      name: z.string(),
      signer: z.enum(["default", "openapi"]),
      input: z.object({
        method: z.string(),
        path: z.string(),
        query: z.record(z.string(), z.string()),
        body: z.string(),
        accessKeyId: z.string(),
        accessKeySecret: z.string(),
        securityToken: z.string().nullable(),
        region: z.string(),
        dateTime: z.string(),
        host: z.string(),
        nonce: z.string().optional(),
      }),
      headers: z.record(z.string(), z.string()),
      canonicalRequest: z.string().optional(),
    }),
  ),
});

const fixture = new URL("./fixtures/dlf-signing.json", import.meta.url);
const { vectors } = vectorsFile.parse(JSON.parse(readFileSync(fixture, "utf8")));

function signerOf(vector: (typeof vectors)[number]): Signer {
  const { accessKeyId, accessKeySecret, securityToken, region } = vector.input;
  return {
    algorithm: vector.signer,
    region,
    accessKeyId: new Secret(accessKeyId),
    accessKeySecret: new Secret(accessKeySecret),
    ...(securityToken === null ? {} : { securityToken: new Secret(securityToken) }),
  };
}

describe("signatures of third-party clients", () => {
  test("there are vectors for both algorithms", () => {
    expect(new Set(vectors.map((vector) => vector.signer))).toEqual(new Set(["default", "openapi"]));
  });

  test.each(vectors)("$signer: $name", (vector) => {
    const nonce = vector.headers["x-acs-signature-nonce"];
    const headers = signRequest(vector.input, signerOf(vector), new Date(vector.input.dateTime), nonce);
    expect(headers).toEqual(vector.headers);
    if (vector.signer === "default") {
      const { Authorization, ...signed } = headers;
      expect(canonicalDefaultRequest(vector.input, signed)).toBe(vector.canonicalRequest);
    }
    expect(parseAuthorization(headers.Authorization ?? "")).toMatchObject({
      algorithm: vector.signer,
      accessKeyId: vector.input.accessKeyId,
      ...(vector.signer === "default" ? { region: vector.input.region } : {}),
    });
  });
});

test("every signature by openapi has a nonce of its own", () => {
  const vector = vectors.find(({ signer }) => signer === "openapi");
  if (vector === undefined) throw new Error("no openapi vector");
  const signer = signerOf(vector);
  const nonces = Array.from({ length: 50 }, () => signRequest(vector.input, signer, new Date()));
  expect(new Set(nonces.map((headers) => headers["x-acs-signature-nonce"])).size).toBe(50);
});

test("a signing time reads back", () => {
  const time = new Date("2026-01-18T08:09:10.987Z");
  expect(formatSigningTime(time)).toBe("20260118T080910Z");
  expect(parseSigningTime("20260118T080910Z")?.toISOString()).toBe("2026-01-18T08:09:10.000Z");
  expect(parseSigningTime("20261318T080910Z")).toBeUndefined();
  expect(parseSigningTime("2026-01-18T08:09:10Z")).toBeUndefined();
});

test.each(["", "Bearer x", "acs nocolon", "DLF4-HMAC-SHA256 Credential=a/b,Signature=c"])(
  "%j claims no signature",
  (header) => {
    expect(parseAuthorization(header)).toBeUndefined();
  },
);
