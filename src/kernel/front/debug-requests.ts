/**
 * Answers `debug_request`: the list of variables works without a debugger, and all that needs one is refused.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html#debug-request
 */
import { z } from "../../zod.ts";
import type { ToMain, VariableAnswer, VariableQuestion } from "../wire/thread-messages.ts";
import type { Content } from "./exit.ts";

export interface DebugRequests {
  /** The content of a `debug_reply`. */
  answer(content: Content): Promise<Content>;
  hear(id: number, answer: VariableAnswer): void;
}

const debugRequest = z.object({
  seq: z.number().catch(0),
  command: z.string().catch(""),
  arguments: z.record(z.string(), z.unknown()).nullish(),
});
const partsArguments = z.object({ variablesReference: z.number() });
const oneArguments = z.object({ variableName: z.string() });

export function createDebugRequests(tellMain: (message: ToMain) => void): DebugRequests {
  const waiting = new Map<number, (answer: VariableAnswer) => void>();
  let questions = 0;
  /** A front end lists variables once it is attached. */
  let isStarted = false;

  function ask(question: VariableQuestion): Promise<VariableAnswer> {
    questions += 1;
    const { promise, resolve } = Promise.withResolvers<VariableAnswer>();
    waiting.set(questions, resolve);
    tellMain({ kind: "variables", id: questions, question });
    return promise;
  }

  /** The body of the answer; undefined for what is refused. */
  async function bodyOf(command: string, given: unknown): Promise<Content | undefined> {
    switch (command) {
      case "initialize":
        return {};
      case "attach":
        isStarted = true;
        return {};
      case "configurationDone":
        return {};
      case "disconnect":
      case "terminate":
        isStarted = false;
        return {};
      case "debugInfo":
        return { ...noBreakpoints, isStarted };
      case "inspectVariables":
        return ask({ about: "all" });
      case "variables":
        return ask({ about: "parts", reference: partsArguments.parse(given).variablesReference });
      case "richInspectVariables":
        return ask({ about: "one", name: oneArguments.parse(given).variableName });
      default:
        return undefined;
    }
  }

  return {
    answer: async (content) => {
      const { seq, command, arguments: given } = debugRequest.parse(content);
      const body = await bodyOf(command, given);
      const reply = { type: "response", request_seq: seq, command };
      return body === undefined
        ? { ...reply, success: false, message: refusalOf(command), body: {} }
        : { ...reply, success: true, body };
    },
    hear: (id, answer) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
    },
  };
}

function refusalOf(command: string): string {
  return command === "richInspectVariables"
    ? "no cell has declared this variable"
    : "this kernel has no debugger: it lists variables, and takes no breakpoints";
}

const noBreakpoints = {
  breakpoints: [],
  stoppedThreads: [],
  exceptionPaths: [],
  hashMethod: "Murmur2",
  hashSeed: 0,
  tmpFilePrefix: "",
  tmpFileSuffix: ".ts",
  richRendering: true,
  copyToGlobals: false,
} as const;
