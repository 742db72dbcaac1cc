/** The kernel's five sockets. */
import { Reply, Router, XPublisher } from "zeromq";
import type { ConnectionFile } from "./connection-file.ts";
import type { RequestChannel } from "./message.ts";

export interface Sockets {
  readonly routers: Readonly<Record<RequestChannel, Router>>;
  readonly publisher: XPublisher;
  readonly heartbeat: Reply;
  /** What is still under way gets one second more. An open socket would abort the process at its end. */
  close(): void;
}

/** Milliseconds a closed socket may still deliver. */
const linger = 1_000;
/**
 * Messages that wait for one client to read them; the publisher then refuses the next one instead of dropping it.
 * Replies are few, and nothing waits for who reads them: they have no limit.
 */
const publishedMessages = 100;

/** @see https://jupyter-client.readthedocs.io/en/stable/messaging.html */
export async function openSockets(connection: ConnectionFile): Promise<Sockets> {
  const options = { linger, receiveHighWaterMark: 0, ...curveOptions(connection) };
  // A second client that bears the identity of another, such as one that connects again, takes its place.
  const unlimited = { ...options, sendHighWaterMark: 0, handover: true };
  const routers = {
    shell: new Router(unlimited),
    control: new Router(unlimited),
    stdin: new Router(unlimited),
  };
  const publisher = new XPublisher({
    ...options,
    sendHighWaterMark: publishedMessages,
    noDrop: true,
    verbosity: "allSubs",
  });
  const heartbeat = new Reply({ linger: 0, ...curveOptions(connection) });
  const sockets = [routers.shell, routers.control, routers.stdin, publisher, heartbeat];
  const close = (): void => {
    for (const socket of sockets) socket.close();
  };
  try {
    await Promise.all([
      routers.shell.bind(addressOf(connection, connection.shell_port)),
      routers.control.bind(addressOf(connection, connection.control_port)),
      routers.stdin.bind(addressOf(connection, connection.stdin_port)),
      publisher.bind(addressOf(connection, connection.iopub_port)),
      heartbeat.bind(addressOf(connection, connection.hb_port)),
    ]);
  } catch (error) {
    close();
    throw error;
  }
  return { routers, publisher, heartbeat, close };
}

function curveOptions(connection: ConnectionFile): { curveServer?: true; curveSecretKey?: string } {
  if (connection.curve_publickey === undefined || connection.curve_secretkey === undefined) return {};
  return { curveServer: true, curveSecretKey: connection.curve_secretkey };
}

/** The ZeroMQ address of one port of a connection. */
export function addressOf(connection: ConnectionFile, port: number): string {
  const separator = connection.transport === "ipc" ? "-" : ":";
  return `${connection.transport}://${connection.ip}${separator}${port}`;
}
