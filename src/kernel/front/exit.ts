/** The kernel's one exit: whatever leaves for a client goes through these functions, which take the secrets out. */
import { redactText } from "../../redaction/redact-text.ts";
import type { Request, RequestChannel } from "../wire/message.ts";
import type { Outlet } from "../wire/outlet.ts";
import { redactJson, serializeRedacted } from "../wire/redact-message.ts";
import type { StreamName } from "../wire/thread-messages.ts";

export type Content = Readonly<Record<string, unknown>>;

export interface Exit {
  /** Sends to every client. Content that comes as text is JSON, and so are metadata. */
  publish(type: string, content: Content | string, parent: string, counted?: number, metadata?: string): void;
  /** Sends text of a stream to every client, together with what follows it soon. */
  write(name: StreamName, text: string, parent: string, counted?: number): void;
  /** Sends to the client that made the request, on the channel it used or the one given. */
  answer(request: Request, type: string, content: Content, channel?: RequestChannel): void;
}

/** `counted` is handed on with what it belongs to. */
export function createExit(outlet: Pick<Outlet, "send" | "write">): Exit {
  return {
    publish: (type, content, parent, counted, metadata) => {
      const text = typeof content === "string" ? redactJson(content) : serializeRedacted(content);
      const about = metadata === undefined ? {} : { metadata: redactWhole(metadata) };
      outlet.send({ channel: "iopub", type, identities: [], parent, content: text, ...about }, counted);
    },
    write: (name, text, parent, counted) => {
      outlet.write({ name, parent, text: redactText(text) }, counted);
    },
    answer: (request, type, content, channel = request.channel) => {
      const { identities } = request;
      const parent = parentOf(request);
      outlet.send({ channel, type, identities, parent, content: serializeRedacted(content) });
    },
  };
}

/** Keys of the first level are the protocol's in content alone: here they are a cell's. */
function redactWhole(metadata: string): string {
  const [redacted] = JSON.parse(redactJson(`[${metadata}]`)) as readonly unknown[];
  return JSON.stringify(redacted);
}

const parents = new WeakMap<Request, string>();

/**
 * The header of a request as JSON text, as it stands in what belongs to the request. Its client finds it by two of
 * its words, which are its own and no place for a secret.
 */
export function parentOf(request: Request): string {
  const known = parents.get(request);
  if (known !== undefined) return known;
  const { msg_id, session, ...rest } = request.header;
  const text = JSON.stringify({ ...(JSON.parse(serializeRedacted(rest)) as object), msg_id, session });
  parents.set(request, text);
  return text;
}
