import { createHash, randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { issueCredentials } from "../../src/local/identity/sts.ts";
import { type AliOss, aliOss } from "./oss-client.ts";
import { type Keys, openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

function tokenKeys(): Keys {
  const scope = { bucket: "lake", prefix: "token/", access: "write" } as const;
  return issueCredentials(lake.identity.tokenKey, scope, Date.now() + 60_000);
}

const status = (expected: number) => expect.objectContaining({ status: expected });

describe.each([
  { version: "V1", owner: true },
  { version: "V1", owner: false },
  { version: "V4", owner: true },
  { version: "V4", owner: false },
] as const)("ali-oss with signature $version (owner: $owner)", ({ version, owner }) => {
  const folder = owner ? `owner-${version}` : `token/${version}`;
  let client: AliOss;

  beforeAll(() => {
    client = aliOss(lake.oss.endpoint, lake.oss.bucket, owner ? lake.keys : tokenKeys(), version);
  });

  test("put, get, head and delete, with type and user metadata", async () => {
    const key = `${folder}/hello wörld+&%.txt`;
    const content = Buffer.from("some text");
    const md5 = createHash("md5").update(content).digest("hex").toUpperCase();
    const put = await client.put(key, content, { mime: "text/plain", meta: { origin: "test" } });
    expect(put.res.headers.etag).toBe(`"${md5}"`);
    const got = await client.get(key);
    expect(got.content.equals(content)).toBe(true);
    expect(got.res.headers["content-type"]).toBe("text/plain");
    const head = await client.head(key);
    expect(head.meta).toEqual({ origin: "test" });
    expect(head.res.headers).toMatchObject({ etag: `"${md5}"`, "content-length": "9" });
    expect((await client.getObjectMeta(key)).res.headers.etag).toBe(`"${md5}"`);
    expect((await client.delete(key)).res.status).toBe(204);
    expect((await client.delete(key)).res.status).toBe(204);
    await expect(client.get(key)).rejects.toMatchObject({ code: "NoSuchKey", status: 404 });
    await expect(client.head(key)).rejects.toMatchObject(status(404));
  });

  test("ranges and conditions", async () => {
    const key = `${folder}/range`;
    const { res } = await client.put(key, Buffer.from("0123456789"));
    const part = await client.get(key, { headers: { Range: "bytes=2-4" } });
    expect([part.res.status, part.content.toString()]).toEqual([206, "234"]);
    const etag = res.headers.etag ?? "";
    expect((await client.get(key, { headers: { "If-None-Match": etag } })).res.status).toBe(304);
    await expect(client.get(key, { headers: { "If-Match": '"other"' } })).rejects.toMatchObject({
      code: "PreconditionFailed",
    });
    const past = new Date(0).toUTCString();
    const future = new Date(Date.now() + 60_000).toUTCString();
    expect((await client.get(key, { headers: { "If-Modified-Since": future } })).res.status).toBe(304);
    await expect(client.get(key, { headers: { "If-Unmodified-Since": past } })).rejects.toMatchObject(
      status(412),
    );
  });

  test("put-if-absent", async () => {
    const key = `${folder}/once`;
    const headers = { "x-oss-forbid-overwrite": "true" };
    await client.put(key, Buffer.from("first"), { headers });
    await expect(client.put(key, Buffer.from("second"), { headers })).rejects.toMatchObject({
      code: "FileAlreadyExists",
      status: 409,
    });
    expect((await client.get(key)).content.toString()).toBe("first");
    await client.put(key, Buffer.from("third"));
    expect((await client.get(key)).content.toString()).toBe("third");
  });

  test("a wrong Content-MD5 is refused and stores nothing", async () => {
    const key = `${folder}/digest`;
    const headers = { "Content-MD5": createHash("md5").update("other").digest("base64") };
    await expect(client.put(key, Buffer.from("text"), { headers })).rejects.toMatchObject({
      code: "InvalidDigest",
    });
    await expect(client.head(key)).rejects.toMatchObject(status(404));
  });

  test("list v1 and v2, page by page, with delimiter", async () => {
    const keys = ["a", "b/1", "b/2", "c&d <e>", "d", "z/x/y"].map((name) => `${folder}/list/${name}`);
    for (const key of keys) await client.put(key, Buffer.from(key));
    const prefix = `${folder}/list/`;
    const rolledUp = ["a", "b/", "c&d <e>", "d", "z/"].map((name) => prefix + name);

    const first: string[] = [];
    let marker: string | undefined;
    do {
      const from = marker === undefined ? {} : { marker };
      const page = await client.list({ prefix, delimiter: "/", "max-keys": 2, ...from });
      first.push(...(page.objects ?? []).map(({ name }) => name), ...(page.prefixes ?? []));
      marker = page.nextMarker ?? undefined;
    } while (marker !== undefined);
    expect(first.sort()).toEqual(rolledUp);

    const second: string[] = [];
    let token: string | undefined;
    do {
      const page = await client.listV2({ prefix, "max-keys": 2, "continuation-token": token });
      second.push(...(page.objects ?? []).map(({ name }) => name));
      token = page.nextContinuationToken ?? undefined;
    } while (token !== undefined);
    expect(second).toEqual(keys);
    const empty = { prefix, marker: "", delimiter: "" };
    expect(await client.list({ ...empty, "max-keys": 1 })).toMatchObject({ isTruncated: true });
    const after = await client.listV2({ prefix, "start-after": `${prefix}c` });
    expect(after.objects?.map(({ name }) => name)).toEqual(keys.slice(3));
    expect(after.objects?.map(({ size }) => size)).toEqual(keys.slice(3).map(({ length }) => length));
  });

  test("a large multipart upload by the client's own splitting", async () => {
    const key = `${folder}/large`;
    const content = randomBytes(2_500_000);
    await client.multipartUpload(key, content, { partSize: 1 << 20, parallel: 3 });
    const got = await client.get(key);
    expect(got.content.equals(content)).toBe(true);
    expect(got.res.headers.etag).toMatch(/^"[0-9A-F]{32}-3"$/);
  });

  test("parts: list, replace, copy, complete, abort", async () => {
    const key = `${folder}/parts`;
    const content = randomBytes(300_000);
    await client.put(`${folder}/source`, content);
    const { uploadId } = await client.initMultipartUpload(key, { mime: "image/png" });
    await client.uploadPart(key, uploadId, 1, Buffer.alloc(150_000), 0, 150_000);
    const one = await client.uploadPart(key, uploadId, 1, content, 0, 120_000);
    const source = { sourceKey: `${folder}/source`, sourceBucketName: lake.oss.bucket };
    const two = await client.uploadPartCopy(key, uploadId, 2, "120000-299999", source);
    const listed = await client.listParts(key, uploadId);
    expect([listed.parts].flat().map(({ Size }) => Number(Size))).toEqual([120_000, 180_000]);
    const parts = [
      { number: 1, etag: one.etag },
      { number: 2, etag: two.etag },
    ];
    await expect(
      client.completeMultipartUpload(key, uploadId, [{ number: 1, etag: two.etag }]),
    ).rejects.toMatchObject({ code: "InvalidPart" });
    await client.completeMultipartUpload(key, uploadId, parts);
    const got = await client.get(key);
    expect(got.content.equals(content)).toBe(true);
    expect(got.res.headers["content-type"]).toBe("image/png");
    await expect(client.listParts(key, uploadId)).rejects.toMatchObject({ code: "NoSuchUpload" });

    const { uploadId: dropped } = await client.initMultipartUpload(key);
    await client.uploadPart(key, dropped, 1, content, 0, 120_000);
    await client.abortMultipartUpload(key, dropped);
    await expect(client.uploadPart(key, dropped, 2, content, 0, 1)).rejects.toMatchObject({
      code: "NoSuchUpload",
    });
    expect((await client.get(key)).content.equals(content)).toBe(true);
  });

  test("copy and batch delete", async () => {
    const keys = ["x", "y & <z>", "ü+%20"].map((name) => `${folder}/batch/${name}`);
    await client.put(`${folder}/original`, Buffer.from("content"), { meta: { kept: "yes" } });
    for (const key of keys) await client.copy(key, `${folder}/original`);
    expect((await client.get(keys[1] ?? "")).content.toString()).toBe("content");
    expect((await client.head(keys[2] ?? "")).meta).toEqual({ kept: "yes" });
    const removed = await client.deleteMulti([...keys, `${folder}/batch/absent`]);
    expect(removed.deleted?.map(({ Key }) => Key)).toEqual([...keys, `${folder}/batch/absent`]);
    expect((await client.listV2({ prefix: `${folder}/batch/` })).objects ?? []).toEqual([]);
  });

  test("append", async () => {
    const key = `${folder}/log`;
    const first = await client.append(key, Buffer.from("one,"));
    expect(first.nextAppendPosition).toBe("4");
    await client.append(key, Buffer.from("two"), { position: first.nextAppendPosition });
    expect((await client.get(key)).content.toString()).toBe("one,two");
    await expect(client.append(key, Buffer.from("!"), { position: "4" })).rejects.toMatchObject({
      code: "PositionNotEqualToLength",
    });
    await client.put(`${folder}/plain`, Buffer.from("x"));
    await expect(client.append(`${folder}/plain`, Buffer.from("y"), { position: "1" })).rejects.toMatchObject(
      {
        code: "ObjectNotAppendable",
      },
    );
  });

  test("presigned URLs", async () => {
    const key = `${folder}/signed url.txt`;
    await client.put(key, Buffer.from("by link"));
    const urls = {
      V1: () => client.signatureUrl(key, { expires: 60, response: { "content-type": "text/x-test" } }),
      V4: () => client.signatureUrlV4("GET", 60, undefined, key),
    };
    const url = await urls[version]();
    const answer = await fetch(url);
    expect([answer.status, await answer.text()]).toEqual([200, "by link"]);
    if (version === "V1") expect(answer.headers.get("content-type")).toBe("text/x-test");
    expect((await fetch(url, { method: "DELETE" })).status).toBe(403);
    expect((await fetch(url.replace("signed", "signet"))).status).toBe(403);
  });
});

describe.each(["V1", "V4"] as const)("buckets with signature %s", (version) => {
  test("the owner makes, lists, describes and deletes buckets; a token may not", async () => {
    const owner = aliOss(lake.oss.endpoint, lake.oss.bucket, lake.keys, version);
    const name = `extra-${version.toLowerCase()}`;
    await owner.putBucket(name);
    expect((await owner.listBuckets()).buckets.map((bucket) => bucket.name)).toContain(name);
    expect((await owner.getBucketInfo(name)).bucket.Name).toBe(name);
    await owner.deleteBucket(name);
    expect((await owner.listBuckets()).buckets.map((bucket) => bucket.name)).not.toContain(name);
    await expect(owner.deleteBucket(lake.oss.bucket)).rejects.toMatchObject({ code: "BucketNotEmpty" });
    const holder = aliOss(lake.oss.endpoint, lake.oss.bucket, tokenKeys(), version);
    await expect(holder.listBuckets()).rejects.toMatchObject({ code: "AccessDenied" });
    await expect(holder.putBucket(name)).rejects.toMatchObject({ code: "AccessDenied" });
  });
});
