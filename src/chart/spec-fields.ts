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

/** The marks of Vega-Lite, which exports no list of them. */
export const markNames: readonly string[] = [
  ...["arc", "area", "bar", "circle", "geoshape", "image", "line", "point", "rect", "rule", "square"],
  ...["text", "tick", "trail", "boxplot", "errorband", "errorbar"],
];

/** What the values of a channel are. */
export const fieldTypes: readonly string[] = ["quantitative", "temporal", "ordinal", "nominal", "geojson"];

/** Marks that Vega-Lite does not have, in the specification and in its layers and panels. */
export function unknownMarks(spec: ChartSpec): string[] {
  return viewsOf(spec).flatMap(({ mark }) => {
    const name = typeof mark === "object" && mark !== null ? (mark as { type?: unknown }).type : mark;
    return typeof name === "string" && !markNames.includes(name) ? [name] : [];
  });
}

/** Types of channels that Vega-Lite does not have. It takes capital letters, and the first letters of the common ones. */
export function unknownTypes(spec: ChartSpec): string[] {
  return viewsOf(spec)
    .flatMap(({ encoding }) => Object.values((encoding ?? {}) as object).flat())
    .flatMap((channel: unknown) => {
      const type = typeof channel === "object" && channel !== null && (channel as { type?: unknown }).type;
      if (typeof type !== "string") return [];
      const lower = type.toLowerCase();
      return fieldTypes.includes(lower) || /^[qton]$/.test(lower) ? [] : [type];
    });
}

function isView(part: unknown): part is ChartSpec {
  return typeof part === "object" && part !== null;
}

/** The specification itself and those inside it. */
function viewsOf(spec: ChartSpec): readonly ChartSpec[] {
  const inner = (["layer", "concat", "hconcat", "vconcat", "spec"] as const).flatMap(
    (name) => spec[name] ?? [],
  );
  return [spec, ...inner.flatMap((part) => (isView(part) ? viewsOf(part) : []))];
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
