import fc from "fast-check";
import { expect, test } from "vitest";
import {
  cleanServerText,
  type Purpose,
  readServerError,
  toError,
} from "../../src/catalog/protocol/server-error.ts";
import { Secret } from "../../src/secret.ts";
import { findSecrets } from "../secrets.ts";
import { sizes } from "../sizes.ts";

const purpose: Purpose = {
  action: "open table a.b",
  missing: "TableNotFound",
  existing: "TableAlreadyExists",
};

function errorOf(status: number, body: object | string) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return toError(readServerError(status, text, undefined), purpose);
}

test.each([
  [400, "InvalidInput"],
  [401, "Unauthenticated"],
  [403, "PermissionDenied"],
  [404, "TableNotFound"],
  [405, "Unsupported"],
  [406, "Unsupported"],
  [409, "TableAlreadyExists"],
  [418, "Internal"],
  [429, "Throttling"],
  [500, "Internal"],
  [501, "Unsupported"],
  [502, "ServiceUnavailable"],
  [503, "ServiceUnavailable"],
  [504, "ServiceUnavailable"],
])("status %i is %s, whether in the status line or in the body", (status, code) => {
  expect(errorOf(status, "no JSON")).toMatchObject({ code, status });
  expect(errorOf(500, { code: status, message: "said" })).toMatchObject({ code, status });
  expect(errorOf(500, { code: status, message: "said" }).message).toMatch(
    /^Cannot open table a\.b: .*\(said\)/,
  );
});

test.each([
  [404, "DATABASE", "NamespaceNotFound"],
  [404, "TABLE", "TableNotFound"],
  [404, null, "TableNotFound"],
  [409, "DATABASE", "NamespaceAlreadyExists"],
  [409, "TABLE", "TableAlreadyExists"],
  [409, "COLUMN", "TableAlreadyExists"],
])("a %i about a %s is %s", (status, resourceType, code) => {
  expect(errorOf(status, { code: status, resourceType })).toMatchObject({ code });
});

test("a conflict on alter is a concurrent modification, whatever it is about", () => {
  const error = readServerError(409, JSON.stringify({ code: 409, resourceType: "TABLE" }), undefined);
  expect(toError(error, { ...purpose, existing: "ConcurrentModification" })).toMatchObject({
    code: "ConcurrentModification",
  });
});

test.each([
  [404, "InvalidAccessKeyId.NotFound", "Unauthenticated"],
  [400, "SignatureDoesNotMatch", "Unauthenticated"],
  [400, "SignatureNonceUsed", "Unauthenticated"],
  [400, "InvalidSecurityToken.Expired", "Unauthenticated"],
  [400, "Throttling.User", "Throttling"],
  [400, "Forbidden.RAM", "PermissionDenied"],
  [503, "ServiceUnavailable", "ServiceUnavailable"],
  [400, "SomethingElse", "InvalidInput"],
])("the gateway's %i %s is %s", (status, Code, code) => {
  const error = errorOf(status, { Code, Message: "said", RequestId: "R-1" });
  expect(error).toMatchObject({ code, requestId: "R-1" });
  expect(error.message).toContain(`(${Code}: said)`);
});

test.each([0, 200, 42, "x", null, 1e9])("a code of %j in the body does not count", (code) => {
  expect(errorOf(403, { code, message: 5 })).toMatchObject({ code: "PermissionDenied" });
});

test("a service's text is bounded, on one line, and without secrets", () => {
  const secret = new Secret("server-error-secret/1+");
  const { message } = errorOf(400, {
    code: 400,
    message: `a\u0000\nb ${secret.reveal()} ${"c".repeat(10_000)}`,
  });
  expect(message).toMatch(/\(a b <redacted> c+…\)$/);
  expect(message.length).toBeLessThan(400);
});

test("a secret that the bound would cut in two is gone as a whole", () => {
  const secret = new Secret("cut-in-two-secret-0123456789");
  for (let before = 260; before < 310; before += 1) {
    const { message } = errorOf(400, { code: 400, message: `${"a".repeat(before)}${secret.reveal()}` });
    expect(message).not.toContain("cut-in");
  }
});

test("no secret that a body or a header says back gets into an error, however it is written there", () => {
  const spellings: ((text: string) => string)[] = [
    (text) => text,
    encodeURIComponent,
    (text) => encodeURIComponent(text).replaceAll(/%../g, (code) => code.toLowerCase()),
    (text) => JSON.stringify(text),
    (text) => Buffer.from(text).toString("base64"),
  ];
  const character = fc.integer({ min: 0x21, max: 0x7e }).map((code) => String.fromCharCode(code));
  const secrets = fc
    .array(character, { minLength: 12, maxLength: 40 })
    .map((characters) => characters.join(""));
  const words = fc.string({ maxLength: 20 });
  const shape = fc.constantFrom("message", "Message", "Code", "text", "header");
  fc.assert(
    fc.property(secrets, fc.constantFrom(...spellings), words, shape, (text, spell, before, place) => {
      const secret = new Secret(text).reveal();
      const said = `${before} ${spell(secret)} ${before}`;
      const body = place === "text" ? said : JSON.stringify({ Code: "Odd", code: 400, [place]: said });
      const requestId = place === "header" ? cleanServerText(said) : undefined;
      const error = toError(readServerError(400, body, requestId), purpose);
      expect(findSecrets(`${error.message} ${error.stack} ${JSON.stringify(error)}`, [secret])).toEqual([]);
    }),
    { numRuns: sizes.generatedCases },
  );
});
