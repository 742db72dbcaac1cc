/** The functions of a row, over values. */
import type { DataType } from "../../../src/arrow.ts";
import { civilDate } from "../../../src/display/text/civil-date.ts";
import { DlfLanceError } from "../../../src/errors.ts";
import { describeExpression } from "../../../src/frame/expression/describe-expression.ts";
import type { CallNode, DateUnit } from "../../../src/frame/expression/expression-node.ts";
import type { LiteralNode } from "../../../src/frame/expression/literal.ts";
import type { Value } from "../../../src/frame/rows/values.ts";
import { kindOfType } from "../../../src/frame/types/column-kind.ts";
import { checkInt64, roundFloat, roundInteger } from "./arithmetic.ts";
import { clockTime, dayOfYear, isoWeek, truncate, weekday } from "./calendar.ts";
import { isTimeKind, toNumber } from "./cast.ts";
import { compareValues } from "./compare.ts";

/** Computes from values of which none is null. */
export type Compute = (values: readonly Value[]) => Value;

/** Functions that look at null themselves, or at the types of their arguments together. */
export type NullFunction = "coalesce" | "nullIf" | "greatest" | "least" | "listContains";

/** @param types of the arguments. */
export function compileCall(call: CallNode, types: readonly DataType[]): Compute {
  const [first] = types;
  const kind = first === undefined ? ({ kind: "other" } as const) : kindOfType(first);
  const what = describeExpression(call);
  const number = (value: Value | undefined, index = 0) => {
    const type = types[index];
    return toNumber(value ?? null, type === undefined ? kind : kindOfType(type)) ?? Number.NaN;
  };
  const floats =
    (compute: (value: number) => number): Compute =>
    ([value]) =>
      compute(number(value));
  const numbers = (whole: (value: bigint) => bigint, compute: (value: number) => number): Compute =>
    kind.kind === "integer" ? ([value]) => checkInt64(whole(value as bigint), what) : floats(compute);
  const texts =
    (compute: (text: string, second: string, third: string) => Value): Compute =>
    ([text, second, third]) =>
      compute(text as string, second as string, third as string);
  const constant = (index: number) => (call.arguments[index] as LiteralNode).text;
  const pattern = (flags: string) => new RegExp(constant(1), flags);
  switch (call.function) {
    case "negate":
      return numbers(
        (value) => -value,
        (value) => -value,
      );
    case "abs":
      return numbers((value) => (value < 0n ? -value : value), Math.abs);
    case "sign":
      return numbers((value) => (value > 0n ? 1n : value < 0n ? -1n : 0n), Math.sign);
    case "floor":
      return numbers(unchanged, Math.floor);
    case "ceil":
      return numbers(unchanged, Math.ceil);
    case "trunc":
      return numbers(unchanged, Math.trunc);
    case "round": {
      const digits = Number(constant(1));
      return numbers(
        (value) => roundInteger(value, digits, what),
        (value) => roundFloat(value, digits),
      );
    }
    case "sqrt":
      return floats(Math.sqrt);
    case "exp":
      return floats(Math.exp);
    case "ln":
      return floats(Math.log);
    case "log10":
      return floats(Math.log10);
    case "log2":
      return floats(Math.log2);
    case "power":
      return ([base, exponent]) => number(base) ** number(exponent, 1);
    case "isNaN":
      return ([value]) => Number.isNaN(value);
    case "length":
      return texts((text) => BigInt([...text].length));
    case "upper":
      return texts((text) => text.toUpperCase());
    case "lower":
      return texts((text) => text.toLowerCase());
    case "trim":
      return texts((text) => text.replace(/^ +| +$/g, ""));
    case "trimStart":
      return texts((text) => text.replace(/^ +/, ""));
    case "trimEnd":
      return texts((text) => text.replace(/ +$/, ""));
    case "concat":
      return (values) => values.join("");
    case "slice": {
      const start = Number(constant(1));
      const end = call.arguments.length === 3 ? start + Number(constant(2)) : undefined;
      return texts((text) => [...text].slice(start, end).join(""));
    }
    case "contains":
      return texts((text, searched) => text.includes(searched));
    case "startsWith":
      return texts((text, searched) => text.startsWith(searched));
    case "endsWith":
      return texts((text, searched) => text.endsWith(searched));
    case "replace":
      return texts((text, searched, by) => (searched === "" ? text : text.replaceAll(searched, () => by)));
    case "regexpMatch": {
      const regexp = pattern("u");
      return texts((text) => regexp.test(text));
    }
    case "regexpReplace": {
      const regexp = pattern("gu");
      return texts((text, _, by) => text.replace(regexp, () => by));
    }
    case "regexpExtract": {
      const regexp = pattern("u");
      const group = Number(constant(2));
      return texts((text) => regexp.exec(text)?.[group] ?? null);
    }
    case "split":
      return texts((text, separator) => text.split(separator));
    case "reverse":
      return texts((text) => [...text].reverse().join(""));
    case "year":
      return dates((days) => civilDate(Number(days)).year);
    case "quarter":
      return dates((days) => Math.floor((civilDate(Number(days)).month - 1) / 3) + 1);
    case "month":
      return dates((days) => civilDate(Number(days)).month);
    case "week":
      return dates(isoWeek);
    case "day":
      return dates((days) => civilDate(Number(days)).day);
    case "dayOfWeek":
      return dates(weekday);
    case "dayOfYear":
      return dates(dayOfYear);
    case "hour":
      return dates((_, seconds) => Math.floor(seconds / 3600));
    case "minute":
      return dates((_, seconds) => Math.floor(seconds / 60) % 60);
    case "second":
      return dates((_, seconds) => seconds % 60);
    case "toDate":
      return dates((days) => days);
    case "dateTrunc": {
      const type = types[1];
      const timeKind = type === undefined ? kind : kindOfType(type);
      if (!isTimeKind(timeKind)) throw unexpected(call);
      const unit = constant(0) as DateUnit;
      return ([, value]) => truncate(value as bigint, timeKind, unit);
    }
    case "listLength":
      return ([list]) => BigInt((list as readonly Value[]).length);
    case "listGet":
      return ([list, index]) => (list as readonly Value[]).at(Number(index)) ?? null;
    default:
      throw unexpected(call);
  }

  function dates(compute: (days: bigint, seconds: number) => number | bigint): Compute {
    if (!isTimeKind(kind)) throw unexpected(call);
    const timeKind = kind;
    return ([value]) => {
      const { days, seconds } = clockTime(value as bigint, timeKind);
      return BigInt(compute(days, seconds));
    };
  }
}

/** The greatest or least of those that are not null. */
export function extreme(values: readonly Value[], sign: 1 | -1): Value {
  return values.reduce((best, value) => {
    if (best === null || value === null) return best ?? value;
    return compareValues(value, best) * sign > 0 ? value : best;
  }, null);
}

function unchanged(value: bigint): bigint {
  return value;
}

function unexpected(call: CallNode): DlfLanceError {
  return new DlfLanceError(
    "Internal",
    `Cannot apply ${describeExpression(call)}: the plan was not checked; report this`,
  );
}
