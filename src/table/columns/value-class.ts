/**
 * What a JavaScript value stands for, decided by what it is and not by which class made it: the cells of a notebook may run
 * in a realm with other classes.
 */
import { types } from "node:util";
import { ValueMismatch } from "./value-mismatch.ts";

/** The bytes of a Uint8Array, a Buffer, an ArrayBuffer or a DataView; undefined for anything else. */
export function asBytes(value: unknown): Uint8Array | undefined {
  if (types.isUint8Array(value)) return value;
  if (types.isDataView(value)) return new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

/** The items of an array or a typed array; undefined for anything else. */
export function asList(value: unknown): ArrayLike<unknown> | undefined {
  return Array.isArray(value) || types.isTypedArray(value) ? value : undefined;
}

/** The class that a typed array is of, such as `Float32Array`, also for one of a class derived from it. */
export function typedArrayClass(value: unknown): string | undefined {
  return types.isTypedArray(value) ? value[Symbol.toStringTag] : undefined;
}

/**
 * The fields of a value by name: of a plain object, of a Map whose keys are text, or of an instance of a class of your
 * own. Undefined for a value of another kind, such as a Set, an Error or a URL: what it holds is in no fields, or in
 * fields that are its own affair.
 */
export function asRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  if (types.isMap(value)) return fieldsOfMap(value);
  if (isPlain(value) || hasOwnFields(value)) return value as Readonly<Record<string, unknown>>;
  return undefined;
}

/**
 * A field of a record; undefined where it has none of this name, whatever its class has.
 * @throws ValueMismatch where a getter fails
 */
export function fieldOf(record: Readonly<Record<string, unknown>> | undefined, name: string): unknown {
  if (record === undefined || !Object.hasOwn(record, name)) return undefined;
  try {
    return record[name];
  } catch (error) {
    // A getter of the caller's: it runs with every look at the field.
    const what = error instanceof Error ? `${error.name}: ${error.message}` : "an error";
    throw new ValueMismatch(undefined, `reading ${name} failed with ${what}`);
  }
}

/** Whether what a record holds is its fields, and not those of a class or a Map. */
function isPlain(value: object): boolean {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === null) return true;
  // The prototype of objects, of this realm or of another.
  return Object.getPrototypeOf(prototype) === null && Object.hasOwn(prototype, "isPrototypeOf");
}

function fieldsOfMap(map: ReadonlyMap<unknown, unknown>): Readonly<Record<string, unknown>> | undefined {
  const fields: Record<string, unknown> = Object.create(null);
  for (const [name, value] of map) {
    if (typeof name !== "string") return undefined;
    fields[name] = value;
  }
  return fields;
}

function hasOwnFields(value: object): boolean {
  if (isBuiltIn(value) || Object.keys(value).length === 0) return false;
  // A class with a JSON form, such as a decimal's or a date's, has fields that nobody else should read. A row of
  // apache-arrow has both.
  const hasJsonForm = "toJSON" in value && typeof value.toJSON === "function";
  return !hasJsonForm || Object.prototype.toString.call(value) === "[object Row]";
}

function isBuiltIn(value: object): boolean {
  return (
    Array.isArray(value) ||
    ArrayBuffer.isView(value) ||
    types.isAnyArrayBuffer(value) ||
    types.isBoxedPrimitive(value) ||
    types.isDate(value) ||
    types.isNativeError(value) ||
    types.isPromise(value) ||
    types.isRegExp(value) ||
    types.isSet(value) ||
    types.isWeakMap(value) ||
    types.isWeakSet(value)
  );
}
