/** Questions to the person at the front end, one at a time. */
import { DlfLanceError } from "../errors.ts";
import { Secret } from "../secret.ts";
import type { Request } from "./message.ts";
import { raceAbort } from "./race-abort.ts";
import type { Wire } from "./wire.ts";

export interface StandardInput {
  /**
   * Asks on behalf of a cell. A password is never shown from then on.
   *
   * @throws `Unsupported` when the front end takes no input
   */
  ask(
    cell: { readonly request: Request; readonly allowsInput: boolean; readonly signal: AbortSignal },
    prompt: string,
    isPassword: boolean,
  ): Promise<string>;
  receive(reply: Request): void;
}

export function createStandardInput(wire: Wire): StandardInput {
  let previous: Promise<unknown> = Promise.resolve();
  let answer: ((value: string) => void) | undefined;

  return {
    ask: async (cell, prompt, isPassword) => {
      if (!cell.allowsInput) {
        throw new DlfLanceError(
          "Unsupported",
          `Cannot ask "${prompt}": this front end takes no input; read the value from the environment or a file instead.`,
        );
      }
      const question = previous.then(() => {
        const reply = new Promise<string>((resolve) => {
          answer = resolve;
        });
        wire.answer(cell.request, "input_request", { prompt, password: isPassword }, "stdin");
        return raceAbort(reply, cell.signal);
      });
      previous = question.catch(() => {});
      const value = await question;
      return isPassword ? new Secret(value).reveal() : value;
    },
    receive: (reply) => {
      const { value } = reply.content;
      answer?.(typeof value === "string" ? value : "");
      answer = undefined;
    },
  };
}
