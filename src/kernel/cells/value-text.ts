/** The text of results that `util.inspect` tells too little of, or too much. */
import { nameAsWritten } from "./stack-traces.ts";

const toText = Function.prototype.toString;
/** What `source/bind.ts` puts before what is awaited. */
const checkpoint = /\(globalThis\.awaitː\?\.\(\) && await globalThis\.awaitː\(\), /g;
/** UTF-16 units of a function's text that are shown. */
const longestText = 5_000;

/** Undefined for a value that is neither a function of JavaScript nor a timer. */
export function textOfValue(value: unknown): string | undefined {
  if (typeof value === "function") return textOfFunction(value as (...given: never) => unknown);
  return typeof value === "object" && value !== null ? textOfTimer(value) : undefined;
}

/** As it runs, which is as it was written but for types. Classes and native functions are known by their names. */
function textOfFunction(value: (...given: never) => unknown): string | undefined {
  const text = toText.call(value);
  if (/^class\b|\{\s*\[native code\]\s*\}$/.test(text)) return undefined;
  const written = nameAsWritten(text.replaceAll(checkpoint, "("));
  return written.length > longestText ? `${written.slice(0, longestText)}…` : written;
}

interface Timer {
  readonly _idleTimeout?: unknown;
  readonly _repeat?: unknown;
  readonly _destroyed?: unknown;
}

function textOfTimer(value: object): string | undefined {
  const { name } = value.constructor ?? {};
  const { _idleTimeout: time, _repeat: repeat, _destroyed: isOver } = value as Timer;
  if (typeof isOver !== "boolean") return undefined;
  if (name === "Immediate") return isOver ? "Immediate: has run" : "Immediate: runs next";
  if (name !== "Timeout" || typeof time !== "number") return undefined;
  if (isOver) return "Timeout: has run, or was stopped";
  return repeat === null || repeat === undefined
    ? `Timeout: runs in ${time} ms; clearTimeout(_) stops it`
    : `Interval: runs every ${String(repeat)} ms; clearInterval(_) stops it`;
}
