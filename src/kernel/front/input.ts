/** Questions of a cell to the person at the front end. */
import { Secret } from "../../secret.ts";
import type { Request } from "../wire/message.ts";
import type { Exit } from "./exit.ts";

export interface Input {
  /** Puts a question for the cell of this request. What is answered to a password is never shown from then on. */
  ask(request: Request, prompt: string, isPassword: boolean): void;
  receive(reply: Request): void;
}

export function createInput(exit: Exit, onAnswer: (value: string) => void): Input {
  let asksPassword = false;
  return {
    ask: (request, prompt, isPassword) => {
      asksPassword = isPassword;
      exit.answer(request, "input_request", { prompt, password: isPassword }, "stdin");
    },
    receive: ({ content: { value } }) => {
      const text = typeof value === "string" ? value : "";
      onAnswer(asksPassword ? new Secret(text).reveal() : text);
    },
  };
}
