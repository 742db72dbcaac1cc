/** The one import of undici: connections to one service, kept alive, through a proxy where the environment asks for it. */
import { createRequire } from "node:module";
import type * as Undici from "undici";
import type { Dispatcher } from "undici";
import { DlfLanceError } from "../../errors.ts";
import { Secret } from "../../secret.ts";
import { collectAuthorities } from "./authorities.ts";
import { findProxy } from "./proxy.ts";

export type { Dispatcher } from "undici";

export interface ConnectionSettings {
  /** In milliseconds. */
  readonly connectTimeout: number;
  /** From the request sent to the answer's start, and between its parts, in milliseconds. */
  readonly answerTimeout: number;
}

/** Loads the library with the first connection: a third of what the package loads. Bun has a part of it under the short name. */
function loadUndici(): typeof Undici {
  return createRequire(import.meta.url)("undici/index.js") as typeof Undici;
}

/** @throws InvalidInput for a proxy or a file of authorities that cannot be used */
export function createDispatcher(
  target: URL,
  caFile: string | undefined,
  settings: ConnectionSettings,
  environment: Readonly<Record<string, string | undefined>>,
): Dispatcher {
  const authorities = collectAuthorities(caFile, environment);
  const tls = {
    timeout: settings.connectTimeout,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
  };
  const options = {
    connections: 32,
    headersTimeout: settings.answerTimeout,
    bodyTimeout: settings.answerTimeout,
    allowH2: false,
  };
  const { Agent, Pool, ProxyAgent } = loadUndici();
  const proxy = findProxy(target, environment);
  if (proxy === undefined) return new Agent({ ...options, connect: tls });
  return new ProxyAgent({
    ...options,
    uri: readProxy(proxy),
    requestTls: tls,
    proxyTls: tls,
    // For the request to connect, which has no other limit: neither those above nor the signal of a request reach it.
    clientFactory: (origin, own) => new Pool(origin, { ...own, headersTimeout: settings.connectTimeout }),
  });
}

function readProxy(text: string): string {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  if (url === null || (url.protocol !== "http:" && url.protocol !== "https:")) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot use the proxy that the environment names: it is not an http address; see HTTPS_PROXY and HTTP_PROXY",
    );
  }
  // Known from here on to whatever keeps secrets out of what is shown.
  if (url.password !== "") new Secret(decodeURIComponent(url.password));
  return url.href;
}
