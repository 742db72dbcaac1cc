/** Constants of a statement, where they are compared with a column just as frames do it. */
import { z } from "../../../../zod.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { ColumnKind } from "../../../types/column-kind.ts";
import { isWholeNumber } from "../../../types/literal-value.ts";

const constant = z.object({
  class: z.literal("CONSTANT"),
  value: z.object({
    is_null: z.literal(false),
    type: z.object({ id: z.string(), type_info: z.object({ scale: z.number().optional() }).nullable() }),
    value: z.union([z.number(), z.string()]),
  }),
});
const cast = z.object({
  class: z.literal("CAST"),
  child: constant,
  cast_type: z.object({ id: z.string() }),
  try_cast: z.literal(false),
});
const parameter = z.object({ class: z.literal("PARAMETER"), identifier: z.string().regex(/^[1-9]\d*$/) });

/** The constant, where it is compared with a column of that kind just as frames do it. */
export function readLiteral(
  expression: unknown,
  kind: ColumnKind,
  parameters: readonly LiteralNode[],
): LiteralNode | undefined {
  const bound = parameter.safeParse(expression);
  if (bound.success) return fitLiteral(parameters[Number(bound.data.identifier) - 1], kind);
  const converted = cast.safeParse(expression);
  if (converted.success) {
    const { child, cast_type: to } = converted.data;
    if (to.id === "BOOLEAN") return kind.kind === "boolean" ? booleanLiteral(child) : undefined;
    const isTime =
      (to.id === "DATE" && kind.kind === "date") || (to.id === "TIMESTAMP" && kind.kind === "timestamp");
    return isTime ? fitLiteral(constantLiteral(child), kind) : undefined;
  }
  return fitLiteral(readConstant(expression), kind);
}

export function readConstant(expression: unknown): LiteralNode | undefined {
  const written = constant.safeParse(expression);
  return written.success ? constantLiteral(written.data) : undefined;
}

function constantLiteral({ value: { type, value } }: z.infer<typeof constant>): LiteralNode | undefined {
  if (typeof value === "string") return type.id === "VARCHAR" ? literal("string", value) : undefined;
  if (type.id === "DOUBLE") return literal("number", String(value));
  if (!Number.isSafeInteger(value)) return undefined;
  if (type.id === "DECIMAL")
    return literal("number", String(Number(`${value}e${-(type.type_info?.scale ?? 0)}`)));
  return type.id.endsWith("INT") || type.id === "INTEGER" ? literal("integer", String(value)) : undefined;
}

/** True and false come as casts of `t` and `f`. */
function booleanLiteral({ value: { value } }: z.infer<typeof constant>): LiteralNode | undefined {
  return value === "t" || value === "f" ? literal("boolean", String(value === "t")) : undefined;
}

function fitLiteral(value: LiteralNode | undefined, kind: ColumnKind): LiteralNode | undefined {
  if (value === undefined) return undefined;
  const isNumber = value.type === "number" || value.type === "integer";
  const isWhole = value.type === "integer" || (value.type === "number" && isWholeNumber(value));
  const isText = value.type === "string";
  switch (kind.kind) {
    case "integer":
      return isWhole ? value : undefined;
    case "float":
      return isNumber && kind.bitWidth === 64 && Number.isFinite(Number(value.text)) ? value : undefined;
    case "text":
      return isText ? value : undefined;
    case "date":
      return isText && kind.unit === "day" && datePattern.test(value.text) && isDay(value.text)
        ? value
        : undefined;
    case "timestamp":
      if (kind.zone !== null) return value.type === "instant" && kind.unit < 3 ? value : undefined;
      return isText && clockPattern.test(value.text) && isDay(value.text.slice(0, 10)) ? value : undefined;
    case "boolean":
      return value.type === "boolean" ? value : undefined;
    case "decimal":
    case "bytes":
    case "time":
    case "duration":
    case "nested":
    case "other":
      return undefined;
    default:
      return kind satisfies never;
  }
}

const datePattern = /^\d{4}-\d\d-\d\d$/;
const clockPattern = /^\d{4}-\d\d-\d\d([ T]([01]\d|2[0-3]):[0-5]\d:[0-5]\d)?$/;

function isDay(date: string): boolean {
  const time = Date.parse(`${date}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date);
}

function literal(type: LiteralNode["type"], text: string): LiteralNode {
  return Object.freeze({ node: "literal", type, text });
}
