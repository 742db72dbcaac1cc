/** Objects of options, refused as soon as they say what nobody would read. */
import { DlfLanceError } from "./errors.ts";
import { findNearest } from "./nearest.ts";

/** The names of all options of an interface. TypeScript holds them complete. */
export type OptionNames<T> = { readonly [K in keyof T]-?: true };

/**
 * The options as they are.
 *
 * @param action what a refusal names, as in `limit rows`
 * @throws DlfLanceError InvalidInput for an option of another name, and for anything but an object of options
 */
export function checkOptions<T extends object | undefined>(
  options: T,
  names: Readonly<Record<string, unknown>>,
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
  return options;
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
export function checkChoice<T extends string>(
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

function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value).slice(8, -1);
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
