/** What a value holds, for completion where types say nothing. No getter of it runs, and no proxy's trap. */
import { types } from "node:util";
import type { LiveMember } from "../wire/thread-messages.ts";
import type { Boxes } from "./boxes.ts";

/** The most members that are listed of one value. */
const mostMembers = 500;

const { getOwnPropertyDescriptor, getOwnPropertyNames, getPrototypeOf } = Object;

/** The members of the value at the end of a path, its prototypes' but for those that every object has. */
export function listLiveMembers(boxes: Boxes, [name, ...keys]: readonly string[]): readonly LiveMember[] {
  let value: unknown = name === undefined ? undefined : boxes.read(name);
  for (const key of keys) value = readPlainly(value, key);
  const members = new Map<string, LiveMember>();
  for (let owner: unknown = value; isReadable(owner) && owner !== Object.prototype; ) {
    for (const key of getOwnPropertyNames(owner)) {
      if (members.size >= mostMembers) break;
      if (members.has(key) || key === "constructor" || /^\d+$/.test(key)) continue;
      const isFunction = typeof getOwnPropertyDescriptor(owner, key)?.value === "function";
      members.set(key, { name: key, kind: isFunction ? "function" : "property" });
    }
    owner = getPrototypeOf(owner);
  }
  return [...members.values()];
}

/** What a property holds, without running a getter. */
function readPlainly(value: unknown, key: string): unknown {
  for (let owner = value; isReadable(owner); owner = getPrototypeOf(owner)) {
    const found = getOwnPropertyDescriptor(owner, key);
    if (found !== undefined) return found.value;
  }
  return undefined;
}

function isReadable(value: unknown): value is object {
  return (
    (typeof value === "object" || typeof value === "function") && value !== null && !types.isProxy(value)
  );
}
