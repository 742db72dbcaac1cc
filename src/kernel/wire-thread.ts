/**
 * The thread of the kernel's sockets. It reads, checks and signs messages while the main thread compiles and runs
 * cells; see {@link import("./wire.ts")} for the other side.
 */
import { randomUUID } from "node:crypto";
import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import { createDesk } from "./desk.ts";
import { decodeRequest, type RequestChannel } from "./message.ts";
import { createOutlet } from "./outlet.ts";
import { watchParent } from "./parent-watch.ts";
import { sharedSlots } from "./shared-state.ts";
import { openSockets } from "./sockets.ts";
import { tellError } from "./tell-error.ts";
import { type FromSockets, type ThreadStart, type ToSockets, weightOf } from "./thread-messages.ts";

async function serve({ connection, shared: memory, kernelInfo }: ThreadStart): Promise<void> {
  const shared = new Int32Array(memory);
  const session = randomUUID();
  const signing = { key: connection.key, scheme: connection.signature_scheme };
  const sockets = await openSockets(connection);
  const outlet = createOutlet(sockets, signing, session, countSent, complain);
  const desk = createDesk({ outlet, shared, kernelInfo, tellMain });
  let isEnding = false;

  function tellMain(message: FromSockets): void {
    parentPort?.postMessage(message);
  }

  function complain(text: string): void {
    tellMain({ kind: "complaint", text });
  }

  function countSent(counted: number): void {
    Atomics.sub(shared, sharedSlots.outstanding, counted);
    Atomics.notify(shared, sharedSlots.outstanding);
  }

  function take(message: ToSockets): void {
    switch (message.kind) {
      case "message":
        desk.note(message);
        outlet.send(message, weightOf(message));
        break;
      case "text":
        outlet.write(message, weightOf(message));
        break;
      case "end":
        void end();
        break;
      default:
        message satisfies never;
    }
  }

  /** The sockets must be closed before the process ends: ZeroMQ aborts it otherwise. */
  async function end(): Promise<void> {
    isEnding = true;
    await outlet.flush();
    sockets.close();
    parentPort?.close();
  }

  async function readRequests(channel: RequestChannel): Promise<void> {
    for await (const frames of sockets.routers[channel]) {
      const request = decodeRequest(channel, frames, signing);
      if (request === undefined) complain(`a malformed or wrongly signed message on ${channel} was ignored`);
      else if (!desk.answer(request)) tellMain({ kind: "request", request });
    }
  }

  async function welcomeSubscribers(): Promise<void> {
    for await (const [frame] of sockets.publisher) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      const content = JSON.stringify({ subscription: topic.toString("utf8") });
      const welcome = { channel: "iopub", type: "iopub_welcome", identities: [topic], parent: "{}" } as const;
      outlet.send({ kind: "message", ...welcome, content });
    }
  }

  async function echoHeartbeats(): Promise<void> {
    for await (const frames of sockets.heartbeat) await sockets.heartbeat.send(frames);
  }

  parentPort?.on("message", (first: ToSockets) => {
    take(first);
    // An event for each message would cost more than the message.
    for (let next = receive(); next !== undefined; next = receive()) take(next.message as ToSockets);
  });
  watchParent(desk.shutDown);
  const reading = (["shell", "control", "stdin"] as const).map(readRequests);
  for (const loop of [...reading, welcomeSubscribers(), echoHeartbeats()]) {
    loop.catch((error: unknown) => {
      if (!isEnding) complain(`a socket failed: ${tellError(error)}`);
    });
  }
  const starting = JSON.stringify({ execution_state: "starting" });
  outlet.send({
    kind: "message",
    channel: "iopub",
    type: "status",
    identities: [],
    parent: "{}",
    content: starting,
  });
  tellMain({ kind: "listening" });
}

function receive(): { message: unknown } | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort);
}

// An exception that nobody catches would end the thread at once, and ZeroMQ would abort the process.
serve(workerData as ThreadStart).catch((error: unknown) => {
  parentPort?.postMessage({ kind: "failed", reason: tellError(error) } satisfies FromSockets);
  parentPort?.close();
});
