/** Writes of every kind to one table, one after the other, until it is killed. Says what begins, and what is acknowledged. */
import { connect } from "../../src/index.ts";

const [config = "", name = "", first = "0"] = process.argv.slice(2);
const lake = await connect(JSON.parse(config));
const table = lake.table(name);

/** Texts that do not compress, so that data files take a moment. */
const rowsOf = (write: number) =>
  Array.from({ length: 40 }, (_, row) => ({
    id: write * 100 + row,
    x: write,
    pad: `${write}-`.repeat(2_000),
  }));

const kinds = {
  append: (write: number) => table.append(rowsOf(write)),
  merge: (write: number) => table.merge("id", [{ id: 0, x: write, pad: "" }, ...rowsOf(write)]),
  overwrite: (write: number) => lake.overwrite(name, [{ id: 0, x: write, pad: "" }, ...rowsOf(write)]),
  compact: () => table.compact(),
  delete: () => table.delete("id % 2 = 1"),
  create: (write: number) => lake.createTable(`default.made_${write}`, rowsOf(write)),
} as const;

const names = Object.keys(kinds) as (keyof typeof kinds)[];
for (let write = Number(first); ; write++) {
  const kind = names[Math.floor(Math.random() * names.length)] ?? "append";
  console.log(JSON.stringify({ begins: write, kind }));
  await kinds[kind](write);
  console.log(JSON.stringify({ done: write }));
}
