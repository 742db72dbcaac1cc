/**
 * How many rows are read at once: one native iterator keeps to one core, so several read ranges of rows that follow
 * each other, and what they read is delivered in order. At most a few ranges are in memory.
 */

/** Reads the rows from `begin` to before `end`, as IPC messages in order. */
export type ReadRange = (begin: number, end: number) => AsyncGenerator<Buffer, void, undefined>;

/** Of one range, and of what waits of it, in bytes: enough that what an object store takes to answer is little. */
const rangeBytes = 16 << 20;
/** Ranges that are read or wait to be delivered, at most: more of them wait for an object store at the same time. */
const mostRanges = 4;
/** Of the first batches together, in bytes of the table's files, which may hold a few times as much in memory. */
const firstBytes = 32 << 20;
/** Batches in each of the first ranges, at most: what is small in a file may be large in memory. */
const mostFirstSteps = 16;

export interface RangeOptions {
  /** Rows of one native batch. */
  readonly step: number;
  /** What the table's files take for a row, in bytes, all columns together: rows in memory may be a few times as large. */
  readonly rowBytes: number;
}

/**
 * The first ranges are read together and cover all rows if the files say that these are few enough, so that an object
 * store is waited for once. How large their rows are in memory decides on the size of the ranges after them.
 */
export async function* readRanges(
  read: ReadRange,
  begin: number,
  end: number,
  { step, rowBytes }: RangeOptions,
): AsyncGenerator<Buffer, void, undefined> {
  const ranges: RangeBuffer[] = [];
  let next = begin;
  const startNext = (rows: number) => {
    if (next >= end) return;
    const until = Math.min(end, next + rows);
    ranges.push(bufferRange(read(next, until)));
    next = until;
  };
  const stepBytes = Math.max(1, rowBytes * step);
  const together = Math.min(mostRanges, Math.max(1, Math.floor(firstBytes / stepBytes)));
  const part = Math.ceil((end - begin) / step / together);
  const firstSteps = Math.max(1, Math.min(part, mostFirstSteps, Math.floor(rangeBytes / stepBytes)));
  try {
    for (let started = 0; started < together; started++) startNext(firstSteps * step);
    const first = ranges.shift();
    if (first === undefined) return;
    let bytes = 0;
    for await (const message of first.messages()) {
      bytes += message.length;
      yield message;
    }
    const steps = Math.floor((rangeBytes * firstSteps) / Math.max(1, bytes));
    for (;;) {
      // Rows of which a batch is larger than a range are read one batch at a time, and fill memory soon enough.
      while (steps > 0 && ranges.length < mostRanges && next < end) startNext(steps * step);
      const range = ranges.shift();
      if (range === undefined) break;
      yield* range.messages();
    }
    yield* read(next, end);
  } finally {
    for (const range of ranges) range.stop();
  }
}

interface RangeBuffer {
  messages(): AsyncGenerator<Buffer, void, undefined>;
  /** Ends the reading at the next message. */
  stop(): void;
}

/** Reads a range at once; its messages wait until they are asked for, and it pauses while enough of them do. */
function bufferRange(source: AsyncGenerator<Buffer, void, undefined>): RangeBuffer {
  const waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isStopped = false;
  let wake: () => void = () => undefined;
  let resume: () => void = () => undefined;
  const outcome: { ended?: true; error?: unknown } = {};
  const run = async () => {
    try {
      for await (const message of source) {
        if (isStopped) return;
        waiting.push(message);
        waitingBytes += message.length;
        wake();
        while (waitingBytes >= rangeBytes && !isStopped) {
          await new Promise<void>((resolve) => {
            resume = resolve;
          });
        }
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
    resume();
  };
  return {
    async *messages() {
      try {
        for (;;) {
          const message = waiting.shift();
          if (message !== undefined) {
            waitingBytes -= message.length;
            resume();
            yield message;
          } else if ("error" in outcome) throw outcome.error;
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
