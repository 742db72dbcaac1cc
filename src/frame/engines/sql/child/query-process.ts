/** Keeps the process for queries of DuckDB's `lance` extension: begun at the first, ready for the next, ended when idle. */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { arrow, type RecordBatch } from "../../../../arrow.ts";
import { DlfLanceError, type ErrorCode } from "../../../../errors.ts";
import { createInterruption } from "../../../../interrupt.ts";
import { knownSecrets, redactedText } from "../../../../redaction/known-secrets.ts";
import { failureSchema, frameHead, frameKinds, type Query } from "./messages.ts";

type QueryChild = ChildProcessByStdio<Writable, Readable, Readable>;

/** Milliseconds after which a process that nobody asks is ended. */
const idleTime = 60_000;
const longestReason = 300;

interface Kept {
  readonly child: QueryChild;
  readonly timer: NodeJS.Timeout;
}

let ready: Kept | undefined;

/**
 * Runs a query in a process of its own.
 * @throws DlfLanceError what the query fails with; Internal when the process ends under it; Interrupted.
 */
export async function* runQuery(
  query: Query,
  signal?: AbortSignal,
): AsyncGenerator<RecordBatch, void, undefined> {
  if (signal?.aborted) throw createInterruption(query.action);
  const child = takeChild();
  const errors: string[] = [];
  const listen = (text: Buffer) => errors.push(text.toString());
  child.stderr.on("data", listen);
  const abort = () => child.kill("SIGKILL");
  signal?.addEventListener("abort", abort, { once: true });
  let isDone = false;
  try {
    child.stdin.write(`${JSON.stringify(query)}\n`);
    for await (const { kind, payload } of readFrames(child.stdout)) {
      if (kind === frameKinds.batch) {
        yield* arrow.tableFromIPC(payload).batches;
        continue;
      }
      isDone = true;
      if (kind === frameKinds.failure) {
        const { code, message } = failureSchema.parse(JSON.parse(payload.toString()));
        throw new DlfLanceError(code as ErrorCode, message);
      }
      return;
    }
    if (signal?.aborted) throw createInterruption(query.action);
    if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
    throw describeEnd(query.action, child, errors.join(""));
  } finally {
    signal?.removeEventListener("abort", abort);
    child.stderr.off("data", listen);
    // A query that was left in the middle goes on otherwise.
    if (isDone && child.exitCode === null && child.signalCode === null) keepChild(child);
    else child.kill("SIGKILL");
  }
}

function takeChild(): QueryChild {
  const kept = ready;
  ready = undefined;
  if (kept !== undefined) {
    clearTimeout(kept.timer);
    if (kept.child.exitCode === null && kept.child.signalCode === null) return kept.child;
  }
  const script = `./serve-queries.${import.meta.url.endsWith(".ts") ? "ts" : "js"}`;
  const child = spawn(process.execPath, [fileURLToPath(new URL(script, import.meta.url))], {
    stdio: ["pipe", "pipe", "pipe"],
    // Nothing of ours is in its environment, keys of a cloud least of all.
    env: environment(),
  });
  child.stdin.on("error", () => undefined);
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr])
    (stream as unknown as { unref?(): void }).unref?.();
  return child;
}

function keepChild(child: QueryChild): void {
  if (ready !== undefined) {
    child.stdin.end();
    return;
  }
  const timer = setTimeout(() => {
    ready = undefined;
    child.stdin.end();
  }, idleTime);
  timer.unref();
  ready = { child, timer };
}

function environment(): NodeJS.ProcessEnv {
  const kept = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TEMP",
    "SystemRoot",
    "LANG",
    "NODE_EXTRA_CA_CERTS",
    "SSL_CERT_FILE",
  ];
  return Object.fromEntries(
    kept.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** Reads frames of one query; what comes after the last of them is not touched. */
async function* readFrames(
  stream: Readable,
): AsyncGenerator<{ kind: number; payload: Buffer }, void, undefined> {
  let pending: Buffer[] = [];
  let length = 0;
  for (;;) {
    const piece = stream.read() as Buffer | null;
    if (piece === null) {
      if (stream.readableEnded || stream.destroyed) return;
      await nextEvent(stream);
      continue;
    }
    pending.push(piece);
    length += piece.length;
    while (length >= frameHead) {
      let all = pending.length === 1 ? (pending[0] as Buffer) : Buffer.concat(pending);
      const size = all.readUInt32LE(1);
      pending = [all];
      if (length < frameHead + size) break;
      const kind = all.readUInt8(0);
      const payload = Buffer.from(all.subarray(frameHead, frameHead + size));
      all = all.subarray(frameHead + size);
      pending = all.length === 0 ? [] : [all];
      length = all.length;
      yield { kind, payload };
    }
  }
}

function nextEvent(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    const events = ["readable", "end", "close"] as const;
    const done = () => {
      for (const event of events) stream.off(event, done);
      resolve();
    };
    for (const event of events) stream.once(event, done);
  });
}

function describeEnd(action: string, child: QueryChild, errors: string): DlfLanceError {
  let reason = errors.split("\n").find((line) => line.trim() !== "") ?? "";
  for (const secret of knownSecrets()) reason = reason.replaceAll(secret, redactedText);
  const how = child.signalCode === null ? `code ${child.exitCode}` : child.signalCode;
  return new DlfLanceError(
    "Internal",
    `Cannot ${action}: the process of DuckDB's lance extension ended (${how})${reason === "" ? "" : `: ${reason.slice(0, longestReason)}`}. ` +
      "This process is well; run the query again without the extension: unset DLF_LANCE_DUCKDB_EXTENSION.",
  );
}
