/** Which columns the user's own Vega-Lite specification reads. */
import type { ChartSpec, VegaLiteSpec } from "./vega-lite-spec.ts";

const marks = ["mark", "layer", "concat", "hconcat", "vconcat", "spec"] as const;

/** True for a Vega-Lite specification: it says what is drawn. */
export function isVegaLiteSpec(value: unknown): value is VegaLiteSpec {
  return typeof value === "object" && value !== null && marks.some((name) => name in value);
}

/** True for a Vega-Lite specification that holds the data it draws. What fetches data from an address is none. */
export function isWholeSpec(value: Readonly<Record<string, unknown>>): boolean {
  if (!isVegaLiteSpec(value)) return false;
  const isNamed = String(value.$schema).includes("vega-lite") || "encoding" in value || !("mark" in value);
  const data = [...objectsOf(value)].flatMap((part) => ("data" in part ? [part.data] : []));
  return isNamed && data.length > 0 && data.every(isInline);
}

function isInline(data: unknown): boolean {
  return typeof data === "object" && data !== null && !("url" in data);
}

/** Columns whose name stands anywhere in the specification, as a field or in an expression. */
export function columnsInSpec(spec: ChartSpec, names: readonly string[]): string[] {
  const texts = [...textsOf(spec)].flatMap((text) => [text, unescapePath(text)]);
  return names.filter((name) => texts.some((text) => text.includes(name)));
}

/** Fields that no column has, where nothing in the specification can have made them. */
export function unknownFields(spec: ChartSpec, names: readonly string[]): string[] {
  const parts = [...objectsOf(spec)];
  if (parts.some((part) => "transform" in part || "data" in part || "repeat" in part)) return [];
  const known = new Set(names);
  const fields = parts.flatMap(({ field }) => (typeof field === "string" ? [field] : []));
  return [...new Set(fields.map(unescapePath))].filter(
    (field) => !known.has(field) && !known.has(rootOf(field)),
  );
}

/** A field is a path: dots and brackets of a name stand behind a backslash, or the name in brackets and quotes. */
function unescapePath(field: string): string {
  const quoted = /^\[(["'])(.*)\1\]$/s.exec(field);
  return (quoted?.[2] ?? field).replace(/\\(.)/gs, "$1");
}

function rootOf(field: string): string {
  return /^[^.[]*/.exec(field)?.[0] ?? field;
}

function* objectsOf(value: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (Array.isArray(value)) {
    for (const item of value) yield* objectsOf(item);
  } else if (typeof value === "object" && value !== null) {
    yield value as Readonly<Record<string, unknown>>;
    for (const part of Object.values(value)) yield* objectsOf(part);
  }
}

function* textsOf(value: unknown): Generator<string> {
  for (const part of objectsOf(value)) {
    for (const item of Object.values(part).flat()) if (typeof item === "string") yield item;
  }
}
