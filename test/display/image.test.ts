import fc from "fast-check";
import { expect, test } from "vitest";
import { describeImage } from "../../src/display/picture/image.ts";
import { describeMedia } from "../../src/display/picture/media.ts";
import { sizes } from "../sizes.ts";
import { tinyPng } from "./sample-columns.ts";

const bytes = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

test.each([
  ["PNG", tinyPng, 1, 1],
  ["GIF", bytes("474946383961 4001 f000 80 00 00"), 320, 240],
  [
    "JPEG after other segments",
    bytes("ffd8 ffe0 0004 0000 ffe1 0003 00 ff ffc2 0011 08 01e0 0280 03"),
    640,
    480,
  ],
  ["WebP, lossy", bytes("52494646 00000000 57454250 56503820 00000000 000000 9d012a 8002 e001"), 640, 480],
  [
    "WebP, lossless",
    bytes("52494646 00000000 57454250 5650384c 00000000 2f 7fc27700 0000 0000 00"),
    640,
    480,
  ],
  ["WebP, extended", bytes("52494646 00000000 57454250 56503858 0a000000 00000000 7f0200 df0100"), 640, 480],
])("%s", (_, picture, width, height) => {
  expect(describeImage(picture)).toMatchObject({ width, height });
});

const frame = (header: string, length: number) => Buffer.concat([bytes(header), Buffer.alloc(length - 4)]);

test.each([
  ["WAV", Buffer.from("RIFF\0\0\0\0WAVEfmt "), "audio/wav"],
  ["FLAC", Buffer.from("fLaC\0\0\0\x22"), "audio/flac"],
  ["Ogg", Buffer.from("OggS\0\x02"), "audio/ogg"],
  ["MP3", Buffer.from("ID3\x04\0"), "audio/mpeg"],
  ["MP3", Buffer.concat([frame("fffb9064", 417), frame("fffb9064", 417)]), "audio/mpeg"],
  ["MP4", Buffer.from("\0\0\0\x20ftypisom"), "video/mp4"],
  ["MP4", Buffer.from("\0\0\0\x20ftypM4A "), "audio/mp4"],
  ["QuickTime", Buffer.from("\0\0\0\x14ftypqt  "), "video/quicktime"],
  ["WebM", Buffer.from("\x1a\x45\xdf\xa3\x01\0\0\0\0\0\0\x1f\x42\x82\x84webm", "latin1"), "video/webm"],
])("a sound or film in %s", (format, media, mimeType) => {
  expect(describeMedia(media)).toMatchObject({ format, mimeType });
});

test("one frame of an MP3, a WebP, an AVIF and a Matroska film that browsers do not play are no player", () => {
  const webp = Buffer.from("RIFF\0\0\0\0WEBPVP8 ");
  const matroska = Buffer.from("\x1a\x45\xdf\xa3\x42\x82\x88matroska", "latin1");
  for (const other of [
    frame("fffb9064", 500),
    webp,
    Buffer.from("\0\0\0\x20ftypavif"),
    matroska,
    Buffer.of(0xff),
  ])
    expect(describeMedia(other)).toBeUndefined();
});

test("any bytes are described or not, but never fail", () => {
  const starts = [
    "89504e470d0a1a0a",
    "474946383961",
    "ffd8ff",
    "52494646000000005745425056503820",
    "524946460000000057454250",
  ];
  const start = fc.constantFrom("", ...starts).map(bytes);
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 60 }), (head, tail) => {
      const found = describeImage(Buffer.concat([head, tail]));
      describeMedia(Buffer.concat([head, tail]));
      if (head.length === 0 && tail[0] !== 0x89 && tail[0] !== 0xff) expect(found).toBeUndefined();
      for (const size of [found?.width ?? 0, found?.height ?? 0]) expect(Number.isInteger(size)).toBe(true);
    }),
    { numRuns: sizes.generatedCases },
  );
});
