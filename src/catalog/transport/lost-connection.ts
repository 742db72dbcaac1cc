/** Tells apart the ways in which a request can end without an answer. */

export interface LostConnection {
  /** Whether the request may have reached the service, and so may have had its effect. */
  readonly reached: boolean;
  /** Whether another try may do better. */
  readonly passing: boolean;
  readonly reason: string;
}

/** Reads the error of a connection. Its own text is not used: it may quote the request. */
export function readLostConnection(error: unknown): LostConnection {
  const code = readCode(error);
  switch (code) {
    case "ECONNREFUSED":
    case "EHOSTUNREACH":
    case "ENETUNREACH":
    case "EAI_AGAIN":
      return { reached: false, passing: true, reason: `no connection to the service (${code})` };
    case "UND_ERR_CONNECT_TIMEOUT":
      return { reached: false, passing: true, reason: "the service did not take the connection in time" };
    case "ENOTFOUND":
      return { reached: false, passing: false, reason: "the host in uri is not known; check its name" };
    case "UND_ERR_ABORTED":
    case "UND_ERR_PRX_TLS":
    case "UND_ERR_PRX_CONN":
      return {
        reached: false,
        passing: true,
        reason: "the proxy does not connect to the service; see HTTPS_PROXY and NO_PROXY",
      };
    case "EPROTO":
      return {
        reached: false,
        passing: false,
        reason: "the service does not speak TLS; check the scheme of uri",
      };
    case "UND_ERR_HEADERS_TIMEOUT":
    case "UND_ERR_BODY_TIMEOUT":
      return { reached: true, passing: true, reason: "the service did not answer in time" };
    default:
      if (/^(?:CERT_|ERR_TLS_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(code)) {
        return {
          reached: false,
          passing: false,
          reason: `the service's certificate is not trusted (${code})`,
        };
      }
      if (code.startsWith("ERR_SSL_")) {
        return {
          reached: false,
          passing: false,
          reason: `the service does not speak TLS (${code}); check the scheme of uri`,
        };
      }
      return {
        reached: true,
        passing: true,
        reason: `the connection broke before the answer came (${code})`,
      };
  }
}

function readCode(error: unknown): string {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined;
  return typeof code === "string" && /^[A-Z0-9_]{1,60}$/.test(code) ? code : "unknown reason";
}
