import type { IncomingMessage } from "node:http";
import { formatPath } from "../catalog/endpoints.ts";
import { queryNames } from "../catalog/schemas.ts";
import { signRequest } from "../catalog/sign.ts";
import { Secret } from "../secret.ts";
import type { LakeIdentity } from "./identity.ts";
import { region } from "./lake-description.ts";

/** Longer than a busy server takes; a port that somebody else has got since may never answer. */
const answerTime = 2_000;

/**
 * Looks whether the lake of an identity is served on a port of this machine: only its own server accepts a request
 * signed with its key.
 *
 * @returns undefined if it is not; else a promise that ends with the server, or a while later with an idle
 *   connection to it: look again then
 */
export function watchLake(
  port: number,
  warehouse: string,
  identity: LakeIdentity,
): Promise<{ readonly ended: Promise<void> } | undefined> {
  const { Agent, request } = process.getBuiltinModule("node:http");
  const path = formatPath("getConfig", {}, undefined);
  const query = { [queryNames.warehouse]: warehouse };
  const host = `127.0.0.1:${port}`;
  const headers = signRequest(
    { method: "GET", path, query, body: "", host },
    {
      algorithm: "default",
      region,
      accessKeyId: new Secret(identity.accessKeyId),
      accessKeySecret: identity.accessKeySecret,
    },
    new Date(),
  );
  const target = `${path}?${new URLSearchParams(query)}`;
  return new Promise((resolve) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const asked = request({ host: "127.0.0.1", port, path: target, headers: { ...headers }, agent });
    asked.setTimeout(answerTime, () => asked.destroy(new Error("no answer")));
    asked.on("error", () => resolve(undefined));
    asked.on("response", (answer: IncomingMessage) => {
      const { socket } = answer;
      asked.setTimeout(0);
      answer.resume();
      if (answer.statusCode !== 200) {
        socket.destroy();
        return resolve(undefined);
      }
      resolve({ ended: new Promise((end) => socket.once("close", () => end())) });
    });
    asked.end();
  });
}
