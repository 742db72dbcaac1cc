/**
 * What the thread of the sockets answers itself, so that it is answered while the main thread computes: who the
 * kernel is, and that it is to stop. Its answers hold constants, and the header of the request they answer.
 */

import type { Request } from "./message.ts";
import type { Outlet } from "./outlet.ts";
import { sharedSlots } from "./shared-state.ts";
import type { FromSockets, OutgoingMessage } from "./thread-messages.ts";

export interface Desk {
  /** Answers the request if it can; false leaves it to the main thread. */
  answer(request: Request): boolean;
  /** Takes note of what the main thread sends: the state that front ends are to show. */
  note(message: OutgoingMessage): void;
  /** Asks the main thread to end the process, and does so itself when that hears nothing. */
  shutDown(): void;
}

/** Milliseconds a cell gets to stop by itself, before SIGINT ends what computes for it. */
const beforeSignal = 100;
/** Milliseconds until whatever computes is made to stop, be it another cell's background work. */
const beforeForce = 400;
/** Milliseconds until the person who waits is told why nothing happens. */
const beforeWord = 1_500;
/** Milliseconds the main thread gets to end the process. */
const beforeKill = 2_000;

const stubbornCell =
  "The cell can not be interrupted now: it is inside work that does not give way, such as a blocking native call, " +
  "a synchronous child process, or a regular expression or a library's own loop after an await. It will stop when " +
  "that work ends. Restarting the kernel ends it at once.\n";

export function createDesk(parts: {
  readonly outlet: Outlet;
  readonly shared: Int32Array<SharedArrayBuffer>;
  readonly kernelInfo: string;
  readonly tellMain: (message: FromSockets) => void;
}): Desk {
  const { outlet, shared, kernelInfo, tellMain } = parts;
  let state: { readonly content: string; readonly parent: string } | undefined;
  let told = 0;

  function send(
    channel: OutgoingMessage["channel"],
    type: string,
    content: object | string,
    request: Request,
  ): void {
    const identities = channel === "iopub" ? [] : request.identities;
    const parent = JSON.stringify(request.header);
    const text = typeof content === "string" ? content : JSON.stringify(content);
    outlet.send({ kind: "message", channel, type, identities, parent, content: text });
  }

  /** Answers between busy and idle. Front ends show the state they heard last: a cell that still runs says so again. */
  function reply(request: Request, type: string, content: object | string): void {
    send("iopub", "status", busy, request);
    send(request.channel, type, content, request);
    send("iopub", "status", idle, request);
    if (state?.content !== busy) return;
    outlet.send({ kind: "message", channel: "iopub", type: "status", identities: [], ...state });
  }

  function interrupt(): void {
    const cell = Atomics.load(shared, sharedSlots.running);
    tellMain({ kind: "interrupt", cell });
    if (cell === 0) return;
    Atomics.store(shared, sharedSlots.stop, cell);
    Atomics.notify(shared, sharedSlots.outstanding);
    const isRunning = (): boolean => Atomics.load(shared, sharedSlots.running) === cell;
    const isHeard = (): boolean => Atomics.load(shared, sharedSlots.heard) === cell;
    const raise = (): void => {
      if (!isRunning() || isHeard()) return;
      Atomics.store(shared, sharedSlots.raised, cell);
      // Ends JavaScript in the first, synchronous part of a cell, also that of libraries, which have no guards.
      process.kill(process.pid, "SIGINT");
    };
    if (process.platform !== "win32") after(beforeSignal, raise);
    after(beforeForce, () => {
      if (isRunning() && !isHeard()) Atomics.store(shared, sharedSlots.force, cell);
    });
    after(beforeWord, () => {
      if (!isRunning() || told === cell || state === undefined) return;
      told = cell;
      outlet.write({ kind: "text", name: "stderr", parent: state.parent, text: stubbornCell });
    });
  }

  function shutDown(): void {
    interrupt();
    tellMain({ kind: "shutdown" });
    after(beforeKill, () => void outlet.flush().then(() => process.kill(process.pid, "SIGKILL")));
  }

  function answer(request: Request): boolean {
    switch (request.header.msg_type) {
      case "kernel_info_request":
        reply(request, "kernel_info_reply", kernelInfo);
        return true;
      case "interrupt_request":
        interrupt();
        reply(request, "interrupt_reply", { status: "ok" });
        return true;
      case "shutdown_request":
        reply(request, "shutdown_reply", { status: "ok", restart: request.content.restart === true });
        shutDown();
        return true;
      case "debug_request":
        reply(request, "debug_reply", refuseDebugging(request.content));
        return true;
      default:
        return false;
    }
  }

  return {
    answer,
    note: ({ type, content, parent }) => {
      if (type === "status") state = { content, parent };
    },
    shutDown,
  };
}

/** A timer that keeps no thread alive whose sockets are closed. */
function after(milliseconds: number, action: () => void): void {
  setTimeout(action, milliseconds).unref();
}

const busy = JSON.stringify({ execution_state: "busy" });
const idle = JSON.stringify({ execution_state: "idle" });

/** @see https://microsoft.github.io/debug-adapter-protocol/specification#Base_Protocol_Response */
function refuseDebugging({ seq, command }: Request["content"]): object {
  return {
    type: "response",
    request_seq: typeof seq === "number" ? seq : 0,
    success: false,
    command: typeof command === "string" ? command : "",
    message: "this kernel has no debugger",
  };
}
