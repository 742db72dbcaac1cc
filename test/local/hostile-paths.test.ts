import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { type Call, callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;
let outside: string;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
  outside = await temporaryFolder();
  await writeFile(join(outside, "secret"), "secret");
  await put("/lake/folder/object");
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
  await removeFolder(outside);
});

async function outcome(call: Call): Promise<string> {
  const { status, code } = await callOss(lake.oss.endpoint, lake.keys, call);
  return code === "" ? String(status) : `${status} ${code}`;
}

function put(target: string): Promise<string> {
  return outcome({ method: "PUT", target, body: "content" });
}

test.each([
  "/lake/../keys.json",
  "/lake/..%2fkeys.json",
  "/lake/%2e%2e/%2e%2e/keys.json",
  "/lake/a/../../keys.json",
  "/lake/a/./b",
  "/lake//a",
  "/lake/a//../b",
  "/lake/..",
  "/lake/a%00b",
  "/lake/a%0Ab",
  `/lake/${"x".repeat(256)}`,
  `/lake/${"x/".repeat(600)}y`,
])("the key of %s is refused", async (target) => {
  for (const method of ["GET", "PUT", "DELETE"]) {
    expect(await outcome({ method, target })).toBe("400 InvalidObjectName");
  }
  const copy = { method: "PUT", target: "/lake/copy", headers: { "x-oss-copy-source": target } };
  expect(await outcome(copy)).toBe("400 InvalidObjectName");
});

test.each([
  "/.tmp/x",
  "/staging/../lake/x",
  "/../keys.json",
  "/%2e%2e/keys.json",
  "/ab/x",
  "/Lake/x",
  "/-lake/x",
  "/a_b/x",
])("the bucket of %s is refused", async (target) => {
  for (const method of ["GET", "PUT", "DELETE"]) {
    expect(await outcome({ method, target })).toMatch(/^(400 Invalid(Bucket|Object)Name|404 NoSuchBucket)$/);
  }
});

test("a bucket that is not there is not made by writing to it", async () => {
  expect(await put("/absent/x")).toBe("404 NoSuchBucket");
  expect(await outcome({ target: "/absent/x" })).toBe("404 NoSuchBucket");
  expect(await outcome({ target: "/absent?list-type=2" })).toBe("404 NoSuchBucket");
  expect(await readdir(join(lake.folder, "buckets"))).toEqual(["lake"]);
});

test("symbolic links are neither followed nor listed", async () => {
  const bucket = join(lake.folder, "buckets", "lake");
  await mkdir(join(bucket, "links"));
  await symlink(join(outside, "secret"), join(bucket, "links", "file"));
  await symlink(outside, join(bucket, "links", "folder"));
  await symlink(outside, join(lake.folder, "buckets", "linked-bucket"));
  expect(await outcome({ target: "/lake/links/file" })).toBe("403 AccessDenied");
  expect(await outcome({ target: "/lake/links/folder/secret" })).toBe("403 AccessDenied");
  expect(await put("/lake/links/folder/new")).toBe("403 AccessDenied");
  expect(await outcome({ method: "DELETE", target: "/lake/links/folder/secret" })).toBe("403 AccessDenied");
  expect(await outcome({ target: "/linked-bucket/secret" })).toBe("404 NoSuchBucket");
  const listed = await callOss(lake.oss.endpoint, lake.keys, { target: "/lake?prefix=links/" });
  expect(listed.body.toString()).not.toContain("<Contents>");
  expect(await put("/lake/links/file")).toBe("200");
  expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
  expect(await readdir(outside)).toEqual(["secret"]);
});

test("an object and a folder of objects cannot have the same name", async () => {
  expect(await put("/lake/folder")).toBe("400 InvalidObjectName");
  expect(await put("/lake/folder/object/below")).toBe("400 InvalidObjectName");
  const once = { method: "PUT", body: "x", headers: { "x-oss-forbid-overwrite": "true" } };
  expect(await outcome({ ...once, target: "/lake/folder" })).toBe("400 InvalidObjectName");
  expect(await outcome({ ...once, target: "/lake/folder/object/below" })).toBe("400 InvalidObjectName");
  expect(await outcome({ target: "/lake/folder" })).toBe("404 NoSuchKey");
  expect(await outcome({ target: "/lake/folder/object/below" })).toBe("404 NoSuchKey");
  expect(await outcome({ method: "DELETE", target: "/lake/folder" })).toBe("204");
  expect(await outcome({ target: "/lake/folder/object" })).toBe("200");
});

test("what is not implemented is refused and changes nothing", async () => {
  for (const name of ["acl", "tagging", "symlink", "restore", "x-oss-process=image", "versionId=1"]) {
    const call = {
      method: "PUT",
      target: `/lake/folder/object?${name}`,
      resource: `/lake/folder/object?${name}`,
    };
    expect(await outcome(call)).toBe("501 NotImplemented");
  }
  expect(await outcome({ target: "/lake?policy", resource: "/lake?policy" })).toBe("501 NotImplemented");
  expect(await outcome({ method: "PATCH", target: "/lake/folder/object" })).toBe("405 MethodNotAllowed");
  expect(await outcome({ target: "/lake/folder/object?prefix=a&prefix=b" })).toBe("400 InvalidArgument");
  expect(
    (await callOss(lake.oss.endpoint, lake.keys, { target: "/lake/folder/object" })).body.toString(),
  ).toBe("content");
});

test.each([
  "",
  "text",
  "<Delete></Delete>",
  "<Delete><Object><Key>a</Key></Object>",
  "<Other><Object><Key>a</Key></Object></Other>",
  '<!DOCTYPE a [<!ENTITY b "folder/object">]><Delete><Object><Key>&b;</Key></Object></Delete>',
  "<Delete><Object><Key>folder/&#1;object</Key></Object></Delete>",
  "<Delete><Object><Key>folder/&x;object</Key></Object></Delete>",
])("a batch delete of %j is malformed", async (body) => {
  expect(await outcome({ method: "POST", target: "/lake?delete", body })).toBe("400 MalformedXML");
  expect(await outcome({ target: "/lake/folder/object" })).toBe("200");
});

test("a batch delete checks all keys before it deletes one", async () => {
  const body =
    "<Delete><Object><Key>folder/object</Key></Object><Object><Key>../keys.json</Key></Object></Delete>";
  expect(await outcome({ method: "POST", target: "/lake?delete", body })).toBe("400 InvalidObjectName");
  expect(await outcome({ target: "/lake/folder/object" })).toBe("200");
});

test("no target whatever writes outside of the bucket", async () => {
  const before = await readdir(lake.folder);
  const part = fc.constantFrom(
    "..",
    ".",
    "",
    "a",
    "%2e",
    "%2F",
    "%5C",
    "%00",
    "lake",
    "keys.json",
    "..%2f",
    "%2e%2e",
    "~",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 6 }), async (parts) => {
      const { status } = await callOss(lake.oss.endpoint, lake.keys, {
        method: "PUT",
        target: `/lake/${parts.join("/")}`,
        body: "x",
      });
      expect([200, 400]).toContain(status);
      expect(await readdir(lake.folder)).toEqual(before);
    }),
    { numRuns: sizes.generatedCases },
  );
  expect(JSON.parse(await readFile(join(lake.folder, "keys.json"), "utf8"))).toHaveProperty("accessKeyId");
});

test("virtual-host style and the absolute target of a proxy reach the same object", async () => {
  const host = "lake.oss-cn-local.aliyuncs.com";
  const resource = "/lake/folder/object";
  expect(await outcome({ target: "/folder/object", resource, headers: { host } })).toBe("200");
  expect(await outcome({ target: `http://${host}/folder/object`, resource })).toBe("200");
  expect(await outcome({ target: "/?prefix=folder/", resource: "/lake/", headers: { host } })).toBe("200");
  const bucketHost = { host: "absent.oss-cn-local.aliyuncs.com" };
  const absent = { target: "/folder/object", resource: "/absent/folder/object", headers: bucketHost };
  expect(await outcome(absent)).toBe("404 NoSuchBucket");
});
