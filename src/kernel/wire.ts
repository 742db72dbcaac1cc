/**
 * The kernel's sockets. Everything that leaves goes through one function, which redacts and then signs, and one
 * queue, which sends in order and drops nothing.
 */
import { randomUUID } from "node:crypto";
import { Reply, Router, XPublisher } from "zeromq";
import { addressOf, type ConnectionFile } from "./connection-file.ts";
import { decodeRequest, encodeMessage, type Request, type RequestChannel } from "./message.ts";
import { serializeRedacted } from "./redact-message.ts";
import { tellError } from "./tell-error.ts";

export type Content = Readonly<Record<string, unknown>>;

export interface Wire {
  /** Begins to hand every well-signed request to `receive`. */
  listen(receive: (request: Request) => void): void;
  /** Sends to every client. Throws when `content` has no JSON form (a cycle, a throwing `toJSON`). */
  publish(type: string, content: Content, parent: Request | undefined): void;
  /** Sends to the client that made the request, on the channel it used or the one given. */
  answer(request: Request, type: string, content: Content, channel?: RequestChannel): void;
  /** Settles when everything handed in so far has left for the sockets. */
  flush(): Promise<void>;
  /** Closes the sockets; what is still under way gets one second more. */
  close(): void;
}

/** Milliseconds a closed socket may still deliver. */
const linger = 1_000;

/**
 * Binds the five sockets. `complain` hears of requests that are malformed or wrongly signed.
 *
 * @see https://jupyter-client.readthedocs.io/en/stable/messaging.html
 */
export async function openWire(connection: ConnectionFile, complain: (text: string) => void): Promise<Wire> {
  const signing = { key: connection.key, scheme: connection.signature_scheme };
  const session = randomUUID();
  // An unlimited queue: at a limit ZeroMQ silently drops what a slow client has not read.
  const options = { linger, sendHighWaterMark: 0, receiveHighWaterMark: 0, ...curveOptions(connection) };
  const routers = { shell: new Router(options), control: new Router(options), stdin: new Router(options) };
  const publisher = new XPublisher({ ...options, verbosity: "allSubs" });
  const heartbeat = new Reply({ linger: 0, ...curveOptions(connection) });
  const sockets = [routers.shell, routers.control, routers.stdin, publisher, heartbeat];
  await Promise.all([
    routers.shell.bind(addressOf(connection, connection.shell_port)),
    routers.control.bind(addressOf(connection, connection.control_port)),
    routers.stdin.bind(addressOf(connection, connection.stdin_port)),
    publisher.bind(addressOf(connection, connection.iopub_port)),
    heartbeat.bind(addressOf(connection, connection.hb_port)),
  ]);

  let queue: Promise<void> = Promise.resolve();

  function send(
    socket: Router | XPublisher,
    type: string,
    content: Content,
    identities: readonly (Buffer | string)[],
    parent: Request | undefined,
  ): void {
    const message = {
      type,
      session,
      identities,
      parent: parent?.header,
      content: serializeRedacted(content),
    };
    const frames = encodeMessage(message, signing);
    queue = queue
      .then(() => socket.send(frames))
      .catch((error: unknown) => complain(`a ${type} message was not sent: ${tellError(error)}`));
  }

  async function readRequests(channel: RequestChannel, receive: (request: Request) => void): Promise<void> {
    for await (const frames of routers[channel]) {
      const request = decodeRequest(channel, frames, signing);
      if (request === undefined) complain(`a malformed or wrongly signed message on ${channel} was ignored`);
      else receive(request);
    }
  }

  async function welcomeSubscribers(): Promise<void> {
    for await (const [frame] of publisher) {
      if (frame?.[0] !== 1) continue;
      const topic = frame.subarray(1).toString("utf8");
      send(publisher, "iopub_welcome", { subscription: topic }, [topic], undefined);
    }
  }

  async function echoHeartbeats(): Promise<void> {
    for await (const frames of heartbeat) await heartbeat.send(frames);
  }

  return {
    listen: (receive) => {
      const reading = (["shell", "control", "stdin"] as const).map((channel) =>
        readRequests(channel, receive),
      );
      for (const loop of [...reading, welcomeSubscribers(), echoHeartbeats()]) {
        loop.catch((error: unknown) => complain(`a socket failed: ${tellError(error)}`));
      }
    },
    publish: (type, content, parent) => send(publisher, type, content, [`kernel.${session}.${type}`], parent),
    answer: (request, type, content, channel = request.channel) =>
      send(routers[channel], type, content, request.identities, request),
    flush: async () => {
      for (let seen: Promise<void> | undefined; seen !== queue; ) {
        seen = queue;
        await seen;
      }
    },
    close: () => {
      for (const socket of sockets) socket.close();
    },
  };
}

function curveOptions(connection: ConnectionFile): { curveServer?: true; curveSecretKey?: string } {
  if (connection.curve_publickey === undefined || connection.curve_secretkey === undefined) return {};
  return { curveServer: true, curveSecretKey: connection.curve_secretkey };
}
