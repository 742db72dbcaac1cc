import { createHash, randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DlfLanceError } from "../../src/errors.ts";
import { loadIdentity } from "../../src/local/identity/identity.ts";
import { openLake } from "../../src/local/lake/lake.ts";
import { openDatabase } from "../../src/local/sqlite.ts";
import { callCatalog, lanceTable } from "./catalog-client.ts";
import { aliOss, callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, temporaryFolder } from "./test-lake.ts";

let folder: string;

beforeEach(async () => {
  folder = await temporaryFolder();
});

afterEach(() => removeFolder(folder));

test("a restart keeps keys, tables, objects, their ETags and metadata, and unfinished uploads", async () => {
  const first = await openTestLake(folder);
  const client = aliOss(first.oss.endpoint, "lake", first.keys, "V4");
  await client.put("plain", Buffer.from("plain"), { mime: "text/plain", meta: { a: "b" } });
  await client.multipartUpload("parts", randomBytes(250_000), { partSize: 102_400 });
  const { uploadId } = await client.initMultipartUpload("later");
  const part = await client.uploadPart("later", uploadId, 1, Buffer.from("late"), 0, 4);
  const before = (await client.listV2({})).objects;
  const body = lanceTable("default", "t");
  await callCatalog(first.config, { method: "POST", path: "/v1/lake/databases/default/tables", body });
  const path = "/v1/lake/databases/default/tables/t";
  const table = await callCatalog(first.config, { path });
  expect(table.status).toBe(200);
  const { token } = (await callCatalog(first.config, { path: `${path}/token` })).json as {
    token: Record<string, string>;
  };
  await first.close();
  await first.close();

  const second = await openTestLake(folder);
  expect(second.keys).toEqual(first.keys);
  const again = aliOss(second.oss.endpoint, "lake", second.keys, "V4");
  expect((await again.listV2({})).objects).toMatchObject(
    (before ?? []).map(({ name, etag, size }) => ({ name, etag, size })),
  );
  const md5 = createHash("md5").update("plain").digest("hex").toUpperCase();
  const plain = await again.head("plain");
  expect(plain.res.headers).toMatchObject({ etag: `"${md5}"`, "content-type": "text/plain" });
  expect(plain.meta).toEqual({ a: "b" });
  expect((await again.head("parts")).res.headers.etag).toMatch(/-3"$/);
  await again.completeMultipartUpload("later", uploadId, [{ number: 1, etag: part.etag }]);
  expect((await again.get("later")).content.toString()).toBe("late");
  expect((await callCatalog(second.config, { path })).json).toEqual(table.json);
  const tableKeys = {
    accessKeyId: token["fs.oss.accessKeyId"] ?? "",
    accessKeySecret: token["fs.oss.accessKeySecret"] ?? "",
    securityToken: token["fs.oss.securityToken"] ?? "",
  };
  const location = String(table.json?.path).slice("oss:/".length);
  const put = await callOss(second.oss.endpoint, tableKeys, {
    method: "PUT",
    target: `${location}/x`,
    body: "x",
  });
  expect(put.status).toBe(200);
  await second.close();
});

test("data that a crash has left undeleted are deleted at the next start", async () => {
  const first = await openTestLake(folder);
  await callOss(first.oss.endpoint, first.keys, {
    method: "PUT",
    target: "/lake/lake/x.db/t-1/data",
    body: "x",
  });
  await first.close();
  const database = openDatabase(join(folder, "catalog-lake.sqlite"), () => {});
  database.prepare("INSERT INTO dropped VALUES (?)").run("oss://lake/lake/x.db/t-1");
  database.close();
  const second = await openTestLake(folder);
  const gone = await callOss(second.oss.endpoint, second.keys, { target: "/lake/lake/x.db/t-1/data" });
  expect([gone.status, gone.code]).toEqual([404, "NoSuchKey"]);
  await second.close();
});

test("the keys are for their owner's eyes, and each folder has its own", async () => {
  const other = await temporaryFolder();
  const [one, same, another] = await Promise.all([
    loadIdentity(folder),
    loadIdentity(folder),
    loadIdentity(other),
  ]);
  expect(same.accessKeyId).toBe(one.accessKeyId);
  expect(same.accessKeySecret.reveal()).toBe(one.accessKeySecret.reveal());
  expect(another.accessKeyId).not.toBe(one.accessKeyId);
  expect((await stat(join(folder, "keys.json"))).mode & 0o777).toBe(0o600);
  await removeFolder(other);
});

test("a folder or port that cannot be used is refused in words", async () => {
  const refusal = async (work: Promise<unknown>) => {
    const error = await work.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(DlfLanceError);
    return (error as DlfLanceError).message;
  };
  const lake = await openTestLake(folder);
  const port = Number(new URL(lake.config.uri ?? "").port);
  const ossPort = Number(new URL(lake.oss.endpoint).port);
  expect(await refusal(openLake({ data: folder, port }))).toContain(`127.0.0.1:${port}: the port is in use`);
  expect(await refusal(openLake({ data: folder, ossPort }))).toContain("object store");
  expect(await refusal(openLake({ data: join(folder, "keys.json") }))).toContain("cannot be made (EEXIST)");
  expect(await refusal(openLake({ data: folder, tokenLifetime: 0 }))).toContain("tokenLifetime");
  expect(await refusal(openLake({ data: folder, warehouse: "a/b" }))).toContain("warehouse");
  await lake.close();
});
