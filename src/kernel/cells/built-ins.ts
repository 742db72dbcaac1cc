/**
 * Notices what code has put in place of the built-in objects: Node, packages and this kernel use the same ones. It looks with
 * the functions that the process started with, and reports through shared memory, which nothing can replace.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { MessagePort } from "node:worker_threads";
import { longestReplacedName, type SharedState, sharedSlots } from "../wire/shared-state.ts";

export interface BuiltIns {
  /** Reports the first that is not what it was, if there is one. Cheap enough for every cell. */
  look(): void;
}

interface BuiltIn {
  readonly owner: object;
  readonly key: string | symbol;
  /** The value, or the function that reads it. */
  readonly was: unknown;
  /** UTF-16 units. */
  readonly name: Uint16Array;
}

const owners: Readonly<Record<string, object>> = {
  Object,
  "Object.prototype": Object.prototype,
  "Function.prototype": Function.prototype,
  Array,
  "Array.prototype": Array.prototype,
  "String.prototype": String.prototype,
  "Number.prototype": Number.prototype,
  "BigInt.prototype": BigInt.prototype,
  "RegExp.prototype": RegExp.prototype,
  Promise,
  "Promise.prototype": Promise.prototype,
  "Map.prototype": Map.prototype,
  "Set.prototype": Set.prototype,
  "WeakMap.prototype": WeakMap.prototype,
  "WeakRef.prototype": WeakRef.prototype,
  "Error.prototype": Error.prototype,
  "Symbol.prototype": Symbol.prototype,
  Symbol,
  JSON,
  Reflect,
  Math,
  Atomics,
  Buffer,
  "Buffer.prototype": Buffer.prototype,
  "TypedArray.prototype": Object.getPrototypeOf(Uint8Array.prototype),
  "Uint8Array.prototype": Uint8Array.prototype,
  "DataView.prototype": DataView.prototype,
  "ArrayBuffer.prototype": ArrayBuffer.prototype,
  "TextDecoder.prototype": TextDecoder.prototype,
  "TextEncoder.prototype": TextEncoder.prototype,
  "AbortSignal.prototype": AbortSignal.prototype,
  "EventTarget.prototype": EventTarget.prototype,
  "EventEmitter.prototype": EventEmitter.prototype,
  "MessagePort.prototype": MessagePort.prototype,
  "AsyncLocalStorage.prototype": AsyncLocalStorage.prototype,
};

const globals = [
  ...[
    "Object",
    "Function",
    "Array",
    "String",
    "Number",
    "BigInt",
    "RegExp",
    "Promise",
    "Map",
    "Set",
    "WeakMap",
  ],
  ...["Error", "Symbol", "JSON", "Reflect", "Math", "Atomics", "Proxy", "Date", "Uint8Array", "ArrayBuffer"],
  ...["Buffer", "TextDecoder", "TextEncoder", "AbortController", "AbortSignal", "process", "URL"],
  ...["setTimeout", "clearTimeout", "setInterval", "setImmediate", "queueMicrotask"],
];

/** What is replaced for good reasons, as for the same numbers in every run. */
const harmless = new Set(["Math.random"]);

/** A name of these on the prototype of all objects is taken for one of each descriptor, promise or message. */
const polluting = ["get", "set", "value", "writable", "then", "toJSON", "type", "kind"] as const;

/** To be called before any cell runs. */
export function createBuiltIns(shared: SharedState): BuiltIns {
  const { getOwnPropertyDescriptor, hasOwn, keys } = Object;
  const units = (text: string) =>
    Uint16Array.from({ length: Math.min(text.length, longestReplacedName) }, (_, index) =>
      text.charCodeAt(index),
    );
  const found: BuiltIn[] = [];

  function read(owner: object, key: string | symbol): unknown {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined) return undefined;
    return hasOwn(descriptor, "value") ? descriptor.value : descriptor.get;
  }

  function keep(owner: object, key: string | symbol, name: string): void {
    const was = read(owner, key);
    if (typeof was !== "function" && typeof was !== "object") return;
    if (!harmless.has(name)) found.push({ owner, key, was, name: units(name) });
  }

  for (const key of globals) keep(globalThis, key, key);
  // `nextTick` runs what native libraries call back.
  keep(process, "nextTick", "process.nextTick");
  // What a process or an emitter has from its prototype.
  for (const key of ["emit", "on", "once"]) {
    found.push({ owner: process, key, was: undefined, name: units(`process.${key}`) });
  }
  for (const [title, owner] of Object.entries(owners)) {
    for (const key of Reflect.ownKeys(owner)) {
      keep(owner, key, typeof key === "symbol" ? `${title}[${key.description}]` : `${title}.${key}`);
    }
  }
  const added = polluting.map((key) => ({ key, name: units(`Object.prototype.${key}`) }));
  const prototypeName = units("Object.prototype");
  const count = found.length;

  function report(name: Uint16Array): void {
    const { replaced } = sharedSlots;
    for (let index = 0; index < name.length; index++) shared[replaced + 1 + index] = name[index] as number;
    shared[replaced] = name.length;
  }

  return {
    look: () => {
      for (let index = 0; index < count; index++) {
        const { owner, key, was, name } = found[index] as BuiltIn;
        if (read(owner, key) === was) continue;
        report(name);
        return;
      }
      for (let index = 0; index < added.length; index++) {
        const { key, name } = added[index] as (typeof added)[number];
        if (!hasOwn(Object.prototype, key)) continue;
        report(name);
        return;
      }
      // What can be enumerated is in every `for … in`.
      if (keys(Object.prototype).length > 0) report(prototypeName);
      else shared[sharedSlots.replaced] = 0;
    },
  };
}
