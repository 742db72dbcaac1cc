import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arrow, type Table, type Vector } from "../../src/arrow.ts";
import { renderDataTable } from "../../src/display/table/data-table.ts";
import type { BenchCase } from "./case.ts";
import { startPythonReader } from "./python-reader.ts";

/** One display takes too little time to be printed. */
const displays = 10;

/** A table that is in memory already, as HTML and text: our 10 + 10 rows beside pandas' 5 + 5, of the same data. */
function displayCase(what: string, build: () => Table): BenchCase {
  return {
    name: `${displays} displays of ${what}`,
    async prepare() {
      const folder = await mkdtemp(join(tmpdir(), "dlf-lance-bench-"));
      const table = build();
      const file = join(folder, "table.arrow");
      await writeFile(file, arrow.tableToIPC(table, "file"));
      const python = startPythonReader({});
      await python.order({ frame: file });
      return {
        sides: [
          {
            name: "dlf-lance",
            run: async () => {
              for (let display = 0; display < displays; display++) renderDataTable(table);
            },
          },
          {
            name: "pandas",
            run: async () => {
              await python.order({ draw: displays });
            },
          },
        ],
        close: async () => {
          python.close();
          await rm(folder, { recursive: true });
        },
      };
    },
  };
}

function columns(count: number, make: (column: number) => Vector): Table {
  return new arrow.Table(
    Object.fromEntries(Array.from({ length: count }, (_, column) => [`column ${column}`, make(column)])),
  );
}

const numbers = (rows: number) => arrow.makeVector(Float64Array.from({ length: rows }, (_, row) => row / 7));
const integers = (rows: number) =>
  arrow.makeVector(BigInt64Array.from({ length: rows }, (_, row) => BigInt(row)));

function texts(rows: number, text: (row: number) => string): Vector {
  const bytes = Array.from({ length: rows }, (_, row) => Buffer.from(text(row)));
  let end = 0;
  const offsets = Int32Array.from([0, ...bytes.map(({ length }) => (end += length))]);
  const data = Buffer.concat(bytes);
  return arrow.makeVector(
    arrow.makeData({ type: new arrow.Utf8(), length: rows, nullCount: 0, valueOffsets: offsets, data }),
  );
}

export const displayCases: readonly BenchCase[] = [
  displayCase("10,000 rows × 20 columns", () =>
    columns(
      20,
      (column) =>
        [numbers, integers, (rows: number) => texts(rows, (row) => `text ${row}`)][column % 3]?.(10_000) ??
        numbers(10_000),
    ),
  ),
  displayCase("10,000,000 rows", () => columns(1, () => integers(10_000_000))),
  displayCase("3 rows × 10,000 columns", () => columns(10_000, () => numbers(3))),
  displayCase("20 rows × 4 columns of 1 MB texts", () =>
    columns(4, () => texts(20, () => "<数> & ".repeat(125_000))),
  ),
];
