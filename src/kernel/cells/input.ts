/** Questions to the person at the front end, one at a time. */
import { DlfLanceError } from "../../errors.ts";
import { raceAbort } from "../wire/race-abort.ts";
import type { Front } from "./front.ts";
import type { Interrupts } from "./interrupts.ts";

export interface Input {
  /**
   * Asks on behalf of the cell that runs. A password is never shown from then on.
   *
   * @throws `Unsupported` when the front end takes no input
   */
  ask(prompt: string, isPassword: boolean): Promise<string>;
  receive(answer: string): void;
}

export function createInput(front: Pick<Front, "tell">, interrupts: Pick<Interrupts, "running">): Input {
  let previous: Promise<unknown> = Promise.resolve();
  let receive: ((value: string) => void) | undefined;

  return {
    ask: async (prompt, isPassword) => {
      const cell = interrupts.running();
      if (cell === undefined) throw new Error("no cell is running that could ask");
      if (!cell.order.allowsInput) {
        throw new DlfLanceError(
          "Unsupported",
          `Cannot ask "${prompt}": this front end takes no input; read the value from the environment or a file instead`,
        );
      }
      const question = previous.then(() => {
        const answer = new Promise<string>((resolve) => {
          receive = resolve;
        });
        front.tell({ kind: "ask", prompt, isPassword });
        return raceAbort(answer, cell.signal);
      });
      previous = question.catch(() => {});
      return question;
    },
    receive: (answer) => {
      receive?.(answer);
      receive = undefined;
    },
  };
}
