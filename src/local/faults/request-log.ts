import type { RequestListener } from "node:http";
import type { FaultyService } from "./fault-plan.ts";

/** One request that a server of the lake was sent. Times are in milliseconds, of one clock for both servers. */
export interface LoggedRequest {
  readonly on: FaultyService;
  readonly method: string;
  /** With its query. */
  readonly target: string;
  readonly begin: number;
  /** When the answer had gone out, or the connection had ended. */
  readonly end: number;
}

/** The requests that have been answered, in the order of their answers. */
export interface RequestLog {
  watch(service: FaultyService, listener: RequestListener): RequestListener;
  /** Returns what was logged, and starts over. */
  take(): LoggedRequest[];
}

/** So that a lake that serves for long keeps the last ones only. */
const longestLog = 10_000;

export function createRequestLog(): RequestLog {
  let answered: LoggedRequest[] = [];
  return {
    watch: (service, listener) => (message, response) => {
      const begin = performance.now();
      const { method = "", url: target = "" } = message;
      response.once("close", () => {
        if (answered.length >= longestLog) answered = answered.slice(-longestLog / 2);
        answered.push({ on: service, method, target, begin, end: performance.now() });
      });
      return listener(message, response);
    },
    take: () => answered.splice(0),
  };
}
