/** Access keys of the RAM role that an ECS instance has, from the metadata service of the machine. */
import { setTimeout as sleep } from "node:timers/promises";
import { isError } from "../../errors.ts";
import { percentEncode } from "../protocol/sign.ts";
import { type LoadedKeys, readTokenText, unusable } from "./access-keys.ts";

export interface EcsRole {
  /** The metadata service is asked for it when absent. */
  readonly name: string | undefined;
  /** Of the folder of roles, with or without a slash at the end. */
  readonly metadataUrl: string;
}

export const defaultMetadataUrl = "http://100.100.100.200/latest/meta-data/Ram/security-credentials/";

const place = "the ECS metadata service";
const tries = 3;
const firstPause = 200;
const timeout = 3_000;
const largestAnswer = 64 * 1024;
/** Life asked for a metadata token, in seconds. */
const metadataTokenLife = "21600";

interface MetadataAnswer {
  readonly status: number;
  readonly text: string;
}

/**
 * A loader of the role's keys. The role's name is asked for once. It speaks the hardened mode, and the plain one
 * where the service does not know the other.
 *
 * @throws Unauthenticated, by the loader
 */
export function createEcsRoleLoader(role: EcsRole): () => Promise<LoadedKeys> {
  const folder = role.metadataUrl.replace(/\/*$/, "/");
  const tokenUrl = new URL("/latest/api/token", folder).href;
  let name = role.name;
  return async () => {
    const metadataToken = await askToken(tokenUrl);
    const headers: Record<string, string> =
      metadataToken === undefined ? {} : { "x-aliyun-ecs-metadata-token": metadataToken };
    name ??= readRoleName(await ask(folder, headers));
    return readTokenText(await ask(`${folder}${percentEncode(name)}`, headers), place);
  };
}

/** Absent when the service does not have the hardened mode. */
async function askToken(url: string): Promise<string | undefined> {
  const headers = { "x-aliyun-ecs-metadata-token-ttl-seconds": metadataTokenLife };
  try {
    const { status, text } = await send("PUT", url, headers);
    return status === 200 && /^[\x21-\x7e]+$/.test(text.trim()) ? text.trim() : undefined;
  } catch (error) {
    if (isError(error, "Unauthenticated")) return undefined;
    throw error;
  }
}

async function ask(url: string, headers: Readonly<Record<string, string>>): Promise<string> {
  for (let number = 1; ; number++) {
    const { status, text } = await send("GET", url, headers).catch((error: unknown) => {
      if (number >= tries) throw error;
      return { status: 503, text: "" };
    });
    if (status === 200) return text;
    if (status === 404)
      throw unusable(place, "this machine has no RAM role, or not the one that is configured");
    if (status < 500 || number >= tries) throw unusable(place, `it answers with status ${status}`);
    await sleep(firstPause * 2 ** (number - 1));
  }
}

function readRoleName(text: string): string {
  const name = text.trim();
  if (/^[\w.-]{1,64}$/.test(name)) return name;
  throw unusable(place, "it names no RAM role");
}

/** One request that is never sent through a proxy: the service knows the machine by its connection. */
function send(
  method: "GET" | "PUT",
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<MetadataAnswer> {
  const { request } = process.getBuiltinModule("node:http");
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeout);
    const fail = () =>
      reject(unusable(place, signal.aborted ? "it did not answer in time" : "there is no connection to it"));
    const sent = request(url, { method, headers, signal, agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        text += chunk;
        if (text.length > largestAnswer) response.destroy(new Error("too large"));
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
      response.on("error", fail);
    });
    sent.on("error", fail);
    sent.end();
  });
}
