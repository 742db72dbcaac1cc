import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Call, callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

function call(request: Call) {
  return callOss(lake.oss.endpoint, lake.keys, request);
}

async function outcome(request: Call): Promise<string> {
  const { status, code } = await call(request);
  return code === "" ? String(status) : `${status} ${code}`;
}

function put(target: string, body = "content") {
  return call({ method: "PUT", target, body });
}

async function read(target: string): Promise<string> {
  return (await call({ target })).body.toString();
}

describe("the conditions of a copy", () => {
  const past = new Date(0).toUTCString();
  const future = new Date(Date.now() + 3600_000).toUTCString();
  let etag = "";

  beforeAll(async () => {
    etag = String((await put("/lake/source")).headers.etag);
  });

  test.each<[string, () => string, string]>([
    ["match", () => etag, "200"],
    ["match", () => etag.replaceAll('"', ""), "200"],
    ["match", () => `"other", ${etag}`, "200"],
    ["match", () => '"other"', "412 PreconditionFailed"],
    ["none-match", () => '"other"', "200"],
    ["none-match", () => etag, "304"],
    ["none-match", () => "*", "304"],
    ["modified-since", () => past, "200"],
    ["modified-since", () => future, "304"],
    ["modified-since", () => "no date", "200"],
    ["unmodified-since", () => future, "200"],
    ["unmodified-since", () => past, "412 PreconditionFailed"],
  ])("x-oss-copy-source-if-%s", async (name, value, expected) => {
    const headers = {
      "x-oss-copy-source": "/lake/source",
      [`x-oss-copy-source-if-${name}`]: value(),
    };
    const copied = await outcome({ method: "PUT", target: "/lake/copied", headers });
    expect(copied).toBe(expected);
    expect(await outcome({ method: "DELETE", target: "/lake/copied" })).toBe("204");
    const started = await call({ method: "POST", target: "/lake/parts?uploads" });
    const id = /<UploadId>(.*)<\/UploadId>/.exec(started.body.toString())?.[1];
    const part = { method: "PUT", target: `/lake/parts?partNumber=1&uploadId=${id}`, headers };
    expect(await outcome(part)).toBe(expected);
  });

  test("a plain read takes the same conditions", async () => {
    const answer = (headers: Record<string, string>) => outcome({ target: "/lake/source", headers });
    expect(await answer({ "if-modified-since": "no date" })).toBe("200");
    expect(await answer({ "if-match": etag.replaceAll('"', "") })).toBe("200");
  });
});

test("a blank in a copy source may be a plus", async () => {
  await put("/lake/a%20b%2Bc", "blank");
  for (const source of ["/lake/a+b%2Bc", "/lake/a%20b%2bc", "lake/a+b%2Bc"]) {
    const copy = { method: "PUT", target: "/lake/d", headers: { "x-oss-copy-source": source } };
    expect(await outcome(copy)).toBe("200");
    expect(await read("/lake/d")).toBe("blank");
  }
});

test("keys that end in a slash or have two are objects like any other", async () => {
  const keys = [
    "s/",
    "s//",
    "s///",
    "s//a",
    "s/x//y/",
    "s/x/",
    "s/%empty",
    "s/%%empty",
    "s/%empty-folder",
    "s/z",
  ];
  for (const key of keys) expect((await put(`/lake/${encodeURI(key)}`, key)).status).toBe(200);
  for (const key of keys) expect(await read(`/lake/${encodeURI(key)}`)).toBe(key);
  const listed = await call({ target: "/lake?prefix=s/" });
  const found = [...listed.body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key);
  expect(found).toEqual([...keys].sort());
  const rolledUp = await call({ target: "/lake?prefix=s/&delimiter=/" });
  const prefixes = [...rolledUp.body.toString().matchAll(/<CommonPrefixes><Prefix>(.*?)</g)];
  expect(prefixes.map(([, prefix]) => prefix)).toEqual(["s//", "s/x/"]);
  const copy = { method: "PUT", target: "/lake/t/", headers: { "x-oss-copy-source": "/lake/s/" } };
  expect(await outcome(copy)).toBe("200");
  const body = `<Delete>${keys.map((key) => `<Object><Key>${key}</Key></Object>`).join("")}</Delete>`;
  expect(await outcome({ method: "POST", target: "/lake?delete", body })).toBe("200");
  expect((await call({ target: "/lake?prefix=s/" })).body.toString()).not.toContain("<Key>");
  expect((await put("/lake/s//x", "two")).status).toBe(200);
  expect(await read("/lake/s//x")).toBe("two");
  expect(await outcome({ target: "/lake/s/x" })).toBe("404 NoSuchKey");
});

test.each([
  ["x-oss-object-acl", "public-read"],
  ["x-oss-acl", "public-read"],
  ["x-oss-server-side-encryption", "AES256"],
  ["x-oss-server-side-data-encryption", "SM4"],
  ["x-oss-server-side-encryption-key-id", "key"],
  ["x-oss-tagging", "a=b"],
  ["x-oss-tagging-directive", "Replace"],
  ["x-oss-storage-class", "IA"],
  ["x-oss-callback", "e30="],
  ["x-oss-copy-source-if-range", '"other"'],
  ["x-oss-copy-source-version-id", "1"],
  ["if-match", '"other"'],
  ["if-none-match", "*"],
  ["if-unmodified-since", "Thu, 01 Jan 1970 00:00:00 GMT"],
  ["content-range", "bytes 0-1/2"],
])("the header %s is refused by name in every write", async (name, value) => {
  await put("/lake/kept", "kept");
  const headers = { [name]: value };
  for (const request of [
    { method: "PUT", target: "/lake/kept", body: "new" },
    { method: "PUT", target: "/lake/made", headers: { "x-oss-copy-source": "/lake/kept" } },
    { method: "POST", target: "/lake/made?append&position=0", body: "new" },
    { method: "POST", target: "/lake/made?uploads" },
    { method: "PUT", target: "/made-bucket" },
  ]) {
    const answer = await call({ ...request, headers: { ...headers, ...request.headers } });
    expect([answer.status, answer.code]).toEqual([501, "NotImplemented"]);
    expect(answer.body.toString()).toMatch(
      new RegExp(`does not implement the header ${name}(?: in a write)?\\.`),
    );
  }
  expect(await read("/lake/kept")).toBe("kept");
  expect(await outcome({ target: "/lake/made" })).toBe("404 NoSuchKey");
});

test("headers that ask for what is done anyway are taken", async () => {
  const headers = { "x-oss-storage-class": "Standard", "x-oss-meta-origin": "test" };
  expect(await outcome({ method: "PUT", target: "/lake/plain", headers, body: "x" })).toBe("200");
});

test.each([
  ["response-content-type", "text/plain%0D%0ASet-Cookie:a=b", undefined],
  ["response-content-disposition", "a%0Ab", undefined],
  ["response-cache-control", "a%00b", undefined],
  ["response-expires", "a%7Fb", undefined],
  ["response-content-type", "text/plain", "text/plain"],
  ["response-content-disposition", "attachment;filename=%E6%95%B0%E6%8D%AE", "attachment;filename=数据"],
])("%s=%s becomes a header of the answer, or an error", async (name, value, expected) => {
  await put("/lake/shown");
  const parameter = `${name}=${value}`;
  const resource = `/lake/shown?${decodeURIComponent(parameter)}`;
  const answer = await call({ target: `/lake/shown?${parameter}`, resource });
  if (expected === undefined) {
    expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
    return;
  }
  const header = String(answer.headers[name.slice("response-".length)]);
  expect(Buffer.from(header, "latin1").toString()).toBe(expected);
});

test("a host with a final dot is the same host", async () => {
  await put("/lake/dotted", "dotted");
  const local = { target: "/lake/dotted", headers: { host: "localhost.:80" } };
  expect((await call(local)).body.toString()).toBe("dotted");
  const virtual = { host: "lake.oss-cn-local.aliyuncs.com." };
  const answer = await call({ target: "/dotted", resource: "/lake/dotted", headers: virtual });
  expect(answer.body.toString()).toBe("dotted");
});

test("a connection goes on after a body that was too long to be read", async () => {
  const long = { method: "POST", target: "/lake?delete", body: Buffer.alloc(6 << 20, "x") };
  expect(await outcome(long)).toBe("400 EntityTooLarge");
  expect((await put("/lake/next")).status).toBe(200);
});
