/** The database whose statements may read and write files. All its SQL is our own. */
import { totalmem } from "node:os";
import type { RecordBatch, Schema } from "../../../arrow.ts";
import { Database } from "./database.ts";
import { Worker } from "./worker.ts";

interface FileWork {
  /** What is done, for messages: `read sales.csv`. */
  readonly action: string;
  readonly signal?: AbortSignal | undefined;
}

let shared: Promise<Database> | undefined;

export function fileDatabase(): Promise<Database> {
  shared ??= Database.open({ withFiles: true, memoryLimit: Math.floor(totalmem() / 4) }).catch((error) => {
    shared = undefined;
    throw error;
  });
  return shared;
}

export async function withFileWorker<T>(work: FileWork, use: (worker: Worker) => Promise<T>): Promise<T> {
  const worker = await Worker.take(await fileDatabase(), work);
  try {
    return await use(worker);
  } finally {
    worker.release();
  }
}

/** The columns of a statement's result. */
export function describeQuery(sql: string, work: FileWork): Promise<Schema> {
  return withFileWorker(work, async (worker) => (await worker.query(`${sql} LIMIT 0`)).schema);
}

/** Of a file: what a display or a small limit asks for. */
const firstRows = 2048;

/** The rows of a statement, computed as they are read. */
export async function* queryFiles(sql: string, work: FileWork): AsyncGenerator<RecordBatch, void, undefined> {
  const worker = await Worker.take(await fileDatabase(), work);
  try {
    yield* (await worker.query(sql)).batches(firstRows);
  } finally {
    worker.release();
  }
}
