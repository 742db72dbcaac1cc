/** Leads what front ends say over comms to the main thread, whose comms they are, one message after another. */
import { z } from "../../zod.ts";
import type { Request } from "../wire/message.ts";
import type { CommMessage, ToMain } from "../wire/thread-messages.ts";
import { type Content, parentOf } from "./exit.ts";

export interface CommRelay {
  /** Settles when the main thread has dealt with it. */
  relay(request: Request): Promise<void>;
  /** The main thread has dealt with a message; these comms are open now, each with its target. */
  hearHandled(open: Readonly<Record<string, string>>): void;
  /** A cell has opened one, or closed one: the content of the message. */
  hearOpened(content: string): void;
  hearClosed(content: string): void;
  /** The content of a `comm_info_reply`. */
  info(content: unknown): Content;
}

const commMessage = z.object({
  comm_id: z.string(),
  target_name: z.string().optional(),
  data: z.record(z.string(), z.unknown()).default({}),
});
const infoRequest = z.object({ target_name: z.string().nullish() });

export function createCommRelay(tellMain: (message: ToMain) => void): CommRelay {
  let open: Readonly<Record<string, string>> = {};
  const waiting: (() => void)[] = [];

  return {
    relay: async (request) => {
      const content = commMessage.parse(request.content);
      const type = request.header.msg_type as CommMessage["type"];
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.push(resolve);
      tellMain({ kind: "comm", message: { type, parent: parentOf(request), content } });
      await promise;
    },
    hearHandled: (comms) => {
      open = comms;
      waiting.shift()?.();
    },
    hearOpened: (text) => {
      const { comm_id, target_name } = JSON.parse(text) as { comm_id: string; target_name: string };
      open = { ...open, [comm_id]: target_name };
    },
    hearClosed: (text) => {
      const { comm_id } = JSON.parse(text) as { comm_id: string };
      open = Object.fromEntries(Object.entries(open).filter(([id]) => id !== comm_id));
    },
    info: (content) => {
      const { target_name } = infoRequest.parse(content);
      const wanted = Object.entries(open).filter(([, name]) => target_name == null || name === target_name);
      return {
        status: "ok",
        comms: Object.fromEntries(wanted.map(([id, name]) => [id, { target_name: name }])),
      };
    },
  };
}
