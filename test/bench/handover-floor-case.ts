/** What Node alone needs to take as many bytes as Daft's process hands over for 10,000,000 rows: no hand-over costs less. */
import { existsSync } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { arrow, encodeTable } from "../../src/arrow.ts";
import type { BenchCase } from "./case.ts";

const partRows = 65_536;
const parts = 153;

export const handoverFloorCase: BenchCase = {
  name: `Node alone: ${parts} parts of ${partRows} rows from memory`,
  async prepare() {
    const part = encodeTable(createPart(), "stream");
    const folder = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    const path = join(folder, `dlf-lance-floor-${process.pid}`);
    await writeFile(path, part);
    const file = await open(path, "r");
    // It lives as long as it is open.
    await rm(path);
    const reused = Buffer.alloc(part.byteLength);
    const take = async (memory: () => Buffer, use: (bytes: Buffer) => void) => {
      for (let taken = 0; taken < parts; taken++) {
        const bytes = memory();
        await file.read(bytes, 0, part.byteLength, 0);
        use(bytes);
      }
    };
    return {
      sides: [
        {
          name: "each in its own memory, as batches",
          run: () => take(() => Buffer.allocUnsafeSlow(part.byteLength), readBatches),
        },
        {
          name: "all in one memory, unread",
          run: () =>
            take(
              () => reused,
              () => undefined,
            ),
        },
      ],
      close: () => file.close(),
    };
  },
};

function readBatches(bytes: Buffer): void {
  const rows = arrow.tableFromIPC(bytes).numRows;
  if (rows !== partRows) throw new Error(`${rows} of ${partRows} rows`);
}

/** The columns of the table of the frame cases, 2.7 MB. */
function createPart() {
  const { makeVector, vectorFromArray } = arrow;
  const texts = Array.from({ length: partRows }, (_, row) => `shanghai${row % 10}`);
  return new arrow.Table({
    id: makeVector(new BigInt64Array(partRows)),
    cat: vectorFromArray(texts, new arrow.Utf8()),
    k: makeVector(new Int32Array(partRows)),
    big: makeVector(new BigInt64Array(partRows)),
    v: makeVector(new Float64Array(partRows)),
  });
}
