import type { IncomingMessage } from "node:http";
import type { Secret } from "../../secret.ts";
import { equalInConstantTime } from "../identity/signature.ts";
import { askForProof, type LakePlace } from "./lake-proof.ts";

/** Longer than a busy server takes; a port that somebody else has got since may never answer. */
const answerTime = 5_000;

/**
 * Looks whether the lake of a folder is served at a place: only its own server can prove that it knows the folder's
 * key. Whoever else answers there learns nothing but that it was asked.
 *
 * @returns undefined if it is not; else a promise that ends with the server, or a while later with an idle
 *   connection to it: look again then
 */
export function watchLake(
  place: LakePlace,
  folderKey: Secret,
): Promise<{ readonly ended: Promise<void> } | undefined> {
  const { Agent, request } = process.getBuiltinModule("node:http");
  const { target, answer: expected } = askForProof(folderKey, place);
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const asked = request({ host: "127.0.0.1", port: place.port, path: target, agent });
    const deadline = setTimeout(() => asked.destroy(), answerTime);
    let isSettled = false;
    const give = (result: { readonly ended: Promise<void> } | undefined) => {
      if (isSettled) return;
      isSettled = true;
      clearTimeout(deadline);
      if (result === undefined) asked.destroy();
      resolve(result);
    };
    asked.on("error", () => give(undefined));
    asked.on("close", () => give(undefined));
    asked.on("response", (answer: IncomingMessage) => {
      const { socket } = answer;
      const ended = new Promise<void>((end) => socket.once("close", () => end()));
      let text = "";
      answer.setEncoding("latin1").on("data", (chunk: string) => {
        text += chunk;
        if (text.length > expected.length) give(undefined);
      });
      answer.on("error", () => give(undefined));
      answer.on("end", () => give(equalInConstantTime(text, expected) ? { ended } : undefined));
    });
    asked.end();
  });
}
