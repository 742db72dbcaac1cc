/** Frames of many columns and long expressions, which Daft and Python go through by calling themselves. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { arrow } from "../../src/arrow.ts";
import { stopSidecars } from "../../src/daft/sidecars.ts";
import { col, type Expression } from "../../src/frame/builder/expr.ts";
import type { Frame } from "../../src/frame/frame.ts";
import { type LanceFolder, openLanceFolder } from "../frame/lance-folder.ts";
import { buildTable } from "../frame/sample-table.ts";
import { makeBarePython } from "./bare-python.ts";

let folder: LanceFolder;
const bare = makeBarePython();

beforeAll(async () => {
  process.env.DLF_LANCE_DAFT_PYTHON = bare.python;
  folder = await openLanceFolder();
  await folder.create("few", buildTable([{ name: "id", type: new arrow.Int64(), cells: [1n, 2n, 5_000n] }]));
});
afterAll(async () => {
  stopSidecars();
  bare.remove();
  await folder.remove();
});

const count = (most: number) => Array.from({ length: most }, (_, number) => number);
const shapes: Readonly<Record<string, (few: Frame) => Frame>> = {
  "400 columns": (few) =>
    few.select(...count(400).map((number) => col("id").add(number).as(`c${number}`))) as never,
  "a list of 3,000 values": (few) => few.where(col("id").add(0).isIn(count(3_000))),
  "400 additions in one": (few) =>
    few.select(
      count(400)
        .reduce<Expression>((sum, number) => sum.add(number), col("id"))
        .as("x"),
    ) as never,
  "100 steps": (few) =>
    count(100).reduce<Frame>((frame, number) => frame.withColumn("x", col("id").add(number)), few),
};

test.each(Object.entries(shapes))("%s", { timeout: 60_000 }, async (_, shape) => {
  const rows = async (engine: "daft" | "here") => await shape(folder.read("few").on(engine)).toObjects();
  expect(await rows("daft")).toEqual(await rows("here"));
});
