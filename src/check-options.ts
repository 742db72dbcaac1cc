/** Objects of options, refused as soon as they say what nobody would read. */
import { DlfLanceError } from "./errors.ts";
import { findNearest } from "./nearest.ts";

/** What the value of an option must be, where nothing else looks at it: `true` where something does. */
type OptionKind = true | keyof typeof kinds | readonly (string | number)[];

/** The names of all options of an interface, with what they take. TypeScript holds them complete. */
export type OptionNames<T> = { readonly [K in keyof T]-?: OptionKind };

const kinds = {
  flag: { next: "true or false", fits: (value: unknown) => typeof value === "boolean" },
  text: { next: "a text", fits: (value: unknown) => typeof value === "string" && value !== "" },
  names: {
    next: 'a list of names, such as ["id"]',
    fits: (value: unknown) => Array.isArray(value) && value.every((name) => typeof name === "string"),
  },
  amount: {
    next: "a whole number from 1 on",
    fits: (value: unknown) => Number.isSafeInteger(value) && Number(value) > 0,
  },
  bytes: {
    next: "a number of bytes, such as 500e6",
    fits: (value: unknown) => Number.isFinite(value) && Number(value) > 0,
  },
  number: { next: "a number", fits: (value: unknown) => Number.isFinite(value) },
  signal: { next: "the signal of an AbortController", fits: isSignal },
} as const;

/** Also one of another realm, as in the cells of a notebook. */
function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value && "addEventListener" in value;
}

/**
 * The options as they are.
 *
 * @param action what a refusal names, as in `limit rows`
 * @throws DlfLanceError InvalidInput for an option of another name, and for anything but an object of options
 */
export function checkOptions<T extends object | undefined>(
  options: T,
  names: Readonly<Record<string, OptionKind>>,
  action: string,
): T {
  if (options === undefined) return options;
  const known = Object.keys(names);
  if (Object.prototype.toString.call(options) !== "[object Object]") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the options are ${describeValue(options)}; pass an object with ${listOptions(known)}`,
    );
  }
  const unknown = Object.keys(options).filter((name) => !known.includes(name));
  if (unknown.length > 0) throw refuseOptions(unknown, known, action);
  for (const [name, value] of Object.entries(options)) checkValue(value, name, names[name] ?? true, action);
  return options;
}

function checkValue(value: unknown, name: string, asked: OptionKind, action: string): void {
  if (value === undefined) return;
  if (typeof asked === "object") return void checkChoice(value, asked, name, action);
  const kind = name === "signal" ? kinds.signal : asked === true ? undefined : kinds[asked];
  if (kind !== undefined && !kind.fits(value)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: ${name} is ${describeValue(value)}; pass ${kind.next}`,
    );
  }
}

/**
 * A name, as it is.
 *
 * @param what it names, as in `the tag`
 * @throws DlfLanceError InvalidInput for anything but a text, and for an empty one
 */
export function checkName(name: unknown, what: string, action: string): string {
  if (typeof name === "string" && name !== "") return name;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${what} is ${describeValue(name)}; pass its name as a text`,
  );
}

/** Entries by column. @throws DlfLanceError InvalidInput for anything but an object that has some */
export function checkEntries<T>(
  columns: Readonly<Record<string, T>>,
  example: string,
  action: string,
): [string, T][] {
  if (Object.prototype.toString.call(columns) !== "[object Object]") {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the columns are ${describeValue(columns)}; pass an object, such as ${example}`,
    );
  }
  const entries = Object.entries(columns);
  if (entries.length > 0) return entries;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: no column; name at least one column, as in ${example}`,
  );
}

/** What an object of options is refused with that has these. */
export function refuseOptions(
  [unknown = ""]: readonly string[],
  known: readonly string[],
  action: string,
): DlfLanceError {
  const nearest = known.find((name) => name.startsWith(unknown)) ?? findNearest(unknown, known);
  const next = nearest === undefined ? `pass ${listOptions(known)}` : `did you mean ${nearest}?`;
  return new DlfLanceError("InvalidInput", `Cannot ${action}: no option named ${unknown}; ${next}`);
}

/** The value of an option that is one of a few texts. @throws DlfLanceError InvalidInput for another. */
export function checkChoice<T extends string | number>(
  value: unknown,
  choices: readonly T[],
  option: string,
  action: string,
): T {
  const found = choices.find((choice) => choice === value);
  if (found !== undefined) return found;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: ${option} is ${describeValue(value)}; pass ${listOptions(choices.map((choice) => JSON.stringify(choice)))}`,
  );
}

function listOptions(names: readonly string[]): string {
  if (names.length < 2) return names.join("");
  return `${names.slice(0, -1).join(", ")} or ${names.at(-1)}`;
}

/** A value as a refusal names it; nothing that it holds is called. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    const name = Object.prototype.toString.call(value).slice(8, -1);
    return name === "Object" ? "an object" : name;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
