import type { RequestListener, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { DlfLanceError } from "../../errors.ts";

export interface LoopbackServer {
  readonly port: number;
  /** Lets requests in progress end, for two seconds at most. */
  close(): Promise<void>;
}

/** Above the 90 s for which Lance's connection pool keeps a connection; else it meets closed ones. */
const keepAlive = 120_000;
const closingTime = 2_000;
/** For the head of a request; its body may take as long as a busy cell does. */
const headersTime = 30_000;

/**
 * Serves HTTP on 127.0.0.1 only. Port 0 takes a free one.
 *
 * @throws DlfLanceError InvalidInput if the port cannot be had
 */
export async function serveLoopback(
  listener: RequestListener,
  port: number,
  what: string,
  headersTimeout = headersTime,
): Promise<LoopbackServer> {
  // An import of node:http would also load Node's whole fetch, a sixth of a lake's starting time.
  const { createServer } = process.getBuiltinModule("node:http");
  const timeouts = { keepAliveTimeout: keepAlive, requestTimeout: 0, headersTimeout };
  const server = createServer({ ...timeouts, connectionsCheckingInterval: headersTimeout / 4 }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      const reason = code === "EADDRINUSE" ? "the port is in use" : (code ?? "it cannot be opened");
      const message = `Cannot serve the ${what} on 127.0.0.1:${port}: ${reason}; choose another port, or 0 for any`;
      reject(new DlfLanceError("InvalidInput", message));
    });
    server.listen(port, "127.0.0.1", resolve);
  });
  const address = server.address() as AddressInfo;
  return { port: address.port, close: () => closeServer(server) };
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => server.closeAllConnections(), closingTime);
    server.close(() => {
      clearTimeout(timer);
      resolve();
    });
    server.closeIdleConnections();
  });
}
