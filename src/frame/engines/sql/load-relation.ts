/** Fetches what a statement reads into memory: DuckDB asks for rows in the middle of its work, and cannot wait. */
import { totalmem } from "node:os";
import type { RecordBatch } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import { stopIfAborted } from "../../../interrupt.ts";
import type { EngineInput } from "../engine.ts";

/** A quarter of the machine's memory. */
export function defaultMemoryLimit(): number {
  return Math.floor(totalmem() / 4);
}

export interface Loading {
  readonly title: string;
  readonly columns: readonly string[];
  /** Bytes that may still be taken, of all inputs together. */
  readonly budget: { left: number; readonly limit: number };
  readonly signal?: AbortSignal;
}

/** @throws DlfLanceError Unsupported, with the figures and the way out, as soon as it is clear that they are too many. */
export async function loadBatches(
  input: EngineInput,
  { title, columns, budget, signal }: Loading,
): Promise<RecordBatch[]> {
  const batches: RecordBatch[] = [];
  let bytes = 0;
  let rows = 0;
  for await (const batch of input.batches(columns)) {
    stopIfAborted(signal, "run SQL");
    bytes += batch.data.byteLength;
    rows += batch.numRows;
    const expected =
      input.rows === undefined || rows === 0 ? bytes : (bytes / rows) * Math.max(rows, input.rows);
    if (expected > budget.left) throw refuse(title, columns, expected, budget.limit);
    batches.push(batch);
  }
  budget.left -= bytes;
  return batches;
}

function refuse(title: string, columns: readonly string[], bytes: number, limit: number): DlfLanceError {
  return new DlfLanceError(
    "Unsupported",
    `Cannot run SQL over ${title}: its ${columns.length} columns take about ${formatBytes(bytes)} in memory, and the limit ` +
      `is ${formatBytes(limit)}; read fewer columns, filter the rows first, or allow more with { memoryLimit: bytes }.`,
  );
}

function formatBytes(bytes: number): string {
  return bytes < 1e9 ? `${Math.ceil(bytes / 1e6)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
}
