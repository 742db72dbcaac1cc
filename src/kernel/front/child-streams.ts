/** Reads what child processes of cells write, while the main thread may wait for them. */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { createOutputStreams, type OutputStreams } from "../wire/output-streams.ts";
import { roomOutside, type SharedState, sharedSlots } from "../wire/shared-state.ts";
import type { StreamName } from "../wire/thread-messages.ts";
import type { Exit } from "./exit.ts";

export interface ChildStreams {
  /** Puts two descriptors to write to, those of stdout and of stderr, into `answer`; then a 1, or 2 where it cannot. */
  lend(lease: number, parent: string, answer: SharedArrayBuffer): Promise<void>;
  /** The child has its own descriptors now. With `answer`, puts a 1 there when all it wrote so far was read. */
  takeBack(lease: number, answer: SharedArrayBuffer | undefined): Promise<void>;
  /** Settles when all that was written so far is on its way out; undefined where nothing is lent. */
  drain(): Promise<void> | undefined;
  /** There may be room again for what was not read yet. */
  readOn(): void;
  close(): void;
}

interface Loan {
  readonly streams: OutputStreams;
  readonly readers: Socket[];
  readonly writers: Socket[];
}

/** Bytes that the sockets of a child hold at most: what comes after them was written later, by one that prints on and on. */
const mostInSockets = 4 << 20;

/** `beforeWriting` lets what waits elsewhere leave first. */
export function createChildStreams(
  exit: Pick<Exit, "write">,
  shared: SharedState,
  beforeWriting: () => void,
): ChildStreams {
  const loans = new Map<number, Loan>();
  let received = 0;

  function isFull(): boolean {
    return Atomics.load(shared, sharedSlots.outstanding) > roomOutside;
  }

  function readFrom(socket: Socket, name: StreamName, parent: string, streams: OutputStreams): void {
    socket.on("data", (data) => {
      const weight = data.length + 512;
      received += weight;
      Atomics.add(shared, sharedSlots.outstanding, weight);
      beforeWriting();
      streams.write(name, data, parent, weight);
      if (isFull()) socket.pause();
    });
    // A child that is killed may leave a broken socket: what it wrote was read.
    socket.on("error", () => {});
  }

  async function openLoan(lease: number, parent: string): Promise<Loan> {
    const [out, error] = await Promise.all([openPair(), openPair()]);
    const streams = createOutputStreams(exit.write, () => true);
    const readers = [out.reader, error.reader];
    readFrom(out.reader, "stdout", parent, streams);
    readFrom(error.reader, "stderr", parent, streams);
    let open = readers.length;
    for (const reader of readers) {
      reader.once("close", () => {
        open -= 1;
        if (open > 0) return;
        streams.end();
        loans.delete(lease);
      });
    }
    return { streams, readers, writers: [out.writer, error.writer] };
  }

  async function drain(): Promise<void> {
    // What is there when a turn looks for events is read in that turn; the first may have looked already.
    const most = received + loans.size * mostInSockets;
    for (let quiet = 0; quiet < 2 && received < most; ) {
      const before = received;
      await nextTurn();
      const isWaiting = [...loans.values()].some(({ readers }) => readers.some((each) => each.isPaused()));
      quiet = before === received && !isWaiting ? quiet + 1 : 0;
    }
    for (const { streams } of loans.values()) streams.release();
  }

  return {
    lend: async (lease, parent, memory) => {
      const answer = new Int32Array(memory);
      try {
        const loan = await openLoan(lease, parent);
        loans.set(lease, loan);
        loan.writers.forEach((writer, index) => {
          answer[index + 1] = descriptorOf(writer);
        });
        Atomics.store(answer, 0, 1);
      } catch {
        Atomics.store(answer, 0, 2);
      }
      Atomics.notify(answer, 0);
    },
    takeBack: async (lease, memory) => {
      for (const writer of loans.get(lease)?.writers ?? []) writer.destroy();
      if (memory === undefined) return;
      await drain();
      const answer = new Int32Array(memory);
      Atomics.store(answer, 0, 1);
      Atomics.notify(answer, 0);
    },
    drain: () => (loans.size === 0 ? undefined : drain()),
    readOn: () => {
      if (loans.size === 0 || isFull()) return;
      for (const { readers } of loans.values()) for (const reader of readers) reader.resume();
    },
    close: () => {
      for (const { readers, writers, streams } of loans.values()) {
        streams.end();
        for (const socket of [...readers, ...writers]) socket.destroy();
      }
    },
  };
}

/** Two ends of one socket. Node has no pipes; the name exists for a moment, in a folder of this user's. */
async function openPair(): Promise<{ readonly reader: Socket; readonly writer: Socket }> {
  const folder = mkdtempSync(join(tmpdir(), "dlf-lance-"));
  const server = createServer();
  try {
    const name = join(folder, "s");
    server.listen(name);
    await once(server, "listening");
    const writer = connect(name);
    const [[reader]] = (await Promise.all([once(server, "connection"), once(writer, "connect")])) as [
      [Socket],
      unknown,
    ];
    return { reader, writer };
  } finally {
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Node has no public way to it; descriptors are those of the process, whichever thread has opened them. */
function descriptorOf(socket: Socket): number {
  const { _handle } = socket as unknown as { readonly _handle: { readonly fd: number } };
  return _handle.fd;
}
