import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueCredentials, recallCredentials, type StsScope } from "../../src/local/identity/sts.ts";
import { Secret } from "../../src/secret.ts";
import { aliOss, type Call, callOss } from "./oss-client.ts";
import { type Keys, openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
  for (const target of ["/lake/mine/a", "/lake/other/a", "/lake/mine-too/a"]) await put(lake.keys, target);
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

function tokenFor(scope: Partial<StsScope> = {}, life = 60_000): Keys {
  const full = { bucket: "lake", prefix: "mine/", access: "write", ...scope } as const;
  return issueCredentials(lake.identity.tokenKey, full, Date.now() + life);
}

async function outcome(keys: Keys | undefined, call: Call): Promise<string> {
  const { status, code } = await callOss(lake.oss.endpoint, keys, call);
  return code === "" ? String(status) : `${status} ${code}`;
}

function put(keys: Keys | undefined, target: string): Promise<string> {
  return outcome(keys, { method: "PUT", target, body: "content" });
}

test("a token reads and writes below its prefix", async () => {
  const token = tokenFor();
  expect(await outcome(token, { target: "/lake/mine/a" })).toBe("200");
  expect(await put(token, "/lake/mine/new")).toBe("200");
  expect(await outcome(token, { target: "/lake?list-type=2&prefix=mine/" })).toBe("200");
  expect(await outcome(token, { method: "DELETE", target: "/lake/mine/new" })).toBe("204");
});

test("an unsigned request is refused", async () => {
  expect(await outcome(undefined, { target: "/lake/mine/a" })).toBe("403 AccessDenied");
  expect(await outcome(undefined, { target: "/" })).toBe("403 AccessDenied");
});

test("a wrong secret, an unknown key and a wrong clock are refused", async () => {
  const wrong = { ...lake.keys, accessKeySecret: "wrong" };
  expect(await outcome(wrong, { target: "/lake/mine/a" })).toBe("403 SignatureDoesNotMatch");
  const unknown = { ...lake.keys, accessKeyId: "LOCALUNKNOWN" };
  expect(await outcome(unknown, { target: "/lake/mine/a" })).toBe("403 InvalidAccessKeyId");
  for (const minutes of [-16, 16]) {
    const date = new Date(Date.now() + minutes * 60_000);
    expect(await outcome(lake.keys, { target: "/lake/mine/a", date })).toBe("403 RequestTimeTooSkewed");
  }
  expect(await outcome(lake.keys, { target: "/lake/mine/a", date: new Date(Date.now() - 14 * 60_000) })).toBe(
    "200",
  );
});

test("a temporary key needs its own security token", async () => {
  const { accessKeyId, accessKeySecret, securityToken = "" } = tokenFor();
  const read = (token: object) =>
    outcome({ accessKeyId, accessKeySecret, ...token }, { target: "/lake/mine/a" });
  expect(await read({})).toBe("403 InvalidAccessKeyId");
  expect(await read({ securityToken: "wrong" })).toBe("403 InvalidSecurityToken");
  expect(await read({ securityToken: tokenFor({ prefix: "" }).securityToken })).toBe(
    "403 InvalidSecurityToken",
  );
  expect(await read({ securityToken })).toBe("200");
  const owner = { ...lake.keys, securityToken };
  expect(await outcome(owner, { target: "/lake/mine/a" })).toBe("403 InvalidSecurityToken");
});

test("a token ends", async () => {
  expect(await outcome(tokenFor(), { target: "/lake/mine/a" })).toBe("200");
  const ended = tokenFor({}, 0);
  expect(await outcome(ended, { target: "/lake/mine/a" })).toBe("403 SecurityTokenExpired");
  expect(await put(ended, "/lake/mine/b")).toBe("403 SecurityTokenExpired");
  const short = tokenFor({}, 300);
  const read = () => outcome(short, { target: "/lake/mine/a" });
  await expect.poll(read, { timeout: 30_000 }).toBe("403 SecurityTokenExpired");
});

test("a token cannot be stretched or widened by changing its id", async () => {
  const { accessKeySecret, securityToken = "" } = tokenFor();
  for (const change of [{ prefix: "" }, { expiresAt: Date.now() + 1e9 }]) {
    const content = {
      bucket: "lake",
      prefix: "mine/",
      access: "write",
      expiresAt: Date.now() + 60_000,
      ...change,
    };
    const accessKeyId = `STS.${Buffer.from(JSON.stringify(content)).toString("base64url")}`;
    const forged = { accessKeyId, accessKeySecret, securityToken };
    expect(await outcome(forged, { target: "/lake/mine/a" })).toBe("403 SignatureDoesNotMatch");
  }
  for (const id of ["STS.", "STS.e30", "STS.!!!!", `STS.${Buffer.from("{").toString("base64url")}`]) {
    expect(recallCredentials(lake.identity.tokenKey, id)).toBeUndefined();
  }
  const scope = { bucket: "lake", prefix: "mine/", access: "write" } as const;
  const elsewhere = issueCredentials(new Secret("another folder's key"), scope, Date.now() + 60_000);
  expect(await outcome(elsewhere, { target: "/lake/mine/a" })).toBe("403 SignatureDoesNotMatch");
});

describe("outside of its scope", () => {
  const foreign: Call[] = [
    { target: "/lake/other/a" },
    { target: "/lake/mine-too/a" },
    { target: "/lake/mine" },
    { target: "/elsewhere/mine/a" },
    { target: "/lake?list-type=2" },
    { target: "/lake?list-type=2&prefix=mine" },
    { target: "/lake?list-type=2&prefix=other/" },
    { method: "HEAD", target: "/lake/other/a" },
    { method: "PUT", target: "/lake/other/b", body: "x" },
    { method: "PUT", target: "/lake/mine/copy", headers: { "x-oss-copy-source": "/lake/other/a" } },
    { method: "DELETE", target: "/lake/other/a" },
    { method: "POST", target: "/lake/other/b?uploads" },
    { method: "POST", target: "/lake/other/b?append&position=0", body: "x" },
    { method: "POST", target: "/lake?delete", body: "<Delete><Object><Key>other/a</Key></Object></Delete>" },
    { target: "/" },
  ];

  test.each(foreign)("$method $target is denied", async (call) => {
    const answer = await callOss(lake.oss.endpoint, tokenFor(), call);
    expect(answer.status).toBe(403);
    if (call.method !== "HEAD") expect(answer.code).toBe("AccessDenied");
  });

  test("nothing of that has changed anything", async () => {
    expect(await outcome(lake.keys, { target: "/lake/other/a" })).toBe("200");
    expect(await outcome(lake.keys, { target: "/lake/other/b" })).toBe("404 NoSuchKey");
    expect(await outcome(lake.keys, { target: "/lake/mine/copy" })).toBe("404 NoSuchKey");
  });
});

test("a token for reading cannot write", async () => {
  const token = tokenFor({ access: "read" });
  expect(await outcome(token, { target: "/lake/mine/a" })).toBe("200");
  for (const call of [
    { method: "PUT", target: "/lake/mine/a", body: "x" },
    { method: "DELETE", target: "/lake/mine/a" },
    { method: "POST", target: "/lake/mine/b?uploads" },
    { method: "POST", target: "/lake/mine/b?append&position=0", body: "x" },
    { method: "POST", target: "/lake?delete", body: "<Delete><Object><Key>mine/a</Key></Object></Delete>" },
  ]) {
    expect(await outcome(token, call)).toBe("403 AccessDenied");
  }
  expect(await outcome(token, { target: "/lake/mine/a" })).toBe("200");
});

test("a presigned URL ends", async () => {
  const client = aliOss(lake.oss.endpoint, "lake", lake.keys, "V4");
  expect((await fetch(await client.signatureUrlV4("GET", 600, undefined, "mine/a"))).status).toBe(200);
  const url = await client.signatureUrlV4("GET", 1, undefined, "mine/a");
  await expect.poll(async () => (await fetch(url)).status, { timeout: 30_000 }).toBe(403);
  const late = await fetch(url);
  expect([late.status, await late.text()]).toEqual([403, expect.stringContaining("Request has expired.")]);
});

test("a lake that refuses signature V1 takes V4", async () => {
  const folder = await temporaryFolder();
  const strict = await openTestLake(folder, { refuseSignatureV1: true });
  const answer = await callOss(strict.oss.endpoint, strict.keys, { target: "/lake?list-type=2" });
  expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
  const client = aliOss(strict.oss.endpoint, "lake", strict.keys, "V4");
  expect((await client.listV2({})).isTruncated).toBe(false);
  await strict.close();
  await removeFolder(folder);
});
