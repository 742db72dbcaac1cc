/** Answers every request of the front ends. */
import type { Checker } from "../language/checker.ts";
import type { Request } from "../wire/message.ts";
import { tellError } from "../wire/tell-error.ts";
import type { CommRelay } from "./comm-relay.ts";
import type { DebugRequests } from "./debug-requests.ts";
import type { ExecuteQueue } from "./execute-queue.ts";
import { type Content, type Exit, parentOf } from "./exit.ts";
import type { History } from "./history.ts";
import type { Input } from "./input.ts";
import type { LiveAnswers } from "./live-answers.ts";

export interface Desk {
  receive(request: Request): void;
}

/** What answers a request, and the content of its reply; undefined for a message that has none. */
type Answer = (request: Request) => Promise<Content | undefined> | Content | undefined;

export function createDesk(parts: {
  readonly exit: Exit;
  readonly queue: ExecuteQueue;
  readonly input: Input;
  readonly comms: CommRelay;
  readonly history: History;
  readonly checker: Checker;
  readonly debug: Pick<DebugRequests, "answer">;
  readonly live: LiveAnswers;
  readonly kernelInfo: Content;
  readonly shutDown: () => void;
  readonly complain: (text: string) => void;
}): Desk {
  const { exit, queue, input, comms, history, checker, live, debug, kernelInfo, shutDown, complain } = parts;

  /** Loaded with the first of them: what checks their content takes a while. */
  const language = () => import("./language-requests.ts");

  async function relay(request: Request): Promise<undefined> {
    await comms.relay(request);
    return undefined;
  }

  const answers: Readonly<Record<string, Answer>> = {
    kernel_info_request: () => kernelInfo,
    complete_request: async ({ content }) => (await language()).answerComplete(checker, live, content),
    inspect_request: async ({ content }) => (await language()).answerInspect(checker, live, content),
    is_complete_request: async ({ content }) => (await language()).answerIsComplete(checker, content),
    history_request: async ({ content }) => ({ status: "ok", history: await history.find(content) }),
    comm_info_request: ({ content }) => comms.info(content),
    comm_open: relay,
    comm_msg: relay,
    comm_close: relay,
    interrupt_request: () => {
      queue.interrupt();
      return { status: "ok" };
    },
    shutdown_request: ({ content }) => {
      shutDown();
      return { status: "ok", restart: content.restart === true };
    },
    debug_request: ({ content }) => debug.answer(content),
  };

  async function handle(request: Request): Promise<void> {
    const { msg_type } = request.header;
    const reply = msg_type.replace(/_request$/, "_reply");
    exit.publish("status", busy, parentOf(request));
    try {
      const answer = answers[msg_type];
      if (answer === undefined && reply === msg_type) {
        complain(`ignored a message that is not known here: ${msg_type}`);
        return;
      }
      if (answer === undefined) throw new Error("this kernel does not know such a request");
      const content = await answer(request);
      if (content !== undefined) exit.answer(request, reply, content);
    } catch (error) {
      const evalue = tellError(error);
      const failure = { status: "error", ename: "RequestFailed", evalue, traceback: [evalue] };
      if (reply !== msg_type) exit.answer(request, reply, failure);
    } finally {
      exit.publish("status", idle, parentOf(request));
      // Front ends show the state they heard last: a cell that still runs says so again.
      const running = queue.running();
      if (running !== undefined) exit.publish("status", busy, parentOf(running));
    }
  }

  return {
    receive: (request) => {
      const { msg_type } = request.header;
      if (msg_type === "execute_request") queue.submit(request);
      else if (msg_type === "input_reply") input.receive(request);
      else void handle(request);
    },
  };
}

const busy = { execution_state: "busy" };
const idle = { execution_state: "idle" };
