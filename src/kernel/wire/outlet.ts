/** The way out to the clients: in order, texts joined, and nothing dropped that is read. */
import { setTimeout as delay } from "node:timers/promises";
import { encodeMessage, type RequestChannel, type Signing } from "./message.ts";
import type { Sockets } from "./sockets.ts";
import { tellError } from "./tell-error.ts";
import type { StreamName } from "./thread-messages.ts";

/** A message on its way out. No secret is left in any text; what remains is to frame, sign and send it. */
export interface OutgoingMessage {
  readonly channel: RequestChannel | "iopub";
  readonly type: string;
  readonly identities: readonly Uint8Array[];
  /** JSON text of the header of the request it belongs to. */
  readonly parent: string;
  /** JSON text. */
  readonly content: string;
  /** JSON text. */
  readonly metadata?: string | undefined;
}

/** Text on its way out, which may leave together with what follows it. */
export interface OutgoingText {
  readonly name: StreamName;
  readonly parent: string;
  readonly text: string;
}

export interface Outlet {
  /** `counted` is what `onSent` is to hear of it. */
  send(message: OutgoingMessage, counted?: number): void;
  /** Sends text soon, together with what follows it. */
  write(text: OutgoingText, counted?: number): void;
  /** Settles when everything handed in so far has left for the sockets. */
  flush(): Promise<void>;
}

/** Text of one stream of one request, to be one message. */
interface Gathered {
  readonly name: OutgoingText["name"];
  readonly parent: string;
  readonly pieces: string[];
  length: number;
  counted: number;
}

/** Milliseconds that text waits for more. */
const gatheringTime = 50;
/** UTF-16 units of text in one message. */
const messageLength = 1 << 17;
/** Milliseconds between two looks whether a client that is behind has read on. */
const pause = 5;
/** Milliseconds after which a client that reads nothing loses what it has no room for, so that the others go on. */
const patience = 30_000;
/** Milliseconds until such a client is waited for again. */
const leniency = 60_000;

/** `onSent` hears of everything that has left; `complain`, of what could not. */
export function createOutlet(
  sockets: Sockets,
  signing: Signing,
  session: string,
  onSent: (counted: number) => void,
  complain: (text: string) => void,
): Outlet {
  // Control has its own queue: an interrupt is answered while output waits for a slow client.
  const queues = { output: Promise.resolve(), control: Promise.resolve() };
  let gathered: Gathered | undefined;
  let timer: NodeJS.Timeout | undefined;
  let lenientUntil = 0;

  function enqueue(message: OutgoingMessage, counted: number): void {
    const queue = message.channel === "control" ? "control" : "output";
    queues[queue] = queues[queue]
      .then(() => transmit(message))
      .catch((error: unknown) => complain(`a ${message.type} message was not sent: ${tellError(error)}`))
      .then(() => onSent(counted));
  }

  async function transmit({
    channel,
    type,
    identities,
    parent,
    content,
    metadata,
  }: OutgoingMessage): Promise<void> {
    const isTopicDue = channel === "iopub" && identities.length === 0;
    const route = isTopicDue ? [Buffer.from(`kernel.${session}.${type}`)] : identities;
    const frames = encodeMessage({ type, session, identities: route, parent, content, metadata }, signing);
    if (channel === "iopub") await publish(frames);
    else await sockets.routers[channel].send(frames);
  }

  async function publish(frames: (Uint8Array | string)[]): Promise<void> {
    if (lenientUntil !== 0 && Date.now() > lenientUntil) {
      lenientUntil = 0;
      sockets.publisher.noDrop = true;
    }
    for (const start = Date.now(); ; ) {
      try {
        return await sockets.publisher.send(frames);
      } catch (error) {
        if ((error as { code?: unknown }).code !== "EAGAIN") throw error;
      }
      if (Date.now() - start > patience) {
        lenientUntil = Date.now() + leniency;
        sockets.publisher.noDrop = false;
      } else await delay(pause);
    }
  }

  function sendGathered(): void {
    clearTimeout(timer);
    timer = undefined;
    if (gathered === undefined) return;
    const { name, parent, pieces, counted } = gathered;
    gathered = undefined;
    const content = JSON.stringify({ name, text: pieces.join("") });
    enqueue({ channel: "iopub", type: "stream", identities: [], parent, content }, counted);
  }

  return {
    send: (message, counted = 0) => {
      if (message.channel !== "control") sendGathered();
      enqueue(message, counted);
    },
    write: ({ name, parent, text }, counted = 0) => {
      if (gathered !== undefined && (gathered.name !== name || gathered.parent !== parent)) sendGathered();
      gathered ??= { name, parent, pieces: [], length: 0, counted: 0 };
      gathered.pieces.push(text);
      gathered.length += text.length;
      gathered.counted += counted;
      if (gathered.length >= messageLength) sendGathered();
      else timer ??= setTimeout(sendGathered, gatheringTime);
    },
    flush: async () => {
      sendGathered();
      for (let seen: Promise<void>[] = []; seen[0] !== queues.output || seen[1] !== queues.control; ) {
        seen = [queues.output, queues.control];
        await Promise.all(seen);
      }
    },
  };
}
