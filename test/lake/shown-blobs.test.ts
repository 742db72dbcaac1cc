/** Blobs of a table as a display shows them: read by range, as pictures and players. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { formatForDisplay } from "../../src/display/mime.ts";
import type { Connection } from "../../src/index.ts";
import { tinyPng } from "../display/sample-columns.ts";
import { refusal } from "../refusal.ts";
import { openTemporaryLake, type TemporaryLake } from "../temporary-lake.ts";

let temporary: TemporaryLake;
let lake: Connection;

const wav = Buffer.concat([Buffer.from("RIFF\x24\0\0\0WAVEfmt ", "latin1"), Buffer.alloc(4_000)]);
const film = Buffer.concat([Buffer.from("\0\0\0\x20ftypisom", "latin1"), Buffer.alloc(700_000)]);
const blobs = [tinyPng, null, wav, film, Buffer.from("first"), Buffer.alloc(0)];

beforeAll(async () => {
  temporary = await openTemporaryLake();
  lake = temporary.lake;
  const data = new arrow.Field("data", new arrow.LargeBinary(), true);
  const logical = new arrow.Struct([data, new arrow.Field("uri", new arrow.Utf8(), true)]);
  const fields = [
    new arrow.Field("id", new arrow.Int64(), true),
    new arrow.Field("file", logical, true, new Map([["ARROW:extension:name", "lance.blob.v2"]])),
  ];
  await lake.createTable("default.files", new arrow.Table(new arrow.Schema(fields)));
  await lake.append(
    "default.files",
    blobs.map((file, id) => ({ id, file })),
  );
});

afterAll(() => temporary?.close());

const shown = async (value: unknown) => {
  const bundle = await formatForDisplay(value);
  return { text: String(bundle["text/plain"]), html: String(bundle["text/html"]) };
};

test("a table's blobs are pictures and players, and those too large for them say what they are", async () => {
  const { text, html } = await shown(lake.read("default.files"));
  const cells = text.split("\n").flatMap((line) => /^│ +(\d) │ (.*?) *│$/.exec(line)?.[2] ?? []);
  expect(cells).toEqual([
    `PNG 1×1 ${tinyPng.length} B`,
    "null",
    "WAV audio 4.02 kB",
    "MP4 video 700 kB",
    "5 B 0x6669727374",
    "0 B",
  ]);
  expect(text).toMatch(/│ +int64 │ blob +│/);
  expect(html).toContain(`<img src="data:image/png;base64,${Buffer.from(tinyPng).toString("base64")}"`);
  expect(html).toContain(`<audio controls preload="metadata" src="data:audio/wav;base64,`);
  expect(html).not.toContain("<video");
  expect(html).not.toContain("_rowid");
});

test("so are those of a filter, a page, some columns and show(), whatever the order of the columns", async () => {
  const found = lake.read("default.files").where("id >= 2").select("file", "id");
  expect((await shown(found)).text).toMatch(/│ WAV audio 4\.02 kB │ +2 │\n│ MP4 video 700 kB +│ +3 │/);
  expect(String(await found.show(1))).toMatch(/│ WAV audio 4\.02 kB │ +2 │\n└/);
  expect((await shown(await lake.read("default.files").page(2, { size: 2 }))).text).toContain(
    "WAV audio 4.02 kB",
  );
  expect((await shown(lake.read("default.files").select("file").head(1))).text).toContain("PNG 1×1");
});

test("behind other steps blobs show their size, and rows keep saying where they lie", async () => {
  const sorted = lake.read("default.files").sort({ by: "id", descending: true }).head(3);
  expect((await shown(sorted)).text).toContain("700 kB");
  const [row] = await lake.read("default.files").where("id = 4").toObjects();
  expect(row).toMatchObject({ id: 4n, file: { size: 5n } });
});

test("bytes of a sound or a film are a player, as they come out of a table", async () => {
  const [sound, video] = await lake.table("default.files").fetchBlobs("file", [2, 3]);
  expect((await shown(sound)).html).toMatch(/^<audio controls [^>]*src="data:audio\/wav;base64,/);
  expect((await shown(video)).html).toMatch(/^<video controls [^>]*src="data:video\/mp4;base64,/);
  expect((await shown(sound)).text).toBe("WAV audio 4.02 kB");
});

test("blobs are not compared, so that they are no key", async () => {
  for (const call of [
    () => lake.table("default.files").merge("file", [{ id: 9, file: tinyPng }]),
    () => lake.insertOverwrite("default.files", [{ id: 9, file: tinyPng }], { where: "id = 0", on: "file" }),
  ])
    expect(await refusal(call)).toMatch(
      /^Unsupported: Cannot .*: column file holds blobs, which are not compared; name a key of numbers or texts$/,
    );
  expect(await lake.table("default.files").count()).toBe(blobs.length);
});
