import type { RequestListener, ServerResponse } from "node:http";
import type { FaultPlan, FaultyService } from "./fault-plan.ts";

/** Lets a service go wrong as planned. `refuse` sends a status in the service's own words. */
export function withFaults(
  plan: FaultPlan,
  service: FaultyService,
  listener: RequestListener,
  refuse: (response: ServerResponse, status: 403 | 429 | 503) => unknown,
): RequestListener {
  return (message, response) => {
    const fault = plan.take(service, message);
    switch (fault?.kind) {
      case undefined:
        return listener(message, response);
      case "delay":
        setTimeout(() => listener(message, response), fault.milliseconds);
        return;
      case "status":
        message.resume();
        refuse(response, fault.status);
        return;
      case "drop":
        if (fault.when === "before") {
          message.destroy();
          return;
        }
        breakAtAnswer(response);
        return listener(message, response);
      default:
        return fault satisfies never;
    }
  };
}

/** A handler starts its answer when the work is done. */
function breakAtAnswer(response: ServerResponse): void {
  const writeHead = response.writeHead.bind(response) as (...values: unknown[]) => ServerResponse;
  response.writeHead = (...values: unknown[]) => {
    response.destroy();
    return writeHead(...values);
  };
}
