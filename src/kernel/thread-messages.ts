/** What the kernel's main thread and the thread of its sockets tell each other. */
import type { ConnectionFile } from "./connection-file.ts";
import type { Request, RequestChannel } from "./message.ts";
import type { StreamName } from "./output-streams.ts";

/** What the thread of the sockets begins with. */
export interface ThreadStart {
  readonly connection: ConnectionFile;
  /** See {@link import("./shared-state.ts")}. */
  readonly shared: SharedArrayBuffer;
  /** JSON text of the content of every `kernel_info_reply`. */
  readonly kernelInfo: string;
}

/** A message on its way out. No secret is left in any text; what remains is to frame, sign and send it. */
export interface OutgoingMessage {
  readonly kind: "message";
  readonly channel: RequestChannel | "iopub";
  readonly type: string;
  readonly identities: readonly Uint8Array[];
  /** JSON text of the header of the request it belongs to. */
  readonly parent: string;
  /** JSON text. */
  readonly content: string;
}

/** Text on its way out, which may leave together with what follows it. */
export interface OutgoingText {
  readonly kind: "text";
  readonly name: StreamName;
  readonly parent: string;
  readonly text: string;
}

/** What a message weighs on its way, in bytes or a little more: its text, and what holds it. */
export function weightOf(message: OutgoingMessage | OutgoingText): number {
  return 512 + (message.kind === "text" ? message.text : message.content).length;
}

/** To the thread of the sockets. After `end` nothing more is sent. */
export type ToSockets = OutgoingMessage | OutgoingText | { readonly kind: "end" };

/** To the main thread. */
export type FromSockets =
  | { readonly kind: "listening" }
  /** It can not listen, and ends. */
  | { readonly kind: "failed"; readonly reason: string }
  | { readonly kind: "request"; readonly request: Request }
  /** `cell` is the one that ran when it was asked for. */
  | { readonly kind: "interrupt"; readonly cell: number }
  /** A client asks for it, or the parent is gone. */
  | { readonly kind: "shutdown" }
  | { readonly kind: "complaint"; readonly text: string };
