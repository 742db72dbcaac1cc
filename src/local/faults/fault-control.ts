import { createHmac } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as delay } from "node:timers/promises";
import type { Secret } from "../../secret.ts";
import { equalInConstantTime } from "../identity/signature.ts";
import type { FaultPlan } from "./fault-plan.ts";
import type { RequestLog } from "./request-log.ts";

/**
 * Where the catalog's server takes orders of faults, `PUT` with a JSON body, and tells the requests that both servers
 * were sent since it was asked last: `GET`. The token goes with both as a bearer.
 */
export const faultsPath = "/local/faults";

export function faultsToken(folderKey: Secret): string {
  return createHmac("sha256", folderKey.reveal()).update("faults").digest("base64url");
}

/** Answers a request to {@link faultsPath}. */
export async function controlFaults(
  plan: FaultPlan,
  log: RequestLog,
  token: string,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = (status: number, text: string) => {
    message.resume();
    response.writeHead(status, { "Content-Type": "text/plain" }).end(text);
  };
  const { authorization = "" } = message.headers;
  if (!equalInConstantTime(authorization, `Bearer ${token}`)) {
    return answer(401, "Send the token of the lake's faults as a bearer token.\n");
  }
  if (message.method === "GET") {
    message.resume();
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(log.take()));
    return;
  }
  if (message.method !== "PUT") return answer(405, "Use PUT or GET.\n");
  const problem = plan.order(await readJson(message));
  if (problem !== undefined) return answer(400, `${problem}\n`);
  // Tokens carry only their end, so one vended in the millisecond of the order would be taken for an older one.
  await delay(2);
  answer(200, "");
}

async function readJson(message: IncomingMessage): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of message) chunks.push(chunk);
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch {
    return undefined;
  }
}
