import { createHmac, randomBytes } from "node:crypto";
import type { RequestListener } from "node:http";
import type { Secret } from "../../secret.ts";

/** Where the catalog's server proves whose it is. A server receives nothing before it has. */
const path = "/local/proof";
const nonceForm = /^[0-9a-f]{64}$/;

/** A warehouse, and where it is said to be served, on 127.0.0.1. */
export interface LakePlace {
  readonly warehouse: string;
  readonly port: number;
  readonly ossPort: number;
}

/** What to ask a server, and the answer that only a holder of the folder's key can give. */
export interface ProofQuestion {
  readonly target: string;
  readonly answer: string;
}

/**
 * The answer holds for these ports alone: a program that passes the question on to the lake's real server gets one for
 * other ports.
 */
export function askForProof(folderKey: Secret, place: LakePlace): ProofQuestion {
  const nonce = randomBytes(32).toString("hex");
  return { target: `${path}?${nonce}`, answer: prove(folderKey, place, nonce) };
}

/** Answers questions for a proof, and leaves all else to a listener. */
export function withProof(
  folderKey: Secret,
  place: Omit<LakePlace, "port">,
  listener: RequestListener,
): RequestListener {
  return (message, response) => {
    const [asked, nonce = ""] = (message.url ?? "").split("?", 2);
    if (asked !== path || message.method !== "GET" || !nonceForm.test(nonce)) {
      return listener(message, response);
    }
    message.resume();
    const answer = prove(folderKey, { ...place, port: message.socket.localPort ?? 0 }, nonce);
    response.writeHead(200, { "Content-Type": "text/plain", "Content-Length": answer.length }).end(answer);
  };
}

function prove(folderKey: Secret, { warehouse, port, ossPort }: LakePlace, nonce: string): string {
  const claim = `lake\n${warehouse}\n${port}\n${ossPort}\n${nonce}`;
  return createHmac("sha256", folderKey.reveal()).update(claim).digest("hex");
}
