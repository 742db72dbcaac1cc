/** A Jupyter client, small enough to read, that speaks to a real kernel process over ZeroMQ. */
import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { curveKeyPair, Dealer, Request as RequestSocket, Subscriber } from "zeromq";
import { isRunning } from "../../src/kernel/wire/is-running.ts";

export interface Message {
  readonly type: string;
  readonly parentId: string | undefined;
  readonly content: Record<string, unknown>;
  readonly metadata: Record<string, unknown>;
  readonly text: string;
}

export interface Executed {
  readonly reply: Message;
  /** Everything published for the cell, from busy to idle. */
  readonly published: readonly Message[];
  readonly stdout: string;
  readonly stderr: string;
  readonly result: Record<string, unknown> | undefined;
  readonly error: { ename: string; evalue: string; traceback: string[] } | undefined;
}

export interface KernelClient {
  readonly process: ChildProcess;
  readonly folder: string;
  /** Everything that has ever come from the kernel, as text. */
  readonly received: string[];
  readonly published: Message[];
  /** What the kernel wrote to the terminal it was started from. */
  terminal(): string;
  /** Sends and answers the id at once; the reply is fetched with `reply`. */
  send(type: string, content: object, channel?: "shell" | "control"): Promise<string>;
  reply(id: string): Promise<Message>;
  request(type: string, content: object, channel?: "shell" | "control"): Promise<Message>;
  /** The first message published so far or later for which `isWanted` holds. */
  until(isWanted: (message: Message) => boolean): Promise<Message>;
  /** Everything published for a request until its idle status. */
  untilIdle(id: string): Promise<Message[]>;
  execute(code: string, options?: object): Promise<Executed>;
  onInput(answer: (prompt: Record<string, unknown>) => string): void;
  sendRaw(frames: (string | Buffer)[]): Promise<void>;
  heartbeat(text: string): Promise<string>;
  stop(): Promise<void>;
}

const delimiter = "<IDS|MSG>";
const key = "a key only for tests";
const testEntry = fileURLToPath(new URL("./fixtures/run-test-kernel.ts", import.meta.url));

let isSwept = false;

/** Removes the folders of test runs that were killed. */
function sweep(): void {
  if (isSwept) return;
  isSwept = true;
  for (const name of readdirSync(tmpdir())) {
    const [, id] = /^dlf-lance-kernel-(\d+)-/.exec(name) ?? [];
    if (id !== undefined && !isRunning(Number(id)))
      rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function sign(parts: readonly (string | Buffer)[]): string {
  const hmac = createHmac("sha256", key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

export async function startKernelClient(
  options: {
    transport?: "tcp" | "ipc";
    environment?: Record<string, string>;
    /** Asks the kernel to encrypt, as clients that know CurveZMQ do. */
    encrypted?: boolean;
    /** The program; without it, a kernel with a small prelude of its own. */
    entry?: string;
    /** Of Node, before the program, and of the program behind its connection file. */
    nodeOptions?: readonly string[];
    arguments?: readonly string[];
    /** Folders between the kernel's temporary folder and its working folder, such as `a/b/c`. */
    below?: string;
    /** Another program and its arguments, for the path of the connection file. */
    command?: (connectionFile: string) => readonly [string, ...string[]];
    /** Whether it says `iopub_welcome`; else its output is taken to arrive once it has answered a question. */
    isWelcoming?: boolean;
  } = {},
): Promise<KernelClient> {
  sweep();
  const folder = mkdtempSync(join(tmpdir(), `dlf-lance-kernel-${process.pid}-`));
  const transport = options.transport ?? "ipc";
  const [shell = 1, control = 2, stdin = 3, iopub = 4, heartbeatPort = 5] =
    transport === "ipc" ? [] : await findPorts(5);
  const ip = transport === "ipc" ? join(folder, "socket") : "127.0.0.1";
  const file = join(folder, "kernel-0a1b.json");
  const keys = options.encrypted === true ? curveKeyPair() : undefined;
  const own = keys === undefined ? undefined : curveKeyPair();
  const curve =
    keys === undefined || own === undefined
      ? {}
      : {
          curveServerKey: keys.publicKey,
          curvePublicKey: own.publicKey,
          curveSecretKey: own.secretKey,
        };
  writeFileSync(
    file,
    JSON.stringify({
      transport,
      ip,
      key,
      signature_scheme: "hmac-sha256",
      shell_port: shell,
      control_port: control,
      stdin_port: stdin,
      iopub_port: iopub,
      hb_port: heartbeatPort,
      ...(keys === undefined ? {} : { curve_publickey: keys.publicKey, curve_secretkey: keys.secretKey }),
    }),
  );
  const address = (port: number): string => `${transport}://${ip}${transport === "ipc" ? "-" : ":"}${port}`;

  const [program, ...arguments_] = options.command?.(file) ?? [
    process.execPath,
    // As the kernelspec has it.
    "--no-force-async-hooks-checks",
    ...(options.nodeOptions ?? []),
    options.entry ?? testEntry,
    file,
    ...(options.arguments ?? []),
  ];
  const workingFolder = join(folder, options.below ?? "");
  mkdirSync(workingFolder, { recursive: true });
  const child = spawn(program, arguments_, {
    cwd: workingFolder,
    env: {
      ...process.env,
      DLF_LANCE_HISTORY: "off",
      // Should this process be killed, the kernel ends too.
      JPY_PARENT_PID: String(process.pid),
      ...options.environment,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let terminal = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data: Buffer) => {
      terminal += data.toString();
    });
  }

  const routingId = randomUUID();
  const dealers = {
    shell: new Dealer({ routingId, linger: 0, ...curve }),
    control: new Dealer({ routingId, linger: 0, ...curve }),
    stdin: new Dealer({ routingId, linger: 0, ...curve }),
  };
  const subscriber = new Subscriber({ linger: 0, receiveHighWaterMark: 0, ...curve });
  const heart = new RequestSocket({ linger: 0, ...curve });
  dealers.shell.connect(address(shell));
  dealers.control.connect(address(control));
  dealers.stdin.connect(address(stdin));
  subscriber.connect(address(iopub));
  subscriber.subscribe("");
  heart.connect(address(heartbeatPort));

  const received: string[] = [];
  const published: Message[] = [];
  const replies = new Map<string, Message>();
  const listeners = new Set<() => void>();
  let answerInput: ((prompt: Record<string, unknown>) => string) | undefined;

  function parse(frames: readonly Buffer[]): Message {
    const start = frames.findIndex((frame) => frame.toString() === delimiter);
    const parts = frames.slice(start + 2);
    if (frames[start + 1]?.toString() !== sign(parts)) throw new Error("the kernel signed a message wrong");
    const [header, parent, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
    const text = frames.map((frame) => frame.toString()).join("\n");
    received.push(text);
    return { type: header.msg_type, parentId: parent.msg_id, content, metadata, text };
  }

  function notify(): void {
    for (const listener of [...listeners]) listener();
  }

  /** Waits until `look` finds something; looks again after every message. */
  function waitFor<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve) => {
      const listener = (): void => {
        const found = look();
        if (found === undefined) return;
        listeners.delete(listener);
        resolve(found);
      };
      listeners.add(listener);
      listener();
    });
  }

  async function readReplies(dealer: Dealer): Promise<void> {
    for await (const frames of dealer) {
      const message = parse(frames);
      if (message.type === "input_request") {
        const value = answerInput?.(message.content) ?? "";
        await transmit("stdin", "input_reply", { value });
      } else if (message.parentId !== undefined) replies.set(message.parentId, message);
      notify();
    }
  }

  async function readPublished(): Promise<void> {
    for await (const frames of subscriber) {
      published.push(parse(frames));
      notify();
    }
  }

  const queues = { shell: Promise.resolve(), control: Promise.resolve(), stdin: Promise.resolve() };

  async function transmit(channel: keyof typeof dealers, type: string, content: object): Promise<string> {
    const id = randomUUID();
    const header = {
      msg_id: id,
      msg_type: type,
      session: routingId,
      username: "test",
      date: "",
      version: "5.4",
    };
    const parts = [header, {}, {}, content].map((part) => JSON.stringify(part));
    queues[channel] = queues[channel].then(() => dealers[channel].send([delimiter, sign(parts), ...parts]));
    await queues[channel];
    return id;
  }

  for (const dealer of Object.values(dealers)) void readReplies(dealer);
  void readPublished();
  if (options.isWelcoming ?? true) {
    await waitFor(() => published.find((message) => message.type === "iopub_welcome"));
  }

  const client: KernelClient = {
    process: child,
    folder: workingFolder,
    received,
    published,
    terminal: () => terminal,
    send: (type, content, channel = "shell") => transmit(channel, type, content),
    reply: (id) => waitFor(() => replies.get(id)),
    request: async (type, content, channel = "shell") =>
      client.reply(await client.send(type, content, channel)),
    until: (isWanted) => waitFor(() => published.find(isWanted)),
    untilIdle: (id) =>
      waitFor(() => {
        const own = published.filter((message) => message.parentId === id);
        return own.some((message) => message.content.execution_state === "idle") ? own : undefined;
      }),
    execute: async (code, executeOptions = {}) => {
      const id = await client.send("execute_request", { code, ...executeOptions });
      return summarize(await client.reply(id), await client.untilIdle(id));
    },
    onInput: (answer) => {
      answerInput = answer;
    },
    sendRaw: (frames) => dealers.shell.send(frames),
    heartbeat: async (text) => {
      await heart.send(text);
      const [frame] = await heart.receive();
      return String(frame);
    },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill("SIGKILL");
        await once(child, "exit");
      }
      for (const socket of [...Object.values(dealers), subscriber, heart]) socket.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
  return client;
}

function summarize(reply: Message, published: Message[]): Executed {
  const streamed = (name: string): string =>
    published
      .filter((message) => message.type === "stream" && message.content.name === name)
      .map((message) => String(message.content.text))
      .join("");
  const contentOf = (type: string): Record<string, unknown> | undefined =>
    published.find((message) => message.type === type)?.content;
  return {
    reply,
    published,
    stdout: streamed("stdout"),
    stderr: streamed("stderr"),
    result: contentOf("execute_result")?.data as Executed["result"],
    error: contentOf("error") as Executed["error"],
  };
}

async function findPorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, "127.0.0.1"));
  await Promise.all(servers.map((server) => once(server, "listening")));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
