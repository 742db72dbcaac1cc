import { randomBytes } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Answer, callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let folder: string;
let lakes: readonly [TestLake, TestLake];

beforeAll(async () => {
  folder = await temporaryFolder();
  // Started at the same time over an empty folder, as two kernels may be.
  lakes = await Promise.all([openTestLake(folder), openTestLake(folder)]);
});

afterAll(async () => {
  await Promise.all(lakes.map((lake) => lake.close()));
  await removeFolder(folder);
});

function call(index: number, method: string, target: string, body?: Buffer | string): Promise<Answer> {
  const lake = lakes[index % 2 === 0 ? 0 : 1];
  const headers: Record<string, string> = method === "PUT-NEW" ? { "x-oss-forbid-overwrite": "true" } : {};
  return callOss(lake.oss.endpoint, lake.keys, {
    method: method === "PUT-NEW" ? "PUT" : method,
    target,
    headers,
    ...(body === undefined ? {} : { body }),
  });
}

function times<T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => work(index)));
}

test("two servers on one folder have the same keys", () => {
  expect(lakes[0].keys).toEqual(lakes[1].keys);
  expect(lakes[0].oss.endpoint).not.toBe(lakes[1].oss.endpoint);
});

test("of 50 puts of a new object at once, through two servers, exactly one succeeds", async () => {
  for (const key of ["flat", "deep/er/still"]) {
    const bodies = Array.from({ length: 50 }, (_, index) => `${index}`.repeat(1000));
    const answers = await times(50, (index) => call(index, "PUT-NEW", `/lake/race/${key}`, bodies[index]));
    const winners = [...answers.keys()].filter((index) => answers[index]?.status === 200);
    expect(winners).toHaveLength(1);
    const losers = answers.filter(({ status }) => status !== 200);
    expect(losers.every(({ status, code }) => status === 409 && code === "FileAlreadyExists")).toBe(true);
    const stored = await call(0, "GET", `/lake/race/${key}`);
    expect(stored.body.toString()).toBe(bodies[winners[0] ?? -1]);
  }
});

test("a reader sees one whole object, and its ETag, while others overwrite it", async () => {
  const bodies = Array.from({ length: 4 }, () => randomBytes(300_000));
  const etags = new Map<string, Buffer>();
  for (const body of bodies) {
    const { headers } = await call(0, "PUT", "/lake/torn", body);
    etags.set(String(headers.etag), body);
  }
  const writers = times(40, (index) => call(index, "PUT", "/lake/torn", bodies[index % 4]));
  const readers = times(80, (index) => call(index, "GET", "/lake/torn"));
  expect((await writers).every(({ status }) => status === 200)).toBe(true);
  for (const { status, headers, body } of await readers) {
    expect(status).toBe(200);
    expect(etags.get(String(headers.etag))?.equals(body)).toBe(true);
  }
  const listed = await call(1, "GET", "/lake?prefix=torn");
  const last = await call(0, "HEAD", "/lake/torn");
  expect(listed.body.toString()).toContain(`<ETag>${last.headers.etag}</ETag>`);
});

test("puts and deletes in the same folder do not disturb each other", async () => {
  const answers = await times(200, (index) => {
    const target = `/lake/shared/folder/${index % 10}`;
    return index % 3 === 0 ? call(index, "DELETE", target) : call(index, "PUT", target, "x");
  });
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 204]));
});

test("of appends to the same position exactly one succeeds", async () => {
  for (const position of [0, 10]) {
    const target = `/lake/appended?append&position=${position}`;
    const answers = await times(12, (index) => call(index, "POST", target, "0123456789"));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused.every(({ code }) => code === "PositionNotEqualToLength")).toBe(true);
  }
  expect((await call(1, "GET", "/lake/appended")).body.toString()).toBe("01234567890123456789");
});

test("an upload begun at one server is completed at the other", async () => {
  const started = await call(0, "POST", "/lake/uploaded?uploads");
  const id = /<UploadId>(.*?)<\/UploadId>/.exec(started.body.toString())?.[1];
  const part = randomBytes(200_000);
  const stored = await call(1, "PUT", `/lake/uploaded?partNumber=1&uploadId=${id}`, part);
  const etag = stored.headers.etag;
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
  expect((await call(0, "POST", `/lake/uploaded?uploadId=${id}`, body)).status).toBe(200);
  expect((await call(1, "GET", "/lake/uploaded")).body.equals(part)).toBe(true);
});

test("no unfinished file is left", async () => {
  expect(await readdir(join(folder, "staging"))).toEqual([]);
  expect(await readdir(join(folder, "uploads"))).toEqual([]);
});
