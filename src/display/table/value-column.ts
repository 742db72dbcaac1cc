/** Columns of JavaScript values: their names, and their types as TypeScript would write them. */
import { types } from "node:util";
import type { GridColumn } from "../grid/grid.ts";
import { showText } from "../text/visible-text.ts";

const maxHeadingText = 400;
const maxTypes = 3;
const rightAligned = new Set(["number", "bigint", "Date"]);

/** @param values some of the column's values, to tell its type from */
export function describeValues(name: string, values: readonly unknown[]): GridColumn {
  const types = [...new Set(values.map(typeNameOf))];
  const isEmpty = (type: string) => type === "null" || type === "undefined";
  const [empty, filled] = [types.filter(isEmpty), types.filter((type) => !isEmpty(type))];
  const shown = filled.length > maxTypes ? ["mixed"] : filled;
  return {
    name: showText(name, maxHeadingText),
    type: [...shown, ...empty].join(" | "),
    align: filled.length > 0 && filled.every((type) => rightAligned.has(type)) ? "right" : "left",
  };
}

function typeNameOf(value: unknown): string {
  if (value === null) return "null";
  return typeof value === "object" ? classNameOf(value) : typeof value;
}

function classNameOf(value: object): string {
  if (Array.isArray(value)) return "list";
  if (types.isUint8Array(value) || types.isAnyArrayBuffer(value)) return "bytes";
  if (types.isTypedArray(value)) return "list";
  if (types.isDate(value)) return "Date";
  if (types.isMap(value)) return "Map";
  return types.isSet(value) ? "Set" : "object";
}
