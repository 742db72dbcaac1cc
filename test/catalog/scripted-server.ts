/** A real HTTP server on the loopback that answers as a test says, faults included, and remembers what it got. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface ReceivedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly at: number;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** An object becomes JSON. */
  readonly body?: object | string;
  /** Milliseconds before the answer. */
  readonly delay?: number;
  /** Close the connection instead of answering, or in the middle of the body. */
  readonly lose?: "whole answer" | "rest of the body";
  /** Send a byte of the body now and then, for ever. */
  readonly drip?: boolean;
}

export interface ScriptedServer {
  readonly uri: string;
  readonly requests: readonly ReceivedRequest[];
  close(): Promise<void>;
}

export async function startScriptedServer(
  answer: (request: ReceivedRequest) => Reply | Promise<Reply>,
): Promise<ScriptedServer> {
  const requests: ReceivedRequest[] = [];
  const server = createServer(async (incoming, outgoing) => {
    const request = await readRequest(incoming);
    requests.push(request);
    await sendReply(await answer(request), outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function readRequest(incoming: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const [path = "", query = ""] = (incoming.url ?? "").split("?");
  return {
    method: incoming.method ?? "",
    path,
    query: Object.fromEntries(new URLSearchParams(query)),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    body: Buffer.concat(chunks).toString(),
    at: Date.now(),
  };
}

async function sendReply(reply: Reply, outgoing: ServerResponse): Promise<void> {
  await sleep(reply.delay ?? 0);
  if (reply.lose === "whole answer") {
    outgoing.destroy();
    return;
  }
  outgoing.writeHead(reply.status ?? 200, { "content-type": "application/json", ...reply.headers });
  if (reply.drip === true) {
    while (!outgoing.destroyed) {
      outgoing.write(" ");
      await sleep(20);
    }
    return;
  }
  const body = typeof reply.body === "string" ? reply.body : JSON.stringify(reply.body ?? {});
  if (reply.lose === "rest of the body") {
    outgoing.write(body.slice(0, 5), () => outgoing.destroy());
    return;
  }
  outgoing.end(body);
}
