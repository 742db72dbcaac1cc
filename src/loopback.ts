import type { RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

export interface Loopback {
  readonly uri: string;
  /** Cuts off requests in progress. */
  close(): Promise<void>;
}

/** Longer than native clients keep an idle connection (90 s), so that none sends on one that is just being closed. */
const keepAliveTimeout = 120_000;

/** Serves HTTP on a free port of 127.0.0.1. It does not keep the process alive by itself. */
export async function startLoopback(listener: RequestListener): Promise<Loopback> {
  // Named imports of this module would load `fetch` and WebSocket too, which takes Node 50 ms.
  const { createServer } = process.getBuiltinModule("node:http");
  const server = createServer({ keepAliveTimeout }, listener);
  await new Promise<void>((started, failed) => {
    server.once("error", failed);
    server.listen(0, "127.0.0.1", started);
  });
  server.unref();
  server.on("connection", (socket) => socket.unref());
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}
