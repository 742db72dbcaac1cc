/** Objects of options, refused as soon as they say what nobody would read. */

import { DlfLanceError } from "./errors.ts";
import { expressionBrand } from "./expression-brand.ts";
import { listWords } from "./list-words.ts";
import { findNearest } from "./nearest.ts";
import type { z } from "./zod.ts";

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
  texts: { next: 'an object of texts, such as { owner: "sales" }', fits: isTexts },
  fields: {
    next: 'a list of fields, such as [{ id: 0, name: "id", type: "BIGINT" }]',
    fits: (value: unknown) => Array.isArray(value) && value.every(isField),
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

/** Neither a list, nor a date, nor whatever else has a class of the language; also one of another realm, or without a prototype. */
export function isPlainObject(value: unknown): value is object {
  return Object.prototype.toString.call(value) === "[object Object]";
}

function isTexts(value: unknown): boolean {
  return isPlainObject(value) && Object.values(value).every((text) => typeof text === "string");
}

/** As far as every field of a catalog goes. */
function isField(value: unknown): boolean {
  const { id, name, type } = Object(value) as Readonly<Record<string, unknown>>;
  const isType = typeof type === "string" || (typeof type === "object" && type !== null);
  return Number.isSafeInteger(id) && typeof name === "string" && name !== "" && isType;
}

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
  if (!isPlainObject(options) || expressionBrand in options) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: the options are ${describeValue(options)}; pass an object with ${listWords(known, "or")}`,
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
  if (!isPlainObject(columns)) {
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
  const next = nearest === undefined ? `pass ${listWords(known, "or")}` : `did you mean ${nearest}?`;
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
    `Cannot ${action}: ${option} is ${describeValue(value)}; pass ${listWords(
      choices.map((choice) => JSON.stringify(choice)),
      "or",
    )}`,
  );
}

/** What zod finds wrong with a value, in our words, where a schema has none: `parse(value, { error: wordIssue })`. */
export function wordIssue(issue: z.RawIssue): string | undefined {
  const wanted = wantedInstead(issue);
  const place = placeOf(issue);
  return wanted && `${place === "" ? "it" : place} is ${describeValue(issue.input)}; pass ${wanted}`;
}

/** An issue as it stands behind `Cannot <action>: `, with the option that it is about. */
export function describeIssue(issue: z.Issue | undefined): string {
  if (issue === undefined) return "it does not fit";
  const place = placeOf(issue);
  return place === "" || issue.message.startsWith(`${place} is `)
    ? issue.message
    : `option ${place}: ${issue.message}`;
}

function placeOf({ path = [] }: Pick<z.RawIssue, "path">): string {
  return path.filter((part) => typeof part === "string").join(".");
}

const kindsOfValue: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  bigint: "a bigint",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
  function: "a function",
  date: "a Date",
};

function wantedInstead(issue: z.RawIssue): string | undefined {
  switch (issue.code) {
    case "invalid_type":
      return kindsOfValue[issue.expected];
    case "invalid_value":
      return listWords(
        issue.values.map((value: unknown) => describeValue(value)),
        "or",
      );
    case "too_small":
      if (issue.origin === "string" || issue.origin === "array") return "one that is not empty";
      return issue.inclusive === true ? `${issue.minimum} or more` : `a number above ${issue.minimum}`;
    case "too_big":
      return issue.inclusive === true ? `${issue.maximum} or less` : `a number below ${issue.maximum}`;
    default:
      return undefined;
  }
}

/** A value as a refusal names it; nothing that it holds is called. */
export function describeValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "object" && value !== null) {
    if (expressionBrand in value) return "an expression";
    const name = Object.prototype.toString.call(value).slice(8, -1);
    return name === "Object" ? "an object" : name;
  }
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}
