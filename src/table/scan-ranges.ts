/**
 * How many rows are read at once: one native iterator keeps to one core, so several read ranges of rows that follow
 * each other, and what they read is delivered in order. At most a few ranges are in memory.
 */
import { availableParallelism } from "node:os";

/** Reads the rows from `begin` to before `end`, as IPC messages in order. */
export type ReadRange = (begin: number, end: number) => AsyncGenerator<Buffer, void, undefined>;

/** Of one range, in bytes: enough that what an object store takes to answer is little beside it. */
const rangeBytes = 16 << 20;
/** Ranges that are read or wait to be delivered, at most. */
const mostRanges = 4;

/**
 * @param step rows of one native batch
 */
export async function* readRanges(
  read: ReadRange,
  begin: number,
  end: number,
  step: number,
): AsyncGenerator<Buffer, void, undefined> {
  const first = Math.min(end, begin + step);
  let bytes = 0;
  for await (const message of read(begin, first)) {
    bytes += message.length;
    yield message;
  }
  const steps = Math.floor(rangeBytes / Math.max(1, bytes));
  // Rows this large are read one batch at a time, and fill memory soon enough.
  if (steps < 1) yield* read(first, end);
  else yield* readAhead(read, first, end, steps * step);
}

async function* readAhead(
  read: ReadRange,
  begin: number,
  end: number,
  rows: number,
): AsyncGenerator<Buffer, void, undefined> {
  const ahead = Math.min(mostRanges, availableParallelism() + 1);
  const ranges: RangeBuffer[] = [];
  let next = begin;
  const startNext = () => {
    if (next >= end) return;
    const until = Math.min(end, next + rows);
    ranges.push(bufferRange(read(next, until)));
    next = until;
  };
  try {
    for (let started = 0; started < ahead; started++) startNext();
    for (let range = ranges.shift(); range !== undefined; range = ranges.shift()) {
      yield* range.messages();
      startNext();
    }
  } finally {
    for (const range of ranges) range.stop();
  }
}

interface RangeBuffer {
  messages(): AsyncGenerator<Buffer, void, undefined>;
  /** Ends the reading at the next message. */
  stop(): void;
}

/** Reads a range to its end at once; its messages wait until they are asked for. */
function bufferRange(source: AsyncGenerator<Buffer, void, undefined>): RangeBuffer {
  const waiting: Buffer[] = [];
  let isStopped = false;
  let wake: () => void = () => undefined;
  const outcome: { ended?: true; error?: unknown } = {};
  const run = async () => {
    try {
      for await (const message of source) {
        if (isStopped) return;
        waiting.push(message);
        wake();
      }
    } catch (error) {
      outcome.error = error;
    }
    outcome.ended = true;
    wake();
  };
  void run();
  const stop = () => {
    isStopped = true;
    waiting.length = 0;
  };
  return {
    async *messages() {
      try {
        for (;;) {
          const message = waiting.shift();
          if (message !== undefined) yield message;
          else if ("error" in outcome) throw outcome.error;
          else if (outcome.ended) return;
          else {
            await new Promise<void>((resolve) => {
              wake = resolve;
            });
          }
        }
      } finally {
        stop();
      }
    },
    stop,
  };
}
