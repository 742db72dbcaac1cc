import type { IncomingMessage } from "node:http";
import { z } from "../../zod.ts";

/** What is to go wrong on purpose, with which requests and how often. */
const faultSchema = z.strictObject({
  on: z.enum(["catalog", "oss"]),
  /** Only requests with this method. */
  method: z.string().toUpperCase().optional(),
  /** Only requests with this text in their decoded path. */
  path: z.string().optional(),
  times: z.number().int().positive().default(1),
  fault: z.discriminatedUnion("kind", [
    z.strictObject({ kind: z.literal("delay"), milliseconds: z.number().min(0).max(600_000) }),
    /** In the service's own words: 403 is a token called expired. */
    z.strictObject({ kind: z.literal("status"), status: z.literal([403, 429, 503]) }),
    /** The connection breaks, before the work is done or after. */
    z.strictObject({ kind: z.literal("drop"), when: z.enum(["before", "after"]) }),
  ]),
});

const orderSchema = z.strictObject({
  /** In place of those that are left of earlier orders. The first that fits a request is used. */
  faults: z.array(faultSchema).optional(),
  /** All tokens vended until now. */
  expireTokens: z.literal(true).optional(),
});

export type FaultOrder = z.input<typeof orderSchema>;
export type FaultyService = z.output<typeof faultSchema>["on"];
export type Fault = z.output<typeof faultSchema>["fault"];

/** The faults that are to come in one lake. */
export interface FaultPlan {
  /** @returns what is wrong with the order, if anything is */
  order(order: unknown): string | undefined;
  /** The fault for a request, if any; it then comes one time less. */
  take(service: FaultyService, message: IncomingMessage): Fault | undefined;
  /** Epoch milliseconds: tokens that expire at or before this are refused. */
  tokensEndedUntil(): number;
}

export function createFaultPlan(tokenLifetimeSeconds: number): FaultPlan {
  let waiting: z.output<typeof faultSchema>[] = [];
  let endedUntil = 0;
  return {
    order(order) {
      const parsed = orderSchema.safeParse(order);
      if (!parsed.success) return z.prettifyError(parsed.error);
      const { faults, expireTokens } = parsed.data;
      if (faults !== undefined) waiting = faults;
      if (expireTokens === true) endedUntil = Date.now() + tokenLifetimeSeconds * 1000;
      return undefined;
    },
    take(service, { method, url = "/" }) {
      const path = decodePath(url);
      const found = waiting.find(
        (one) =>
          one.on === service &&
          (one.method === undefined || one.method === method) &&
          (one.path === undefined || path.includes(one.path)),
      );
      if (found === undefined) return undefined;
      found.times--;
      if (found.times === 0) waiting = waiting.filter((one) => one !== found);
      return found.fault;
    },
    tokensEndedUntil: () => endedUntil,
  };
}

function decodePath(url: string): string {
  const path = url.split("?", 1)[0] ?? "";
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
