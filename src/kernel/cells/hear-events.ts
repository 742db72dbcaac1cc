import { setImmediate as nextTurn } from "node:timers/promises";

/**
 * Lets Node hear of signals and messages that came while JavaScript computed. One turn is not enough: the first
 * may belong to the round of the event loop in which the computation was, after its look at events.
 */
export async function hearEvents(): Promise<void> {
  await nextTurn();
  await nextTurn();
}
