/** A gateway in front of a real catalog that passes everything on, but for the faults a test asks for. */
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

export interface Fault {
  /** Answered instead. Without it the connection is closed. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds before the answer; without another fault the request is only late. */
  readonly delay?: number;
  /** Whether the catalog does its work first, so that only its answer is lost. */
  readonly afterWork?: boolean;
  readonly times: number;
}

export interface FaultyGateway {
  readonly uri: string;
  /** Requests passed on or not, as `METHOD path`. */
  readonly seen: readonly string[];
  /** Faults the next requests whose `METHOD path` matches. */
  fault(match: RegExp, fault: Fault): void;
  /** Passes everything on again. */
  reset(): void;
  close(): Promise<void>;
}

export async function startFaultyGateway(catalog: string): Promise<FaultyGateway> {
  const seen: string[] = [];
  let active: { match: RegExp; fault: Fault; left: number } | undefined;

  const takeFault = (line: string): Fault | undefined => {
    if (active === undefined || active.left === 0 || !active.match.test(line)) return undefined;
    active.left -= 1;
    return active.fault;
  };

  const handle = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const body = await readBody(incoming);
    const line = `${incoming.method} ${incoming.url?.split("?")[0]}`;
    seen.push(line);
    const fault = takeFault(line);
    if (fault?.delay !== undefined) await sleep(fault.delay);
    const isOnlyLate = fault?.status === undefined && fault?.delay !== undefined;
    if (fault === undefined || isOnlyLate) {
      const answer = await passOn(catalog, incoming, body);
      outgoing.writeHead(answer.status, answer.headers).end(answer.body);
      return;
    }
    if (fault.afterWork === true) await passOn(catalog, incoming, body);
    if (fault.status === undefined) outgoing.destroy();
    else outgoing.writeHead(fault.status, { ...fault.headers }).end("the gateway's words");
  };

  const server = createServer((incoming, outgoing) => {
    handle(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    fault(match, fault) {
      active = { match, fault, left: fault.times };
    },
    reset() {
      active = undefined;
      seen.length = 0;
    },
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

interface PassedAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: Buffer;
}

function passOn(catalog: string, incoming: IncomingMessage, body: Buffer): Promise<PassedAnswer> {
  return new Promise((resolve, reject) => {
    const { method, url = "", headers } = incoming;
    const { hostname, port } = new URL(catalog);
    // The path goes on as it came, because it is signed.
    const sent = request({ hostname, port, path: url, method, headers, agent: false }, (response) => {
      readBody(response).then((answer) => {
        const kept = Object.entries(response.headers).filter(
          ([name]) => !/^(?:connection|keep-alive|transfer-encoding)$/.test(name),
        );
        const names = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
        resolve({ status: response.statusCode ?? 0, headers: names, body: answer });
      }, reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

async function readBody(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
