/** The values of cells' names, as a front end lists them: a line each, and the parts of one when it is opened. */
import { inspect, types } from "node:util";
import type { VariableAnswer, VariableQuestion } from "../wire/thread-messages.ts";
import type { Boxes } from "./boxes.ts";
import { type Bundle, bundleOf, fallbackBundle } from "./display-value.ts";
import { textOfValue } from "./value-text.ts";

export interface Variables {
  /** Cells have declared these. */
  add(names: Iterable<string>): void;
  /** The answer's body as an object with a JSON form. */
  answer(question: VariableQuestion): Promise<VariableAnswer>;
}

/** @see https://microsoft.github.io/debug-adapter-protocol/specification#Types_Variable */
interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  readonly evaluateName: string;
  /** 0 for what has no parts. */
  readonly variablesReference: number;
}

/** Parts of a value that are listed. */
const mostParts = 500;
/** UTF-16 units of a line. */
const longestLine = 200;

export function createVariables(boxes: Pick<Boxes, "read">): Variables {
  const names = new Set<string>();
  /** By the number under which its parts can be asked for; those of the last list. */
  const opened = new Map<number, WeakRef<object>>();

  function describe(name: string, value: unknown): Variable {
    let variablesReference = 0;
    if (typeof value === "object" && value !== null && hasParts(value)) {
      variablesReference = opened.size + 1;
      opened.set(variablesReference, new WeakRef(value));
    }
    return { name, value: lineOf(value), type: typeOf(value), evaluateName: name, variablesReference };
  }

  async function draw(name: string): Promise<Bundle> {
    const value = boxes.read(name);
    try {
      return await bundleOf(value);
    } catch {
      return fallbackBundle(value);
    }
  }

  return {
    add: (declared) => {
      for (const name of declared) names.add(name);
    },
    answer: async (question) => {
      switch (question.about) {
        case "all":
          opened.clear();
          return { variables: [...names].sort().map((name) => describe(name, boxes.read(name))) };
        case "parts": {
          const value = opened.get(question.reference)?.deref();
          const parts = value === undefined ? [] : partsOf(value);
          return { variables: parts.map(([name, part]) => describe(name, part)) };
        }
        case "one":
          return names.has(question.name) ? { data: await draw(question.name), metadata: {} } : undefined;
        default:
          return question satisfies never;
      }
    },
  };
}

function hasParts(value: object): boolean {
  try {
    return partsOf(value).length > 0;
  } catch {
    return false;
  }
}

/** Nothing of a getter or a proxy is run. */
function partsOf(value: object): readonly (readonly [name: string, value: unknown])[] {
  if (types.isProxy(value)) return [];
  if (types.isMap(value))
    return [...Map.prototype.entries.call(value)]
      .slice(0, mostParts)
      .map(([key, part]) => [lineOf(key), part]);
  if (types.isSet(value))
    return [...Set.prototype.values.call(value)].slice(0, mostParts).map((part, index) => [`${index}`, part]);
  if (ArrayBuffer.isView(value) || types.isDate(value)) return [];
  const parts: (readonly [string, unknown])[] = [];
  for (const key in value) {
    if (parts.length >= mostParts) break;
    const property = Object.getOwnPropertyDescriptor(value, key);
    if (property !== undefined && "value" in property) parts.push([key, property.value]);
  }
  return parts;
}

function lineOf(value: unknown): string {
  try {
    const text =
      textOfValue(value) ??
      inspect(value, { depth: 0, maxArrayLength: 5, maxStringLength: longestLine, breakLength: Infinity });
    const line = text.replace(/\s+/g, " ");
    return line.length > longestLine ? `${line.slice(0, longestLine)}…` : line;
  } catch {
    return `[${typeof value}]`;
  }
}

function typeOf(value: unknown): string {
  if (typeof value !== "object" || value === null || types.isProxy(value))
    return value === null ? "null" : typeof value;
  try {
    const name: unknown = value.constructor?.name;
    return typeof name === "string" && name !== "" ? name : "object";
  } catch {
    return "object";
  }
}
