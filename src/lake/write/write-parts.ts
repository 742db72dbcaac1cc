/** Data on their way into a table, cut into what one commit each can hold. */
import { setImmediate } from "node:timers/promises";
import type { Table } from "../../arrow.ts";
import { formatCount } from "../../display/text/number-text.ts";
import { DlfLanceError } from "../../errors.ts";
import { stopIfAborted, waitFor } from "../../interrupt.ts";
import type { TableData } from "../../table/ingest/read-data.ts";
import { readPieces, type WriteData } from "../../table/ingest/read-pieces.ts";

/**
 * How many commits a write may take. `one`: all rows appear at once or not at all; they are held in memory until
 * then. `bounded`: a commit for every 256 MB or so, in bounded memory.
 */
export type Commits = "one" | "bounded";

/** What one commit writes. */
export interface Part {
  readonly tables: readonly Table[];
  readonly rows: number;
  /** In Arrow's form. */
  readonly bytes: number;
}

export interface PartOptions {
  /** What to say cannot be done, such as `append to default.orders`. */
  readonly action: string;
  readonly commits: Commits;
  readonly signal: AbortSignal | undefined;
  /** Bytes after which a part ends when there may be more than one. */
  readonly partBytes?: number;
  /** Bytes that the only part may have at most. */
  readonly largestPart?: number;
}

const defaultPartBytes = 256 * 2 ** 20;

/**
 * Bytes that can be handed to the native library at once: it copies and decodes them, and so takes up to three times
 * their size next to the caller's own data.
 */
function findLargestPart(): number {
  return Math.min(2 ** 31, process.availableMemory() / 4);
}

/**
 * @param build makes a table of one piece, checked; `firstRow` is the number of its first row
 * @returns at least one part, of no rows when there are no data
 */
export async function* readParts(
  data: WriteData,
  build: (piece: TableData, firstRow: number) => Table,
  options: PartOptions,
): AsyncGenerator<Part, void, undefined> {
  const { action, commits, signal, partBytes = defaultPartBytes } = options;
  const largestPart = options.largestPart ?? findLargestPart();
  let firstRow = 0;
  let parts = 0;
  let part: { tables: Table[]; rows: number; bytes: number } = { tables: [], rows: 0, bytes: 0 };
  for await (const piece of untilInterrupted(readPieces(data, action), signal, action)) {
    const table = build(piece, firstRow);
    firstRow += table.numRows;
    for (const slice of commits === "bounded" ? cutTable(table, partBytes) : [table]) {
      part.tables.push(slice);
      part.rows += slice.numRows;
      part.bytes += countBytes(slice);
      if (commits === "bounded" && part.bytes >= partBytes) {
        yield part;
        parts++;
        part = { tables: [], rows: 0, bytes: 0 };
      }
    }
    if (part.bytes > largestPart) throw describeTooLarge(action, largestPart);
  }
  if (part.rows > 0 || parts === 0) yield part;
}

/** A source that never waits would keep every event from being heard for longer, that of the stop button too; in milliseconds. */
const mostWithoutPause = 20;

/** Ends where the next piece never comes, or its source is stopped as a part of the cell. */
async function* untilInterrupted<T>(
  pieces: AsyncGenerator<T, void, undefined>,
  signal: AbortSignal | undefined,
  action: string,
): AsyncGenerator<T, void, undefined> {
  let paused = performance.now();
  try {
    for (;;) {
      if (performance.now() - paused > mostWithoutPause) {
        await setImmediate();
        paused = performance.now();
      }
      const piece = await waitFor(pieces.next(), signal, action);
      stopIfAborted(signal, action);
      if (piece.done === true) return;
      yield piece.value;
    }
  } catch (error) {
    stopIfAborted(signal, action);
    throw error;
  } finally {
    const closed = pieces.return();
    // A source that waits for something else closes when that comes, if ever.
    if (signal?.aborted === true) closed.catch(() => undefined);
    else await closed;
  }
}

function cutTable(table: Table, partBytes: number): readonly Table[] {
  const rows = Math.max(1, Math.floor((table.numRows * partBytes) / Math.max(1, countBytes(table))));
  if (rows >= table.numRows) return [table];
  return Array.from({ length: Math.ceil(table.numRows / rows) }, (_, index) =>
    table.slice(index * rows, (index + 1) * rows),
  );
}

function countBytes(table: Table): number {
  return table.batches.reduce((sum, batch) => sum + batch.data.byteLength, 0);
}

function describeTooLarge(action: string, largest: number): DlfLanceError {
  const megabytes = formatCount(Math.floor(largest / 2 ** 20));
  return new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: the data are more than the ${megabytes} MB that one commit can hold in this process's memory. ` +
      'Allow several commits, with { commits: "bounded" }, or write less at a time. Nothing was written',
  );
}
