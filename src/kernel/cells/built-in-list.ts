/** The built-in objects that Node, packages and this kernel use as cells do, and what they are as the process starts. */
import { AsyncLocalStorage } from "node:async_hooks";
import { EventEmitter } from "node:events";
import { MessagePort } from "node:worker_threads";

export interface BuiltIn {
  readonly owner: object;
  readonly key: string | symbol;
  /** Undefined for what only the prototype has. */
  readonly was: PropertyDescriptor | undefined;
  /** Such as `Array.prototype.map`. */
  readonly name: string;
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
  // Every loop calls the `next` of one of them.
  "ArrayIterator.prototype": Object.getPrototypeOf([][Symbol.iterator]()),
  "MapIterator.prototype": Object.getPrototypeOf(new Map()[Symbol.iterator]()),
  "SetIterator.prototype": Object.getPrototypeOf(new Set()[Symbol.iterator]()),
  "StringIterator.prototype": Object.getPrototypeOf(""[Symbol.iterator]()),
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
export function collectBuiltIns(): readonly BuiltIn[] {
  const found: BuiltIn[] = [];

  function keep(owner: object, key: string | symbol, name: string): void {
    const was = Object.getOwnPropertyDescriptor(owner, key);
    const content: unknown = was?.get ?? was?.value;
    if (typeof content !== "function" && typeof content !== "object") return;
    if (!harmless.has(name)) found.push({ owner, key, was, name });
  }

  for (const key of globals) keep(globalThis, key, key);
  // `nextTick` runs what native libraries call back.
  keep(process, "nextTick", "process.nextTick");
  // What a process or an emitter has from its prototype.
  for (const key of ["emit", "on", "once"]) {
    found.push({
      owner: process,
      key,
      was: Object.getOwnPropertyDescriptor(process, key),
      name: `process.${key}`,
    });
  }
  for (const [title, owner] of Object.entries(owners)) {
    for (const key of Reflect.ownKeys(owner)) {
      keep(owner, key, typeof key === "symbol" ? `${title}[${key.description}]` : `${title}.${key}`);
    }
  }
  for (const key of polluting) {
    found.push({ owner: Object.prototype, key, was: undefined, name: `Object.prototype.${key}` });
  }
  return found;
}
