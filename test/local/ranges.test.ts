import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { sizes } from "../sizes.ts";
import { callOss } from "./oss-client.ts";
import { openTestLake, removeFolder, type TestLake, temporaryFolder } from "./test-lake.ts";

let lake: TestLake;
const contents = new Map([0, 1, 7, 1000, 2_200_000].map((size) => [size, randomBytes(size)]));

beforeAll(async () => {
  lake = await openTestLake(await temporaryFolder());
  for (const [size, body] of contents) {
    await callOss(lake.oss.endpoint, lake.keys, { method: "PUT", target: `/lake/size/${size}`, body });
  }
});

afterAll(async () => {
  await lake.close();
  await removeFolder(lake.folder);
});

interface Expected {
  readonly status: number;
  readonly body?: Buffer;
  readonly contentRange?: string;
}

/** What HTTP and OSS say about a range, in the plainest words. */
function expected(
  content: Buffer,
  from: number | undefined,
  to: number | undefined,
  standard: boolean,
): Expected {
  const whole = { status: 200, body: content };
  if (from === undefined && to === undefined) return whole;
  const bytes = [...content.keys()];
  const wanted =
    from === undefined
      ? bytes.slice(bytes.length - Math.min(bytes.length, to ?? 0))
      : bytes.slice(from, to === undefined ? undefined : to + 1);
  const [first] = wanted;
  const last = wanted.at(-1);
  if (first === undefined || last === undefined) return standard ? { status: 416 } : whole;
  const body = content.subarray(first, last + 1);
  return { status: 206, body, contentRange: `bytes ${first}-${last}/${content.length}` };
}

const bound = fc.option(
  fc.oneof(
    fc.integer({ min: 0, max: 8 }),
    fc.integer({ min: 990, max: 1010 }),
    fc.integer({ min: 0, max: 1500 }),
  ),
  { nil: undefined },
);

test("a range gives the same bytes as a slice of the content", async () => {
  const small = fc.constantFrom(...[...contents.keys()].filter((size) => size <= 1000));
  await fc.assert(
    fc.asyncProperty(
      small,
      bound,
      bound,
      fc.boolean(),
      fc.boolean(),
      async (size, from, to, standard, head) => {
        const answer = await callOss(lake.oss.endpoint, lake.keys, {
          method: head ? "HEAD" : "GET",
          target: `/lake/size/${size}`,
          headers: {
            range: `bytes=${from ?? ""}-${to ?? ""}`,
            ...(standard ? { "x-oss-range-behavior": "standard" } : {}),
          },
        });
        const { status, body, contentRange } = expected(
          contents.get(size) ?? Buffer.alloc(0),
          from,
          to,
          standard,
        );
        expect(answer.status).toBe(status);
        if (status === 416) {
          expect(answer.code).toBe(head ? "" : "InvalidRange");
          return;
        }
        expect(answer.headers["content-range"]).toBe(contentRange);
        expect(answer.headers["content-length"]).toBe(String(body?.length));
        expect(answer.body.equals(head ? Buffer.alloc(0) : (body ?? Buffer.alloc(0)))).toBe(true);
      },
    ),
    { numRuns: sizes.generatedCases },
  );
});

test("ranges across the borders of what is read at once", async () => {
  const [size, content] = [...contents].at(-1) ?? [0, Buffer.alloc(0)];
  const mebibyte = 1 << 20;
  for (const [from, to] of [
    [0, size - 1],
    [mebibyte - 1, mebibyte],
    [mebibyte, 2 * mebibyte - 1],
    [5, 2 * mebibyte + 5],
    [size - 1, size + 100],
  ] as const) {
    const headers = { range: `bytes=${from}-${to}` };
    const answer = await callOss(lake.oss.endpoint, lake.keys, { target: `/lake/size/${size}`, headers });
    expect(answer.status).toBe(206);
    expect(answer.body.equals(content.subarray(from, to + 1))).toBe(true);
  }
});

test.each(["bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "items=0-1", ""])(
  "a header that is no single range, %j, gives all",
  async (range) => {
    const answer = await callOss(lake.oss.endpoint, lake.keys, {
      target: "/lake/size/7",
      headers: { range },
    });
    expect([answer.status, answer.body.length]).toEqual([200, 7]);
  },
);
