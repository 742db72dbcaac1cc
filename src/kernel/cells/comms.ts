/** Comms: channels that a front end opens to a part of the kernel, or a cell to a part of the front end, by the name of a
 * target. */
import { DlfLanceError } from "../../errors.ts";
import type { CommMessage } from "../wire/thread-messages.ts";
import type { Content, Front } from "./front.ts";

/** A comm that is open. */
export interface Comm {
  readonly id: string;
  send(data: Content): void;
  /** Closes it for both sides; once is enough. */
  close(data?: Content): void;
  /** Takes what the front end sends from now on. What it throws becomes the request's failure. */
  onMessage(handle: (data: Content) => void | Promise<void>): void;
  /** Hears that the front end has closed it. */
  onClose(handle: () => void): void;
}

/** Takes a comm that a front end opens; when it throws, the comm is closed. */
export type OnCommOpen = (comm: Comm, data: Content) => void | Promise<void>;

export interface Comms {
  /** Settles when it has been dealt with; rejects with what the comm's owner throws. */
  receive(message: CommMessage): Promise<void>;
  /**
   * Opens a comm to a target of the front end, such as `jupyter.widget`.
   *
   * @throws `InvalidInput` for a target that is not a text; TypeError for data that have no JSON form
   */
  readonly openFromCell: (target: string, data?: Content, metadata?: Content) => Comm;
  /** The target of every comm that is open, by the comm's id. */
  open(): Readonly<Record<string, string>>;
}

const targets = new Map<string, OnCommOpen>();

/** Lets front ends open comms to `name`; comms to a name that nobody registered are closed at once. */
export function registerCommTarget(name: string, onOpen: OnCommOpen): void {
  targets.set(name, onOpen);
}

interface OpenComm {
  readonly target: string;
  handleMessage: (data: Content) => void | Promise<void>;
  handleClose: () => void;
  /** What it sends belongs to the message that it last heard. */
  parent: string;
}

/** @param owner the request that what goes on now belongs to */
export function createComms(front: Pick<Front, "publish">, owner: () => string): Comms {
  const comms = new Map<string, OpenComm>();

  function closeFromHere(id: string, parent: string, data: Content): void {
    comms.delete(id);
    front.publish("comm_close", { comm_id: id, data }, parent);
  }

  function faceOf(id: string, comm: OpenComm): Comm {
    return {
      id,
      send: (data) => {
        if (comms.has(id)) front.publish("comm_msg", { comm_id: id, data }, comm.parent);
      },
      close: (data = {}) => {
        if (comms.has(id)) closeFromHere(id, comm.parent, data);
      },
      onMessage: (handle) => {
        comm.handleMessage = handle;
      },
      onClose: (handle) => {
        comm.handleClose = handle;
      },
    };
  }

  async function open({ parent, content }: CommMessage): Promise<void> {
    const { comm_id: id, target_name: target = "", data } = content;
    const onOpen = targets.get(target);
    if (onOpen === undefined) return closeFromHere(id, parent, {});
    const comm = { target, handleMessage: () => {}, handleClose: () => {}, parent };
    comms.set(id, comm);
    try {
      await onOpen(faceOf(id, comm), data);
    } catch (error) {
      closeFromHere(id, parent, {});
      throw error;
    }
  }

  function openFromCell(target: string, data: Content = {}, metadata: Content = {}): Comm {
    if (typeof target !== "string" || target === "") {
      throw new DlfLanceError(
        "InvalidInput",
        'Cannot open a comm: its target has no name; pass that of the front end\'s, such as "jupyter.widget"',
      );
    }
    const id = crypto.randomUUID();
    const comm = { target, handleMessage: () => {}, handleClose: () => {}, parent: owner() };
    front.publish("comm_open", { comm_id: id, target_name: target, data }, comm.parent, metadata);
    comms.set(id, comm);
    return faceOf(id, comm);
  }

  async function pass({ parent, content }: CommMessage): Promise<void> {
    const comm = comms.get(content.comm_id);
    if (comm === undefined) return;
    comm.parent = parent;
    await comm.handleMessage(content.data);
  }

  function close({ content }: CommMessage): void {
    const comm = comms.get(content.comm_id);
    comms.delete(content.comm_id);
    comm?.handleClose();
  }

  return {
    receive: async (message) => {
      if (message.type === "comm_open") await open(message);
      else if (message.type === "comm_msg") await pass(message);
      else close(message);
    },
    openFromCell,
    open: () => Object.fromEntries([...comms].map(([id, { target }]) => [id, target])),
  };
}
