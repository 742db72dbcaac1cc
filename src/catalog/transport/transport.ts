/**
 * Sends signed requests to one service. Every wait has an end, answers are bounded, redirects are refused, and each
 * try is signed again.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DlfLanceError, isError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import type { Authentication } from "../configuration/authentication.ts";
import type { CatalogConfig } from "../configuration/config.ts";
import { createIdentity } from "../identity/identity.ts";
import type { KeyKeeper } from "../identity/key-keeper.ts";
import type { EndpointMethod } from "../protocol/endpoints.ts";
import type { RequestHeaders } from "../protocol/request-headers.ts";
import {
  cleanServerText,
  type Purpose,
  readServerError,
  type ServerError,
  toError,
} from "../protocol/server-error.ts";
import { percentEncode, signRequest } from "../protocol/sign.ts";
import { type ConnectionSettings, createDispatcher, type Dispatcher } from "./dispatcher.ts";
import { readLostConnection } from "./lost-connection.ts";
import { chooseWait, isWorthRetry, type RetrySettings, readRetryAfter } from "./retry.ts";

/** Bounds of a request. Times are in milliseconds. */
export interface TransportSettings extends RetrySettings, ConnectionSettings {
  /** Over all tries and waits. */
  readonly deadline: number;
  /** In bytes. */
  readonly largestAnswer: number;
}

export const defaultTransportSettings: TransportSettings = {
  connectTimeout: 10_000,
  answerTimeout: 60_000,
  deadline: 120_000,
  largestAnswer: 32 * 1024 * 1024,
  tries: 4,
  firstWait: 250,
  longestWait: 8_000,
  longestRetryAfter: 20_000,
};

export interface TransportRequest {
  readonly method: EndpointMethod;
  /** Percent-encoded, without the path part of the service's address. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  /** Empty for none. */
  readonly body: string;
  readonly headers: RequestHeaders;
  readonly purpose: Purpose;
  /** Whether doing it twice is the same as doing it once. */
  readonly repeatable: boolean;
  /** Further statuses worth another try. */
  readonly alsoRetry?: readonly number[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Answer {
  readonly kind: "answer";
  readonly body: string;
  readonly requestId?: string | undefined;
}

export interface Failure {
  readonly kind: "failure";
  readonly error: DlfLanceError;
  /** Whether the request may have had its effect all the same. */
  readonly unclear: boolean;
  /** How often it was sent. */
  readonly tries: number;
}

export interface Transport {
  /** The keys that requests are signed with; undefined where a bearer token proves who sends them. */
  readonly identity: KeyKeeper | undefined;
  /**
   * Sends a request until it is answered, or is not worth another try.
   *
   * @throws Interrupted when the caller's signal fires or the transport is closed
   */
  send(request: TransportRequest): Promise<Answer | Failure>;
  /** Ends all requests and connections. */
  close(): Promise<void>;
}

/** One try that gave no usable answer. */
interface FailedTry {
  readonly kind: "failed try";
  readonly error: DlfLanceError;
  readonly unclear: boolean;
  readonly worthRetry: boolean;
  readonly retryAfter?: number | undefined;
}

const largestErrorAnswer = 64 * 1024;

export function createTransport(config: CatalogConfig, settings: TransportSettings): Transport {
  const address = new URL(config.uri);
  const { origin } = address;
  const basePath = address.pathname.replace(/\/$/, "");
  const dispatcher = createDispatcher(address, config.caFile, settings, process.env);
  const { identity, authenticate } = createAuthenticator(config.authentication, address.host);
  const closing = new AbortController();

  async function send(request: TransportRequest): Promise<Answer | Failure> {
    if (closing.signal.aborted) throw describeClosed(request, "InvalidInput");
    const started = Date.now();
    const deadline = AbortSignal.timeout(settings.deadline);
    const signals = [closing.signal, deadline];
    const signal = AbortSignal.any(request.signal === undefined ? signals : [...signals, request.signal]);
    for (let tries = 1; ; tries++) {
      throwIfInterrupted(request, closing.signal);
      const result = await attempt(request, signal);
      if (result.kind === "answer") return result;
      throwIfInterrupted(request, closing.signal);
      const wait = chooseWait(tries, settings, result.retryAfter);
      const timeLeft = started + settings.deadline - Date.now();
      if (!result.worthRetry || tries >= settings.tries || wait >= timeLeft) {
        return { kind: "failure", error: result.error, unclear: result.unclear, tries };
      }
      await sleep(wait, undefined, { signal }).catch(() => undefined);
    }
  }

  async function attempt(request: TransportRequest, signal: AbortSignal): Promise<Answer | FailedTry> {
    const proof = await prove(request, signal);
    try {
      const response = await dispatcher.request({
        origin,
        path: `${basePath}${request.path}${formatQuery(request.query)}`,
        method: request.method,
        headers: buildHeaders(request, proof),
        body: request.body === "" ? null : request.body,
        signal,
      });
      return await readResponse(response, request);
    } catch (error) {
      return describeLost(error, request, signal);
    }
  }

  /** The keys of the identity may have to be asked for first. */
  async function prove(request: TransportRequest, signal: AbortSignal): Promise<ProvingHeaders> {
    try {
      return await authenticate(request, signal);
    } catch (error) {
      throwIfInterrupted(request, closing.signal);
      if (!isError(error)) throw error;
      const reason = isError(error, "Interrupted")
        ? "no access keys came before the deadline"
        : error.message;
      const code = isError(error, "Interrupted") ? "Unauthenticated" : error.code;
      throw new DlfLanceError(code, `Cannot ${request.purpose.action}: ${reason}`);
    }
  }

  async function readResponse(
    response: Dispatcher.ResponseData,
    request: TransportRequest,
  ): Promise<Answer | FailedTry> {
    const status = response.statusCode;
    const succeeded = status >= 200 && status < 300;
    const requestId = findRequestId(response.headers);
    const body = await readBody(response.body, succeeded ? settings.largestAnswer : largestErrorAnswer);
    if (succeeded && body !== undefined) return { kind: "answer", body, requestId };
    if (succeeded) {
      return failForGood(
        request,
        `its answer is larger than ${settings.largestAnswer} bytes`,
        status,
        requestId,
      );
    }
    if (status < 400) {
      return failForGood(request, `the service redirects (status ${status}); check uri`, status, requestId);
    }
    const retryAfter = response.headers["retry-after"];
    const serverError = readServerError(status, body ?? "", requestId);
    return {
      ...describeRefused(serverError, request),
      ...(typeof retryAfter === "string" ? { retryAfter: readRetryAfter(retryAfter, Date.now()) } : {}),
    };
  }

  return {
    identity,
    send,
    async close() {
      closing.abort();
      await dispatcher.destroy();
    },
  };
}

function throwIfInterrupted(request: TransportRequest, closing: AbortSignal): void {
  if (request.signal?.aborted) {
    throw new DlfLanceError("Interrupted", `Cannot ${request.purpose.action}: it was interrupted`);
  }
  if (closing.aborted) throw describeClosed(request, "Interrupted");
}

/** @param code whether the request began before */
function describeClosed(request: TransportRequest, code: "InvalidInput" | "Interrupted"): DlfLanceError {
  return new DlfLanceError(
    code,
    `Cannot ${request.purpose.action}: the connection is closed; connect again with connect()`,
  );
}

function buildHeaders(request: TransportRequest, proof: ProvingHeaders): Record<string, string> {
  const headers: Record<string, string> = { "user-agent": "dlf-lance", accept: "application/json" };
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = value instanceof Secret ? value.reveal() : value;
  }
  for (const [name, value] of Object.entries(proof)) headers[name.toLowerCase()] = value;
  return headers;
}

/** Headers that prove who sends a request. */
type ProvingHeaders = Readonly<Record<string, string>>;

interface Authenticator {
  readonly identity: KeyKeeper | undefined;
  authenticate(request: TransportRequest, signal: AbortSignal): Promise<ProvingHeaders>;
}

function createAuthenticator(authentication: Authentication, host: string): Authenticator {
  switch (authentication.kind) {
    case "signature": {
      const identity = createIdentity(authentication.source);
      return {
        identity,
        async authenticate(request, signal) {
          const signer = { ...authentication.scheme, ...(await identity.get(signal)) };
          return signRequest({ ...request, host }, signer, new Date());
        },
      };
    }
    case "bearer":
      return {
        identity: undefined,
        authenticate: async ({ body }) => ({
          authorization: `Bearer ${authentication.token.reveal()}`,
          ...(body === "" ? {} : { "content-type": "application/json" }),
        }),
      };
    default:
      return authentication satisfies never;
  }
}

function formatQuery(query: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(query).map(
    ([name, value]) => `${percentEncode(name)}=${percentEncode(value)}`,
  );
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

/** The text of a body; `undefined` when it is larger than allowed. */
async function readBody(body: Dispatcher.ResponseData["body"], largest: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function findRequestId(headers: Dispatcher.ResponseData["headers"]): string | undefined {
  const name =
    "x-request-id" in headers
      ? "x-request-id"
      : Object.keys(headers).find((key) => key.includes("request-id"));
  const value = name === undefined ? undefined : headers[name];
  return typeof value === "string" ? cleanServerText(value) : undefined;
}

function describeRefused(serverError: ServerError, request: TransportRequest): FailedTry {
  const { status } = serverError;
  return {
    kind: "failed try",
    error: toError(serverError, request.purpose),
    // A proxy answers these when it has lost the service behind it.
    unclear: status === 502 || status === 504,
    worthRetry: isWorthRetry(status, request.repeatable) || (request.alsoRetry?.includes(status) ?? false),
  };
}

function failForGood(
  request: TransportRequest,
  problem: string,
  status: number,
  requestId: string | undefined,
): FailedTry {
  const details = { status, ...(requestId === undefined ? {} : { requestId }) };
  const error = new DlfLanceError("Internal", `Cannot ${request.purpose.action}: ${problem}`, details);
  return { kind: "failed try", error, unclear: false, worthRetry: false };
}

function describeLost(error: unknown, request: TransportRequest, signal: AbortSignal): FailedTry {
  const lost = signal.aborted
    ? { reached: true, passing: false, reason: "the service did not answer before the deadline" }
    : readLostConnection(error);
  return {
    kind: "failed try",
    error: new DlfLanceError("ServiceUnavailable", `Cannot ${request.purpose.action}: ${lost.reason}`),
    unclear: lost.reached,
    worthRetry: lost.passing && (request.repeatable || !lost.reached),
  };
}
