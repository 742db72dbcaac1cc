/**
 * An OSS endpoint on the loopback interface for buckets that refuse signature V1, the only one that the native
 * library makes. The library signs with throw-away keys; each request goes on, streamed, signed with version 4 and
 * the table's credentials of that moment, which so never reach the library.
 *
 * @see https://alibabacloud.com/en/notice/notice_on_the_discontinuation_of_the_oss_v1_signature_algorithm_40f
 */
import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { pipeline } from "node:stream/promises";
import type { StorageCredentials } from "../catalog/operations/credentials.ts";
import { startLoopback } from "../loopback.ts";
import { Secret } from "../secret.ts";
import { forwardedHeaders, readRequest, returnedHeaders } from "./forward.ts";
import { createUpstream, type UpstreamOptions } from "./upstream.ts";

/** Called for every request: answers from a cache that renews. */
export type LoadCredentials = () => Promise<StorageCredentials>;

export interface Gateway {
  /** Storage options with which the native library reaches one table's storage. The same name, the same options. */
  admit(table: string, load: LoadCredentials): Record<string, string>;
  close(): Promise<void>;
}

interface Guest {
  readonly options: Record<string, string>;
  readonly load: LoadCredentials;
}

/** Starts a gateway on a free port of 127.0.0.1. It does not keep the process alive by itself. */
export async function startGateway(options: UpstreamOptions): Promise<Gateway> {
  const upstream = createUpstream(options);
  const guests = new Map<string, Guest>();
  /** By the token that each of their requests carries. Random and long: a map look-up tells nothing of it. */
  const tables = new Map<string, Guest>();

  const server = await startLoopback((message, response) => {
    forward(message, response).catch(() => {
      // What the library then sees is a lost connection, which it treats with the care that it deserves.
      response.destroy();
      message.destroy();
    });
  });

  async function forward(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const guest = tables.get(String(message.headers["x-oss-security-token"] ?? ""));
    const request = readRequest(message);
    if (guest === undefined || request === undefined) {
      message.resume();
      response.writeHead(guest === undefined ? 403 : 400).end();
      return;
    }
    const abandoned = new AbortController();
    response.once("close", () => abandoned.abort());
    const headers = forwardedHeaders(message);
    const hasBody =
      (message.headers["content-length"] ?? "0") !== "0" || "transfer-encoding" in message.headers;
    const answer = await upstream.send(
      { ...request, headers },
      await guest.load(),
      hasBody ? message : null,
      abandoned.signal,
    );
    response.writeHead(answer.status, returnedHeaders(answer.headers));
    await pipeline(answer.body, response);
  }

  return {
    admit(table, load) {
      const known = guests.get(table);
      if (known !== undefined) return known.options;
      const [key, token] = [new Secret(randomText()), new Secret(randomText())];
      const guest: Guest = {
        load,
        options: {
          oss_endpoint: server.uri,
          oss_access_key_id: "gateway",
          oss_secret_access_key: key.reveal(),
          oss_security_token: token.reveal(),
          addressing_style: "path",
        },
      };
      guests.set(table, guest);
      tables.set(token.reveal(), guest);
      return guest.options;
    },
    async close() {
      await server.close();
      await upstream.close();
    },
  };
}

function randomText(): string {
  return randomBytes(32).toString("base64url");
}
