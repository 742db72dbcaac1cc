/** Comms: channels that a front end opens to a part of the kernel by the name of a target. */
import { z } from "zod";
import type { Request } from "./message.ts";
import type { Content, Wire } from "./wire.ts";

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
  open(request: Request): Promise<void>;
  message(request: Request): Promise<void>;
  close(request: Request): void;
  /** The content of a `comm_info_reply`. */
  info(content: unknown): Content;
}

const targets = new Map<string, OnCommOpen>();

/** Lets front ends open comms to `name`; comms to a name that nobody registered are closed at once. */
export function registerCommTarget(name: string, onOpen: OnCommOpen): void {
  targets.set(name, onOpen);
}

const jsonObject = z.record(z.string(), z.unknown());
const commMessage = z.object({ comm_id: z.string(), data: jsonObject.default({}) });
const commOpen = commMessage.extend({ target_name: z.string() });
const infoRequest = z.object({ target_name: z.string().nullish() });

interface OpenComm {
  readonly target: string;
  handleMessage: (data: Content) => void | Promise<void>;
  handleClose: () => void;
  /** What it sends belongs to what it last heard. */
  request: Request;
}

export function createComms(wire: Wire): Comms {
  const comms = new Map<string, OpenComm>();

  function closeFromHere(id: string, request: Request, data: Content): void {
    comms.delete(id);
    wire.publish("comm_close", { comm_id: id, data }, request);
  }

  function faceOf(id: string, comm: OpenComm): Comm {
    return {
      id,
      send: (data) => {
        if (comms.has(id)) wire.publish("comm_msg", { comm_id: id, data }, comm.request);
      },
      close: (data = {}) => {
        if (comms.has(id)) closeFromHere(id, comm.request, data);
      },
      onMessage: (handle) => {
        comm.handleMessage = handle;
      },
      onClose: (handle) => {
        comm.handleClose = handle;
      },
    };
  }

  return {
    open: async (request) => {
      const { comm_id, target_name, data } = commOpen.parse(request.content);
      const onOpen = targets.get(target_name);
      if (onOpen === undefined) return closeFromHere(comm_id, request, {});
      const comm = { target: target_name, handleMessage: () => {}, handleClose: () => {}, request };
      comms.set(comm_id, comm);
      try {
        await onOpen(faceOf(comm_id, comm), data);
      } catch (error) {
        closeFromHere(comm_id, request, {});
        throw error;
      }
    },
    message: async (request) => {
      const { comm_id, data } = commMessage.parse(request.content);
      const comm = comms.get(comm_id);
      if (comm === undefined) return;
      comm.request = request;
      await comm.handleMessage(data);
    },
    close: (request) => {
      const { comm_id } = commMessage.parse(request.content);
      const comm = comms.get(comm_id);
      comms.delete(comm_id);
      comm?.handleClose();
    },
    info: (content) => {
      const { target_name } = infoRequest.parse(content);
      const wanted = [...comms].filter(([, { target }]) => target_name == null || target === target_name);
      return {
        status: "ok",
        comms: Object.fromEntries(wanted.map(([id, { target }]) => [id, { target_name: target }])),
      };
    },
  };
}
