/** The main thread, as the front thread has cells run there: one run at a time. */
import { type Failure, interruption } from "../wire/failure.ts";
import type { SharedState } from "../wire/shared-state.ts";
import type { CellEnd, CellOrder, ToMain } from "../wire/thread-messages.ts";
import type { CellRunner } from "./execute-queue.ts";
import { createInterrupter } from "./interrupter.ts";

export interface Runner extends CellRunner {
  /** Hears what has come of a run. */
  hear(end: CellEnd): void;
  /** The run that goes on, and any after it, fails so: the main thread does nothing more. */
  abandon(failure: Failure): void;
  close(): void;
}

/** `onStubborn` hears once of a run that does not stop. */
export function createRunner(
  shared: SharedState,
  tellMain: (message: ToMain) => void,
  onStubborn: (order: CellOrder) => void,
): Runner {
  const interrupter = createInterrupter(shared, (run) => tellMain({ kind: "interrupt", run }));
  let current: { readonly order: CellOrder; readonly settle: (end: CellEnd) => void } | undefined;
  let stopped = 0;
  let abandoned: Failure | undefined;

  function endOf(order: CellOrder, failure: Failure): CellEnd {
    return { run: order.run, reached: [], data: undefined, failure, isTold: false };
  }

  async function giveOrder(order: CellOrder): Promise<void> {
    do tellMain({ kind: "run", order });
    while (await interrupter.isLost(order.run, () => current?.order !== order));
  }

  return {
    run: async (order) => {
      await interrupter.quiet(() => stopped === order.run || abandoned !== undefined);
      if (abandoned !== undefined) return endOf(order, abandoned);
      if (stopped === order.run) return endOf(order, interruption);
      const { promise, resolve } = Promise.withResolvers<CellEnd>();
      current = { order, settle: resolve };
      void giveOrder(order);
      return promise;
    },
    define: (module) => tellMain({ kind: "define", ...module }),
    stop: (run) => {
      stopped = run;
      if (current?.order.run !== run) return;
      const { order } = current;
      interrupter.stop(
        run,
        () => current?.order.run !== run,
        () => onStubborn(order),
      );
    },
    free: interrupter.free,
    hear: (end) => {
      if (current?.order.run !== end.run) return;
      const { settle } = current;
      current = undefined;
      settle(end);
    },
    abandon: (failure) => {
      abandoned = failure;
      current?.settle(endOf(current.order, failure));
      current = undefined;
    },
    close: interrupter.close,
  };
}
