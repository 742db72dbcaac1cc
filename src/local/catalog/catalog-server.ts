import { randomUUID } from "node:crypto";
import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { matchEndpoint } from "../../catalog/protocol/endpoints.ts";
import { queryNames } from "../../catalog/protocol/schemas.ts";
import {
  type CatalogKey,
  checkCatalogSignature,
  createNonceMemory,
  type SignatureChecks,
} from "../identity/catalog-signature.ts";
import { logFailure } from "../log.ts";
import { isBusy, isDiskFull } from "../sqlite.ts";
import { badRequest, CatalogError } from "./catalog-error.ts";
import { type CatalogContext, catalogOperations } from "./catalog-operations.ts";

export interface CatalogListenerOptions {
  readonly region: string;
  /** False where the catalog is read as it is. */
  readonly writable: boolean;
  findKey(accessKeyId: string): CatalogKey | undefined;
}

const longestBody = 4 << 20;

/** Serves the catalog protocol of DLF: signed requests only, for one warehouse. */
export function createCatalogListener(
  context: CatalogContext,
  options: CatalogListenerOptions,
): RequestListener {
  const checks = { ...options, nonces: createNonceMemory() };
  return (message, response) => {
    const requestId = randomUUID();
    response.setHeader("x-request-id", requestId);
    handle(context, checks, options.writable, message)
      .then((answer) => send(response, 200, answer))
      .catch((error: unknown) => {
        message.resume();
        sendCatalogError(response, toCatalogError(error, message));
      });
  };
}

export function sendCatalogError(response: ServerResponse, error: CatalogError): void {
  const { status, message, resourceType, resourceName } = error;
  send(response, status, {
    message,
    resourceType: resourceType ?? null,
    resourceName: resourceName ?? null,
    code: status,
  });
}

async function handle(
  context: CatalogContext,
  checks: SignatureChecks,
  writable: boolean,
  message: IncomingMessage,
): Promise<unknown> {
  const { method = "", url = "/" } = message;
  const [path = "", search = ""] = url.split("?", 2);
  assertDecodable(path);
  const query = readQuery(search);
  const body = await readBody(message);
  const headers = Object.fromEntries(
    Object.entries(message.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : value,
    ]),
  );
  const request = { method, path, query: Object.fromEntries(query), body, host: headers.host ?? "" };
  const principal = checkCatalogSignature(request, headers, checks, Date.now());
  if (typeof principal === "string") throw new CatalogError(401, `The request is refused: ${principal}.`);
  const { warehouse } = context.store;
  const match = matchEndpoint(method, path, warehouse);
  if (match === undefined) throw new CatalogError(404, "There is no such path; check the warehouse's name.");
  if (match === "method") throw new CatalogError(405, `${method} is not allowed here.`);
  const asked = query.get(queryNames.warehouse);
  if (match.operation === "getConfig" && asked !== warehouse) {
    throw new CatalogError(404, `Warehouse ${asked ?? ""} doesn't exist.`);
  }
  const { operation, database, table } = match;
  if (!writable && method !== "GET") throw new CatalogError(403, "The folder of this lake is read-only.");
  return catalogOperations[operation](context, { principal, database, table, query, body: parseJson(body) });
}

function assertDecodable(path: string): void {
  try {
    decodeURIComponent(path);
  } catch {
    throw badRequest("The path is not well-formed.");
  }
}

function readQuery(search: string): ReadonlyMap<string, string> {
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(search)) {
    if (query.has(name)) throw badRequest(`The query has ${name} twice.`);
    query.set(name, value);
  }
  return query;
}

async function readBody(message: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Of a body that is too long the rest is read by whoever answers, so that the connection stays good.
  for await (const chunk of message.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > longestBody) throw new CatalogError(413, `The body is longer than ${longestBody} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function parseJson(text: string): unknown {
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest("The body is not JSON.");
  }
}

/** Writes have no answer: status 200 and no body. */
function send(response: ServerResponse, status: number, answer: unknown): void {
  if (answer === undefined) {
    response.writeHead(status, { "Content-Length": 0 }).end();
    return;
  }
  const text = JSON.stringify(answer);
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(text),
  });
  response.end(text);
}

function toCatalogError(error: unknown, { method, url }: IncomingMessage): CatalogError {
  if (error instanceof CatalogError) return error;
  if (isBusy(error)) return new CatalogError(503, "Another process holds the catalog; try again.");
  logFailure(`${method} ${url?.split("?", 1)[0]}`, error);
  if (isDiskFull(error)) return new CatalogError(507, "The disk of this lake is full.");
  return new CatalogError(500, "The local catalog failed; its log says why.");
}
