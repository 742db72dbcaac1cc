import { inflateSync } from "node:zlib";
import { readPng } from "../demo/read-png.ts";

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** From 0 to 255. */
  opacityAt(x: number, y: number): number;
}

/** The pixels of a PNG file with 8 bits each of red, green, blue and opacity. */
export function readPicture(file: Uint8Array): Picture {
  const { width, height, pixels } = readPng(file);
  const lines = inflateSync(pixels);
  const rowBytes = width * 4;
  if (lines.length !== (rowBytes + 1) * height) throw new Error("not 8-bit RGBA, row by row");
  const image = new Uint8Array(rowBytes * height);
  for (let row = 0; row < height; row++) {
    const filter = lines[row * (rowBytes + 1)];
    for (let at = 0; at < rowBytes; at++) {
      const left = at < 4 ? 0 : (image[row * rowBytes + at - 4] ?? 0);
      const up = row === 0 ? 0 : (image[(row - 1) * rowBytes + at] ?? 0);
      const corner = row === 0 || at < 4 ? 0 : (image[(row - 1) * rowBytes + at - 4] ?? 0);
      const predicted = [0, left, up, (left + up) >> 1, paeth(left, up, corner)][filter ?? -1];
      if (predicted === undefined) throw new Error(`unknown filter ${filter}`);
      image[row * rowBytes + at] = (lines[row * (rowBytes + 1) + 1 + at] ?? 0) + predicted;
    }
  }
  return { width, height, opacityAt: (x, y) => image[(y * width + x) * 4 + 3] ?? 0 };
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [a, b, c] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [number, number, number];
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
