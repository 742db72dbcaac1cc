/** The MIME bundle a value is shown by. */
import { inspect, types } from "node:util";
import { shortenText } from "../../display/text/long-text.ts";
import { textOfValue } from "./value-text.ts";

export type Bundle = Readonly<Record<string, unknown>>;

const displayMethod: unique symbol = Symbol.for("Jupyter.display") as never;

interface Displayable {
  [displayMethod](): Bundle | Promise<Bundle>;
}

/**
 * Asks the value's own `Symbol.for("Jupyter.display")` method, then our display library. Answers at once where it
 * can, so that what is shown stays in order with what is printed.
 *
 * @throws what the value's own methods throw
 */
export function bundleOf(value: unknown): Bundle | Promise<Bundle> {
  if (showsItself(value) && !isPolarsFrame(value)) {
    const bundle = value[displayMethod]();
    return types.isPromise(bundle) ? bundle.then(checkBundle) : checkBundle(bundle);
  }
  if (typeof value === "string") return { "text/plain": shortenText(value) };
  const text = textOfValue(value);
  if (text !== undefined) return { "text/plain": text };
  // Only for what may be a table is the library worth loading: it brings Arrow with it.
  if (!isObject(value)) return { "text/plain": inspect(value) };
  return import("../../display/mime.ts").then((library) => library.formatForDisplay(value));
}

/** What is shown of a value whose own way failed. */
export function fallbackBundle(value: unknown): Bundle {
  try {
    return { "text/plain": inspect(value, { customInspect: false }) };
  } catch {
    return { "text/plain": `[${typeof value}]` };
  }
}

/**
 * Takes a bundle as it is given.
 *
 * @throws TypeError when it is none
 */
export function checkBundle(bundle: unknown): Bundle {
  if (typeof bundle === "object" && bundle !== null && !Array.isArray(bundle)) {
    const types = Object.keys(bundle);
    if (types.length > 0 && types.every((type) => type.includes("/"))) return bundle as Bundle;
  }
  throw new TypeError('a MIME bundle is an object from MIME types to data, such as { "text/plain": "…" }');
}

/** Our library draws these better than they do themselves. */
function isPolarsFrame(value: object): boolean {
  return Object.prototype.toString.call(value) === "[object DataFrame]";
}

/** @throws what a getter or a proxy in the way throws */
export function showsItself(value: unknown): value is Displayable {
  return isObject(value) && typeof (value as Partial<Displayable>)[displayMethod] === "function";
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
