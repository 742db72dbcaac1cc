/**
 * Notices what code has put in place of the built-in objects: Node, packages and this kernel use the same ones. It looks with
 * the functions that the process started with, and reports through shared memory, which nothing can replace. While the
 * kernel works for a cell it has the original ones back; the cell has its own.
 */
import { longestReplacedName, type SharedState, sharedSlots } from "../wire/shared-state.ts";
import { type BuiltIn, collectBuiltIns } from "./built-in-list.ts";

export interface BuiltIns {
  /** Reports the first that is not what it was, if there is one. Cheap enough for every cell. */
  look(): void;
  /** Does work of the kernel's with the original ones. Cheap enough for every line that is printed. */
  protect<T>(work: () => T): T;
  /** The same for what the event loop calls: no other work is under way, though code ended from outside may have left some. */
  enter<T>(work: () => T): T;
  /** The same for work that waits, until {@link BuiltIns.resume}: the run of a cell, but for the cell's own code. */
  suspend(): void;
  resume(): void;
  /** In the middle of such work, a call of the cell's own code: it has what cells have put in place. */
  lend<T>(work: () => T): T;
}

type Emit = (...event: unknown[]) => boolean;

interface Known extends BuiltIn {
  /** The name in UTF-16. */
  readonly units: Uint16Array;
}

/** What stands in place of a built-in; undefined where it was removed. */
interface Replacement {
  readonly builtIn: Known;
  readonly is: PropertyDescriptor | undefined;
}

const { defineProperty, getOwnPropertyDescriptor, keys } = Object;
const { deleteProperty } = Reflect;

/** To be called before any cell runs. */
export function createBuiltIns(shared: SharedState): BuiltIns {
  const tellProcess = process.emit.bind(process) as Emit;
  // Through it comes what nobody catches: should that fail too, it is the end of the process.
  const emit: Emit = (...event) => protect(() => tellProcess(...event));
  process.emit = emit as typeof process.emit;
  const found: readonly Known[] = collectBuiltIns().map((builtIn) => ({
    ...builtIn,
    units: unitsOf(builtIn.name),
  }));
  const hasOriginalMethods = writeComparison(found.filter((each) => !isRead(each)));
  const others = found.filter(isRead);
  const prototypeName = unitsOf("Object.prototype");
  let aside: Replacement[] = [];
  /** Works within each other. */
  let depth = 0;
  let isSuspended = false;

  /** What is read by a function is left out: a look at those takes a hundred times as long. */
  function hasOriginals(): boolean {
    try {
      return hasOriginalMethods();
    } catch {
      // In place of a method is something that throws when it is read.
      return false;
    }
  }

  function isIntact(): boolean {
    if (!hasOriginals()) return false;
    for (let index = 0; index < others.length; index++) {
      if (isReplaced(others[index] as Known)) return false;
    }
    return true;
  }

  function findReplaced(): Known | undefined {
    if (aside.length > 0) return aside[0]?.builtIn;
    if (isIntact()) return undefined;
    for (let index = 0; index < found.length; index++) {
      if (isReplaced(found[index] as Known)) return found[index];
    }
    return undefined;
  }

  function report(name: Uint16Array): void {
    const { replaced } = sharedSlots;
    for (let index = 0; index < name.length; index++) shared[replaced + 1 + index] = name[index] as number;
    shared[replaced] = name.length;
  }

  function setAside(): void {
    for (let index = 0; index < found.length; index++) {
      const builtIn = found[index] as Known;
      if (!isReplaced(builtIn)) continue;
      const is = getOwnPropertyDescriptor(builtIn.owner, builtIn.key);
      if (put(builtIn, builtIn.was)) aside[aside.length] = { builtIn, is };
    }
  }

  function bringBack(): void {
    for (let index = 0; index < aside.length; index++) {
      const { builtIn, is } = aside[index] as Replacement;
      if (!isReplaced(builtIn)) put(builtIn, is);
    }
    aside = [];
  }

  function protect<T>(work: () => T): T {
    if (depth === 0 && !isSuspended && !hasOriginals()) setAside();
    depth += 1;
    try {
      return work();
    } finally {
      depth -= 1;
      endWork();
    }
  }

  function endWork(): void {
    if (depth === 0 && !isSuspended && aside.length > 0) bringBack();
  }

  function suspend(): void {
    if (depth === 0 && !isSuspended && !isIntact()) setAside();
    isSuspended = true;
  }

  function resume(): void {
    isSuspended = false;
    endWork();
  }

  return {
    look: () => {
      const replaced = findReplaced();
      if (replaced !== undefined) report(replaced.units);
      // What can be enumerated is in every `for … in`.
      else if (keys(Object.prototype).length > 0) report(prototypeName);
      else shared[sharedSlots.replaced] = 0;
    },
    protect,
    enter: (work) => {
      depth = 0;
      return protect(work);
    },
    suspend,
    resume,
    lend: (work) => {
      resume();
      try {
        return work();
      } finally {
        suspend();
      }
    },
  };
}

function unitsOf(text: string): Uint16Array {
  const length = Math.min(text.length, longestReplacedName);
  return Uint16Array.from({ length }, (_, index) => text.charCodeAt(index));
}

/** The object, with each of its methods at work as {@link BuiltIns.protect} has it. */
export function protectMethods<T extends object>(object: T, { protect }: Pick<BuiltIns, "protect">): T {
  const methods = Object.entries(object).map(([name, method]) => [
    name,
    typeof method === "function" ? (...given: unknown[]) => protect(() => method(...given)) : method,
  ]);
  return Object.fromEntries(methods) as T;
}

function isRead({ was }: BuiltIn): boolean {
  return was?.get !== undefined;
}

/** Runs nothing of a getter. */
function isReplaced({ owner, key, was }: BuiltIn): boolean {
  const is = getOwnPropertyDescriptor(owner, key);
  if (is === undefined || was === undefined) return is !== was;
  return is.get !== was.get || is.value !== was.value;
}

/** False where the object is frozen: it stays as it is. */
function put({ owner, key }: BuiltIn, descriptor: PropertyDescriptor | undefined): boolean {
  try {
    if (descriptor === undefined) return deleteProperty(owner, key);
    defineProperty(owner, key, descriptor);
    return true;
  } catch {
    return false;
  }
}

/** As code that names each method: a loop over them takes twenty times as long. */
function writeComparison(builtIns: readonly BuiltIn[]): () => boolean {
  const owners = [...new Set(builtIns.map(({ owner }) => owner))];
  const keys = builtIns.map(({ key }) => key);
  const values = builtIns.map(({ owner, key }) => (owner as Record<string | symbol, unknown>)[key]);
  const constants = [
    ...owners.map((_, index) => `owner${index} = owners[${index}]`),
    ...keys.map((_, index) => `key${index} = keys[${index}], value${index} = values[${index}]`),
  ];
  const comparisons = builtIns.map(({ owner, key }, index) => {
    const place = typeof key === "string" ? `.${key}` : `[key${index}]`;
    return `owner${owners.indexOf(owner)}${place} === value${index}`;
  });
  const code = `const ${constants.join(", ")};\nreturn () => ${comparisons.join(" && ")};`;
  return new Function("owners", "keys", "values", code)(owners, keys, values) as () => boolean;
}
