/** Rows chosen by chance, the same ones for the same seed. */
import type { Field, RecordBatch } from "../../arrow.ts";
import type { SamplePlan } from "../plan/plan.ts";
import { buildBatch } from "./build-data.ts";
import { takeRows } from "./take-rows.ts";
import { type Value, valueReader } from "./values.ts";

export async function* sampleRows(
  input: AsyncIterable<RecordBatch>,
  plan: SamplePlan,
  fields: readonly Field[],
): AsyncGenerator<RecordBatch, void, undefined> {
  if (plan.rows !== null) yield* chooseRows(input, plan.rows, plan.seed, fields);
  else yield* chooseFraction(input, plan.fraction ?? 0, plan.seed);
}

async function* chooseFraction(input: AsyncIterable<RecordBatch>, fraction: number, seed: number) {
  let position = 0;
  for await (const batch of input) {
    const rows: number[] = [];
    for (let row = 0; row < batch.numRows; row++) {
      if (chance(seed, position + row) < fraction) rows.push(row);
    }
    position += batch.numRows;
    if (rows.length > 0) yield takeRows(batch, rows);
  }
}

interface Candidate {
  readonly chance: number;
  readonly position: number;
  readonly values: readonly Value[];
}

/** The rows of lowest chance: each is as likely as any other. Holds twice as many at most. */
async function* chooseRows(
  input: AsyncIterable<RecordBatch>,
  count: number,
  seed: number,
  fields: readonly Field[],
) {
  let candidates: Candidate[] = [];
  let limit = Number.POSITIVE_INFINITY;
  let position = 0;
  const narrow = () => {
    candidates.sort((a, b) => a.chance - b.chance || a.position - b.position);
    candidates = candidates.slice(0, count);
    if (candidates.length === count) limit = candidates.at(-1)?.chance ?? 0;
  };
  for await (const batch of input) {
    const readers = fields.map(({ name }) => {
      const at = batch.schema.fields.findIndex((field) => field.name === name);
      return valueReader(batch.data.children[at] as never);
    });
    for (let row = 0; row < batch.numRows; row++) {
      const own = chance(seed, position + row);
      if (own > limit) continue;
      candidates.push({ chance: own, position: position + row, values: readers.map((read) => read(row)) });
      if (candidates.length > 2 * count + 1024) narrow();
    }
    position += batch.numRows;
  }
  narrow();
  const chosen = candidates.sort((a, b) => a.position - b.position);
  const columns = fields.map((_, index) => chosen.map(({ values }) => values[index] ?? null));
  if (chosen.length > 0) yield buildBatch(fields, columns, chosen.length);
}

/** From 0 up to 1, evenly spread over positions: the mixing steps of MurmurHash3. */
export function chance(seed: number, position: number): number {
  let mixed = (seed ^ Math.imul(position, 0x9e3779b1) ^ Math.floor(position / 2 ** 32)) | 0;
  for (let round = 0; round < 2; round++) {
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    mixed ^= mixed >>> 16;
  }
  return (mixed >>> 0) / 2 ** 32;
}
