import type { RecordBatch } from "../../arrow.ts";
import { gatherBatch } from "../rows/gather.ts";
import { chance } from "../rows/sample-rows.ts";

/** Rows that are kept at least, where there are as many. */
const sampleSize = 10_000;
const seed = 20;

interface Piece {
  readonly batch: RecordBatch;
  /** Of its rows. */
  readonly chances: readonly number[];
}

/** Rows chosen by chance, each as likely as any other: all of a few, and of many between 10,000 and 20,000. */
export class RowSample {
  #pieces: Piece[] = [];
  #limit = 1;
  #kept = 0;
  #position = 0;

  get isWhole(): boolean {
    return this.#limit === 1;
  }

  get batches(): readonly RecordBatch[] {
    return this.#pieces.map(({ batch }) => batch);
  }

  add(batch: RecordBatch): void {
    const rows: number[] = [];
    const chances: number[] = [];
    for (let row = 0; row < batch.numRows; row++) {
      const own = chance(seed, this.#position + row);
      if (own >= this.#limit) continue;
      rows.push(row);
      chances.push(own);
    }
    this.#position += batch.numRows;
    if (rows.length === 0) return;
    this.#pieces.push({ batch: gatherBatch(batch, Int32Array.from(rows)), chances });
    this.#kept += rows.length;
    while (this.#kept > 2 * sampleSize) this.#halve();
  }

  #halve(): void {
    this.#limit /= 2;
    this.#pieces = this.#pieces.flatMap(({ batch, chances }) => {
      const rows = chances.flatMap((own, row) => (own < this.#limit ? [row] : []));
      if (rows.length === 0) return [];
      return [
        {
          batch: gatherBatch(batch, Int32Array.from(rows)),
          chances: rows.map((row) => chances[row] as number),
        },
      ];
    });
    this.#kept = this.#pieces.reduce((sum, { chances }) => sum + chances.length, 0);
  }
}
