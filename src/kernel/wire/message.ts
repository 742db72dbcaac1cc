/** One message of the Jupyter wire protocol as frames and back; a frame list with a wrong signature is refused. */
import { createHmac, randomUUID, timingSafeEqual } from "node:crypto";

/** Version of the Jupyter messaging protocol spoken here. */
export const protocolVersion = "5.4";

export type RequestChannel = "shell" | "control" | "stdin";

export interface Header {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
  readonly [name: string]: unknown;
}

/** A request as it came in. */
export interface Request {
  readonly channel: RequestChannel;
  /** The routing frames that lead back to the sender. */
  readonly identities: readonly Uint8Array[];
  readonly header: Header;
  readonly content: Readonly<Record<string, unknown>>;
}

/** How messages of one connection are signed; an empty key means they are not. */
export interface Signing {
  readonly key: string;
  /** `hmac-` and the name of a hash. */
  readonly scheme: string;
}

const delimiter = Buffer.from("<IDS|MSG>");

function sign(signing: Signing, parts: readonly (string | Buffer)[]): string {
  if (signing.key === "") return "";
  const hmac = createHmac(signing.scheme.slice("hmac-".length), signing.key);
  for (const part of parts) hmac.update(part);
  return hmac.digest("hex");
}

/** The request in these frames, or undefined when they are malformed or their signature is wrong. */
export function decodeRequest(
  channel: RequestChannel,
  frames: readonly Buffer[],
  signing: Signing,
): Request | undefined {
  const start = frames.findIndex((frame) => frame.equals(delimiter));
  const signature = frames[start + 1];
  const parts = frames.slice(start + 2, start + 6);
  if (start < 0 || signature === undefined || parts.length !== 4) return undefined;
  const expected = Buffer.from(sign(signing, parts));
  if (signing.key !== "" && (signature.length !== expected.length || !timingSafeEqual(signature, expected))) {
    return undefined;
  }
  try {
    const [header, , , content] = parts.map((part): unknown => JSON.parse(part.toString("utf8")));
    if (!isHeader(header) || !isObject(content)) return undefined;
    return { channel, identities: frames.slice(0, start), header, content };
  } catch {
    return undefined;
  }
}

/** By hand: a schema library would be most of what the thread of the sockets loads before it listens. */
function isHeader(value: unknown): value is Header {
  return (
    isObject(value) && ["msg_id", "msg_type", "session"].every((name) => typeof value[name] === "string")
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * The frames of an outgoing message. `parent` (the header of the request it belongs to), `content` and `metadata` are JSON text
 * already: whoever calls this has taken the secrets out of them.
 */
export function encodeMessage(
  message: {
    readonly type: string;
    readonly session: string;
    readonly identities: readonly Uint8Array[];
    readonly parent: string;
    readonly content: string;
    readonly metadata?: string | undefined;
  },
  signing: Signing,
): (Uint8Array | string)[] {
  const header = {
    msg_id: randomUUID(),
    msg_type: message.type,
    session: message.session,
    username: "kernel",
    date: new Date().toISOString(),
    version: protocolVersion,
  };
  const parts = [
    JSON.stringify(header),
    message.parent,
    message.metadata ?? "{}",
    mendHalfPairs(message.content),
  ];
  return [...message.identities, delimiter, sign(signing, parts), ...parts];
}

/** As JSON spells half of a surrogate pair: behind an even number of backslashes. */
const halfPair = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/gi;

/** A front end that writes UTF-8 cannot save half a pair, and loses the notebook with it: a cell may cut an emoji. */
function mendHalfPairs(json: string): string {
  return json.includes("\\ud") || json.includes("\\uD") ? json.replace(halfPair, "$1\\ufffd") : json;
}
