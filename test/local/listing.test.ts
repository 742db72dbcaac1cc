import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { objectPath } from "../../src/local/object-store/object-path.ts";
import { parseXml } from "../../src/local/protocol/xml.ts";
import { sizes } from "../sizes.ts";
import { callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;
let cases = 0;

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

interface Query {
  readonly prefix?: string;
  readonly delimiter?: string;
  readonly startAfter?: string;
  readonly limit?: number;
  readonly version: 1 | 2;
  readonly url?: boolean;
}

/** All pages of a listing: what was found in order, and how many entries each page had. */
async function listAll(bucket: string, query: Query): Promise<{ names: string[]; pages: number[] }> {
  const names: string[] = [];
  const pages: number[] = [];
  const fixed = {
    ...(query.version === 2 ? { "list-type": "2" } : {}),
    ...(query.prefix === undefined ? {} : { prefix: query.prefix }),
    ...(query.delimiter === undefined ? {} : { delimiter: query.delimiter }),
    ...(query.limit === undefined ? {} : { "max-keys": String(query.limit) }),
    ...(query.url ? { "encoding-type": "url" } : {}),
  };
  const start = query.startAfter ?? "";
  let position: Record<string, string> = query.version === 2 ? { "start-after": start } : { marker: start };
  for (;;) {
    const parameters = Object.entries({ ...fixed, ...position }).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    const token = position["continuation-token"];
    const answer = await callOss(lake.oss.endpoint, lake.keys, {
      target: `/${bucket}?${parameters.join("&")}`,
      resource: `/${bucket}${token === undefined ? "" : `?continuation-token=${token}`}`,
    });
    expect(answer.status).toBe(200);
    const page = await readPage(answer.body.toString(), query.url === true);
    names.push(...page.names);
    pages.push(page.names.length);
    if (page.next === undefined) return { names, pages };
    position = query.version === 2 ? { "continuation-token": page.next } : { marker: page.next };
  }
}

async function readPage(xml: string, url: boolean): Promise<{ names: string[]; next: string | undefined }> {
  const document = (await parseXml(xml)) as { ListBucketResult: Record<string, unknown> };
  const { Contents = [], CommonPrefixes = [], NextContinuationToken, NextMarker } = document.ListBucketResult;
  const decode = (text: string) => (url ? decodeURIComponent(text) : text);
  const found = [
    ...([Contents].flat() as { Key: string }[]).map(({ Key }) => decode(Key)),
    ...([CommonPrefixes].flat() as { Prefix: string }[]).map(({ Prefix }) => decode(Prefix)),
  ];
  const marker = typeof NextMarker === "string" ? decode(NextMarker) : undefined;
  const next = typeof NextContinuationToken === "string" ? NextContinuationToken : marker;
  return { names: found.sort(byBytes), next };
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The definition: sort all keys, take those that are wanted, put in one entry for each common prefix. */
function expectedNames(
  keys: readonly string[],
  { prefix = "", delimiter = "", startAfter = "" }: Query,
): string[] {
  const wanted = keys.filter((key) => key.startsWith(prefix) && byBytes(key, startAfter) > 0).sort(byBytes);
  const rolledUp = wanted.map((key) => {
    const end = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return end < 0 ? key : key.slice(0, end + delimiter.length);
  });
  return [...new Set(rolledUp)];
}

async function makeBucket(keys: readonly string[]): Promise<string> {
  const bucket = `case-${++cases}`;
  await mkdir(join(lake.folder, "buckets", bucket));
  for (const key of keys) {
    const path = objectPath(join(lake.folder, "buckets"), bucket, key);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "");
  }
  return bucket;
}

const segment = fc
  .string({
    unit: fc.constantFrom("a", "b", "-", ".", "0", " ", "+", "&", "é", "\uFF5E", "😀"),
    minLength: 1,
    maxLength: 3,
  })
  .filter((text) => text !== "." && text !== "..");
const odd = fc.constantFrom("", "%empty", "%%empty");
const key = fc
  .tuple(segment, fc.array(fc.oneof({ arbitrary: segment, weight: 3 }, odd), { maxLength: 3 }))
  .map(([first, more]) => [first, ...more].join("/"));
/** No key is a folder of another. */
const keys = fc
  .uniqueArray(key, { minLength: 0, maxLength: 12 })
  .map((all) => all.filter((one) => !all.some((other) => other.startsWith(`${one}/`))));
const piece = fc.oneof(
  fc.constant(""),
  key,
  key.map((text) => [...text].slice(0, 2).join("")),
  key.map((text) => `${text}/`),
);

test("any listing, in pages of any size, is the sorted keys", async () => {
  await fc.assert(
    fc.asyncProperty(
      keys,
      fc.record({
        prefix: piece,
        delimiter: fc.constantFrom("", "/", "-", "a/"),
        startAfter: piece,
        limit: fc.integer({ min: 1, max: 5 }),
        version: fc.constant<2>(2),
        url: fc.boolean(),
      }),
      async (all, query) => {
        const bucket = await makeBucket(all);
        const { names, pages } = await listAll(bucket, query);
        expect(names).toEqual(expectedNames(all, query));
        expect(pages.slice(0, -1).every((count) => count === query.limit)).toBe(true);
        const first = await listAll(bucket, { ...query, startAfter: "", version: 1 });
        expect(first.names).toEqual(expectedNames(all, { ...query, startAfter: "" }));
      },
    ),
    { numRuns: Math.ceil(sizes.generatedCases / 3) },
  );
});

test("pages have 100 entries unless asked, 1000 at most", async () => {
  const all = Array.from({ length: 1234 }, (_, index) => `many/${String(index).padStart(5, "0")}`);
  const bucket = await makeBucket(all);
  const plain = await listAll(bucket, { version: 2 });
  expect(plain.names).toEqual(all);
  expect(plain.pages).toEqual([...Array(12).fill(100), 34]);
  expect((await listAll(bucket, { version: 1, limit: 1000 })).pages).toEqual([1000, 234]);
  for (const size of ["0", "1001", "-1", "x", "1.5"]) {
    const answer = await callOss(lake.oss.endpoint, lake.keys, {
      target: `/${bucket}?max-keys=${size}`,
      resource: `/${bucket}`,
    });
    expect([size, answer.status, answer.code]).toEqual([size, 400, "InvalidArgument"]);
  }
});

test("folders without objects are not listed", async () => {
  const bucket = await makeBucket(["a/b/c", "d"]);
  await mkdir(join(lake.folder, "buckets", bucket, "empty/inner"), { recursive: true });
  expect((await listAll(bucket, { version: 2, delimiter: "/" })).names).toEqual(["a/", "d"]);
  const removed = await callOss(lake.oss.endpoint, lake.keys, {
    method: "DELETE",
    target: `/${bucket}/a/b/c`,
  });
  expect(removed.status).toBe(204);
  expect((await listAll(bucket, { version: 2, delimiter: "/" })).names).toEqual(["d"]);
  expect(
    (await callOss(lake.oss.endpoint, lake.keys, { method: "PUT", target: `/${bucket}/a`, body: "x" }))
      .status,
  ).toBe(200);
});

test.each(["list-type=3", "encoding-type=base64"])(
  "what a listing cannot be is refused: %s",
  async (query) => {
    const bucket = await makeBucket(["a"]);
    const answer = await callOss(lake.oss.endpoint, lake.keys, { target: `/${bucket}?${query}` });
    expect([answer.status, answer.code]).toEqual([400, "InvalidArgument"]);
  },
);
