/** Questions of this thread to the main thread, each answered in time or not at all. */
import type { ToMain } from "../wire/thread-messages.ts";

export interface MainQuestions {
  /**
   * Undefined where no answer comes within so many milliseconds: a cell may block the main thread.
   * @param compose makes the message of a question's number
   */
  ask<T>(compose: (question: number) => ToMain, patience: number): Promise<T | undefined>;
  /** Hands an answer to whoever waits for it. */
  hear(question: number, answer: unknown): void;
}

export function createMainQuestions(tellMain: (message: ToMain) => void): MainQuestions {
  const waiting = new Map<number, (answer: unknown) => void>();
  let asked = 0;
  return {
    ask: <T>(compose: (question: number) => ToMain, patience: number) => {
      asked += 1;
      const question = asked;
      return new Promise<T | undefined>((resolve) => {
        const settle = (answer: unknown): void => {
          clearTimeout(timer);
          waiting.delete(question);
          resolve(answer as T | undefined);
        };
        const timer = setTimeout(settle, patience, undefined);
        waiting.set(question, settle);
        tellMain(compose(question));
      });
    },
    hear: (question, answer) => waiting.get(question)?.(answer),
  };
}
