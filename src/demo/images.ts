import { arrow, type Table } from "../arrow.ts";
import { buildDemoTable } from "./build-table.ts";
import { encodePng } from "./png.ts";
import { createChoices, type RandomChoices } from "./random-choices.ts";

const rowCount = 24;
const size = 48;

type Color = readonly [red: number, green: number, blue: number];
type Shape = (x: number, y: number) => boolean;

/** Whether a point is inside; coordinates go from -1 to 1. */
const shapes: readonly (readonly [label: string, inside: Shape])[] = [
  ["disc", (x, y) => x * x + y * y < 0.5],
  ["square", (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.6],
  ["diamond", (x, y) => Math.abs(x) + Math.abs(y) < 0.8],
  ["ring", (x, y) => Math.abs(Math.hypot(x, y) - 0.6) < 0.15],
];

/** Small PNG pictures of one shape each, with the shape's name. */
export function buildImages(): Table {
  const random = createChoices(48);
  const pictures = Array.from({ length: rowCount }, () => {
    const [label, inside] = random.pick(shapes);
    return { label, png: draw(inside, randomColor(random), randomColor(random)) };
  });
  return buildDemoTable([
    ["id", new arrow.Int64(), pictures.map((_, row) => BigInt(row))],
    ["label", new arrow.Utf8(), pictures.map(({ label }) => label)],
    ["image", new arrow.Binary(), pictures.map(({ png }) => png)],
  ]);
}

function randomColor(random: RandomChoices): Color {
  return [random.below(256), random.below(256), random.below(256)];
}

/** A shape before a background that gets darker from top to bottom. */
function draw(inside: Shape, front: Color, back: Color): Uint8Array {
  const rgb = new Uint8Array(size * size * 3);
  for (let row = 0; row < size; row++) {
    for (let column = 0; column < size; column++) {
      const isFront = inside((2 * column) / (size - 1) - 1, (2 * row) / (size - 1) - 1);
      const shade = isFront ? 1 : 1 - row / size / 2;
      const color = isFront ? front : back;
      rgb.set(
        color.map((value) => value * shade),
        (row * size + column) * 3,
      );
    }
  }
  return encodePng(size, size, rgb);
}
