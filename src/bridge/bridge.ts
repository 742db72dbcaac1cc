/**
 * A Lance REST Namespace on the loopback interface, through which the native library asks where a table lies
 * and with which credentials. It is the library's only way to open any location under any name, and to renew
 * credentials in the middle of a scan.
 *
 * @see https://lance.org/format/namespace/rest/ "REST form"
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { withDeadline } from "../deadline.ts";
import { isError, namespaceErrorNumbers } from "../errors.ts";
import { startLoopback } from "../loopback.ts";
import { Secret } from "../secret.ts";
import { describePath } from "./describe-path.ts";

/** Where a table lies and what opens it. Option names are Lance's; values may be secrets. */
export interface ResolvedTable {
  readonly location: string;
  readonly storageOptions: Readonly<Record<string, string>>;
}

/** Looks a table up: `path` is its namespace and its name. Called again whenever credentials near their end. */
export type ResolveTable = (path: readonly string[]) => Promise<ResolvedTable>;

export interface Bridge {
  readonly uri: string;
  /** Bearer token that every request must carry. */
  readonly token: Secret;
  close(): Promise<void>;
}

export interface BridgeOptions {
  /** Milliseconds after which an unanswered look-up is refused: the native library would wait for ever. */
  readonly deadline?: number;
}

/** Starts a bridge on a free port of 127.0.0.1. It does not keep the process alive by itself. */
export async function startBridge(resolve: ResolveTable, options: BridgeOptions = {}): Promise<Bridge> {
  const token = new Secret(randomBytes(32).toString("base64url"));
  const deadline = options.deadline ?? 60_000;
  const { uri, close } = await startLoopback((request, response) => {
    answer(request, response, token, resolve, deadline).catch(() => response.destroy());
  });
  return { uri, token, close };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  token: Secret,
  resolve: ResolveTable,
  deadline: number,
): Promise<void> {
  request.resume();
  if (!isAuthorized(request, token)) {
    return send(response, 401, { error: "this bridge serves one process only", code: 16 });
  }
  const path = describePath(request.method ?? "", request.url ?? "");
  if (path === undefined) {
    return send(response, 406, { error: "the bridge only describes tables", code: 0 });
  }
  try {
    const table = await withDeadline(resolve(path), deadline, "the catalog did not answer in time");
    send(response, 200, { location: table.location, storage_options: table.storageOptions });
  } catch (error) {
    const number = isError(error) && error.code in namespaceErrorNumbers ? numberOf(error.code) : 18;
    send(response, number === 4 || number === 1 ? 404 : 503, {
      error: error instanceof Error ? error.message : "look-up failed",
      code: number,
    });
  }
}

function numberOf(code: string): number {
  return namespaceErrorNumbers[code as keyof typeof namespaceErrorNumbers];
}

function isAuthorized(request: IncomingMessage, token: Secret): boolean {
  const given = Buffer.from(request.headers.authorization ?? "");
  const wanted = Buffer.from(`Bearer ${token.reveal()}`);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
