/** Puts the parts of the front thread together, and has them hear the sockets and the main thread. */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as delay, setImmediate as immediate } from "node:timers/promises";
import { parentPort, receiveMessageOnPort } from "node:worker_threads";
import { meetEnvironmentSecrets } from "../../redaction/environment-secrets.ts";
import { addKnownSecret } from "../../redaction/known-secrets.ts";
import { redactText } from "../../redaction/redact-text.ts";
import type { Checker } from "../language/checker.ts";
import { readConnectionFile } from "../wire/connection-file.ts";
import type { Failure } from "../wire/failure.ts";
import { decodeRequest, type RequestChannel } from "../wire/message.ts";
import { createOutlet } from "../wire/outlet.ts";
import { createOutputStreams } from "../wire/output-streams.ts";
import { watchParent } from "../wire/parent-watch.ts";
import { readReplacedName, sharedSlots } from "../wire/shared-state.ts";
import { openSockets } from "../wire/sockets.ts";
import { tellError } from "../wire/tell-error.ts";
import {
  type CellEnd,
  type CellOrder,
  type FrontStart,
  type ToFront,
  type ToMain,
  weightOf,
} from "../wire/thread-messages.ts";
import { createCellCompiler, warmTranslator } from "./cell-compiler.ts";
import { scopeNames } from "./cell-scope.ts";
import { createChildStreams } from "./child-streams.ts";
import { createCommRelay } from "./comm-relay.ts";
import { createDebugRequests } from "./debug-requests.ts";
import { createDesk } from "./desk.ts";
import { createExecuteQueue } from "./execute-queue.ts";
import { createExit } from "./exit.ts";
import { createHistory } from "./history.ts";
import { openHistoryStore } from "./history-store.ts";
import { createInput } from "./input.ts";
import { describeKernel } from "./kernel-info.ts";
import { createLastWords } from "./last-words.ts";
import { createLiveAnswers } from "./live-answers.ts";
import { createMainQuestions } from "./main-questions.ts";
import { createMemoryWatch } from "./memory-watch.ts";
import { createReplacedWords } from "./replaced-words.ts";
import { createRunner } from "./runner.ts";
import { createTableLookup } from "./table-lookup.ts";

/** Milliseconds for a client to subscribe before it is said that the kernel starts. */
const beforeStarting = 1_000;
/** Milliseconds of a turn of the event loop in which messages are taken out as they are there. */
const takingTime = 10;
/** Milliseconds after the start, when the first cells do not wait for it. */
const beforeWatching = 1_000;
/** Milliseconds the main thread gets to end the process. */
const beforeKill = 2_000;
/** Milliseconds in which the sockets' own thread sends what they were given: it does not say when it has. */
const sending = 100;

const stubbornCell =
  "The cell can not be interrupted now: it is inside work that does not give way, such as a blocking native call or " +
  "a synchronous child process. It will stop when that work ends. Restarting the kernel ends it at once.\n";

function tellMain(message: ToMain): void {
  parentPort?.postMessage(message);
}

/** Writes one line to the terminal the kernel was started from, without secrets. */
function complain(text: string): void {
  try {
    writeSync(2, `dlf-lance kernel: ${redactText(text)}\n`);
  } catch {
    // The terminal is gone, or reads nothing.
  }
}

/** @throws Error where it cannot listen, or the connection file cannot be used */
export async function serveFront(
  { connectionFile, shared: memory, folder, prelude, memoryLimit }: FrontStart,
  checker: Checker,
): Promise<void> {
  meetEnvironmentSecrets();
  const connection = readConnectionFile(connectionFile);
  const shared = new Int32Array(memory);
  const signing = { key: connection.key, scheme: connection.signature_scheme };
  const sockets = await openSockets(connection).catch((error: unknown) => {
    throw new Error(`can not listen where the connection file says: ${tellError(error)}`);
  });
  const outlet = createOutlet(sockets, signing, randomUUID(), countSent, complain);
  const exit = createExit(outlet);
  const historyStore = openHistoryStore(process.env, complain);
  const history = createHistory(historyStore);
  const questions = createMainQuestions(tellMain);
  const tables = createTableLookup(questions, checker.declareTables);
  const compiler = createCellCompiler(folder, checker, [...scopeNames, ...prelude.names], tables);
  const runner = createRunner(shared, tellMain, ({ parent }) => exit.write("stderr", stubbornCell, parent));
  const memoryWatch = createMemoryWatch(memoryLimit, (failure) => queue.interrupt(failure), endLeftOver);
  const lastWords = createLastWords(connectionFile);
  const replacedWords = createReplacedWords(
    shared,
    (text, parent) => exit.write("stderr", text, parent),
    lastWords.blame,
  );
  const streams = createOutputStreams(exit.write, () => queue.running() !== undefined);
  const children = createChildStreams(exit, shared, streams.release);
  const queue = createExecuteQueue({
    exit,
    history,
    compiler,
    runner: { ...runner, run },
    releaseOutput: streams.release,
    endOutput: streams.end,
  });
  const comms = createCommRelay(tellMain);
  const input = createInput(exit, (value) => tellMain({ kind: "input", value }));
  const kernelInfo = describeKernel();
  const debug = createDebugRequests(tellMain);
  const live = createLiveAnswers(questions, tables, () => queue.running() !== undefined);
  const desk = createDesk({
    exit,
    queue,
    input,
    comms,
    history,
    checker,
    debug,
    live,
    kernelInfo,
    shutDown,
    complain,
  });
  const subscription = Promise.withResolvers<void>();
  let isAsked = false;
  let isEnding = false;
  let lastParent = "{}";

  function run(order: CellOrder): Promise<CellEnd> {
    const words = order.isSilent ? undefined : lastWords.take();
    if (words !== undefined) exit.write("stderr", words, order.parent);
    lastParent = order.parent;
    return lastWords.during(order.name, readReplacedName(shared), () =>
      replacedWords.during(order, () => memoryWatch.during(() => runner.run(order))),
    );
  }

  function countSent(counted: number): void {
    Atomics.sub(shared, sharedSlots.outstanding, counted);
    Atomics.notify(shared, sharedSlots.outstanding);
    children.readOn();
  }

  /** Nobody knows which cell has left it running. */
  function endLeftOver({ evalue }: Failure): void {
    const words = `${evalue}. The kernel ends.\n`;
    complain(words.trimEnd());
    exit.write("stderr", words, lastParent);
    streams.release();
    void endProcess();
  }

  async function endProcess(): Promise<void> {
    await outlet.flush();
    await delay(sending);
    process.kill(process.pid, "SIGKILL");
  }

  function shutDown(): void {
    lastWords.forget();
    memoryWatch.close();
    queue.interrupt();
    tellMain({ kind: "shutdown" });
    setTimeout(() => void endProcess(), beforeKill).unref();
  }

  function hear(message: ToFront): void {
    switch (message.kind) {
      case "publish":
        if (message.type === "comm_open") comms.hearOpened(message.content);
        if (message.type === "comm_close") comms.hearClosed(message.content);
        streams.release();
        exit.publish(message.type, message.content, message.parent, weightOf(message), message.metadata);
        break;
      case "text":
        streams.write(message.name, message.text, message.parent, weightOf(message));
        break;
      case "ended":
        void hearEnd(message.end);
        break;
      case "lend":
        void children.lend(message.lease, message.parent, message.answer);
        break;
      case "return":
        void children.takeBack(message.lease, message.answer);
        break;
      case "ask": {
        const running = queue.running();
        streams.release();
        if (running !== undefined) input.ask(running, message.prompt, message.isPassword);
        break;
      }
      case "secret":
        addKnownSecret(message.text);
        historyStore?.forgetSecrets();
        break;
      case "tables":
        tables.hear(message);
        break;
      case "variables":
        debug.hear(message.id, message.answer === undefined ? undefined : JSON.parse(message.answer));
        break;
      case "table-names":
        checker.nameTables(message.names);
        break;
      case "answer":
        questions.hear(message.question, message.answer);
        break;
      case "handled":
        comms.hearHandled(message.comms);
        break;
      case "interrupt":
        queue.interrupt();
        break;
      case "complaint":
        complain(message.text);
        break;
      case "end":
        void end(message.failure);
        break;
      default:
        message satisfies never;
    }
  }

  /** What its children have written belongs before its end. */
  async function hearEnd(end: CellEnd): Promise<void> {
    const drained = children.drain();
    if (drained !== undefined) await drained;
    runner.hear(end);
  }

  /** The sockets must be closed before the process ends: ZeroMQ aborts it otherwise. */
  async function end(failure: Failure | undefined): Promise<void> {
    isEnding = true;
    lastWords.forget();
    memoryWatch.close();
    if (failure !== undefined) {
      runner.abandon(failure);
      // A cell that is still being compiled may wait for the main thread, which waits for this one.
      await Promise.race([queue.close(), delay(beforeKill)]);
    }
    await Promise.race([children.drain(), delay(beforeKill, undefined, { ref: false })]);
    children.close();
    streams.end();
    await Promise.all([outlet.flush(), historyStore?.flush()]);
    checker.close();
    runner.close();
    sockets.close();
    // What still reads from them learns of it first.
    await immediate();
    Atomics.store(shared, sharedSlots.closed, 1);
    Atomics.notify(shared, sharedSlots.closed);
    parentPort?.close();
  }

  async function readRequests(channel: RequestChannel): Promise<void> {
    for await (const frames of sockets.routers[channel]) {
      const request = decodeRequest(channel, frames, signing);
      isAsked = true;
      if (request === undefined) complain(`a malformed or wrongly signed message on ${channel} was ignored`);
      else desk.receive(request);
    }
  }

  async function welcomeSubscribers(): Promise<void> {
    for await (const [frame] of sockets.publisher) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1);
      const content = JSON.stringify({ subscription: topic.toString("utf8") });
      outlet.send({ channel: "iopub", type: "iopub_welcome", identities: [topic], parent: "{}", content });
      subscription.resolve();
    }
  }

  /** The first to subscribe is welcomed before that. Nobody is to hear it behind an answer. */
  async function tellStart(): Promise<void> {
    await Promise.race([subscription.promise, delay(beforeStarting, undefined, { ref: false })]);
    if (!isAsked) exit.publish("status", { execution_state: "starting" }, "{}");
  }

  async function echoHeartbeats(): Promise<void> {
    for await (const frames of sockets.heartbeat) await sockets.heartbeat.send(frames);
  }

  let turnBegan: number | undefined;
  parentPort?.on("message", (first: ToFront) => {
    hear(first);
    if (turnBegan === undefined) {
      turnBegan = performance.now();
      setImmediate(() => {
        turnBegan = undefined;
      });
    }
    // An event for each message would cost more than the message; but one turn has an event for each that waits, and a
    // cell that prints without end must not keep this thread from hearing anything else.
    while (performance.now() - turnBegan < takingTime) {
      const next = receive();
      if (next === undefined) return;
      hear(next.message as ToFront);
    }
  });
  watchParent(shutDown);
  const reading = (["shell", "control", "stdin"] as const).map(readRequests);
  for (const loop of [...reading, welcomeSubscribers(), echoHeartbeats()]) {
    loop.catch((error: unknown) => {
      if (!isEnding) complain(`a socket failed: ${tellError(error)}`);
    });
  }
  tellMain({ kind: "listening" });
  void tellStart();
  setImmediate(warmTranslator);
  setTimeout(lastWords.watch, beforeWatching).unref();
}

function receive(): { message: unknown } | undefined {
  return parentPort === null ? undefined : receiveMessageOnPort(parentPort);
}
