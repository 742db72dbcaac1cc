/** How many rows a statement's LIMIT lets through, as its text says. */
import { z } from "../../../../zod.ts";
import type { LiteralNode } from "../../../expression/literal.ts";

const count = z.union([
  z.object({
    class: z.literal("CONSTANT"),
    value: z.object({ is_null: z.literal(false), value: z.number().int().min(0) }),
  }),
  z.object({ class: z.literal("PARAMETER"), identifier: z.string().regex(/^[1-9]\d*$/) }),
]);
const limited = z.object({
  node: z.object({
    modifiers: z
      .array(
        z.object({
          type: z.literal("LIMIT_MODIFIER"),
          limit: count.nullable(),
          offset: count.nullable(),
        }),
      )
      .max(1),
  }),
});

/**
 * @param statement as DuckDB serializes it
 * @param taken how many of its rows are taken, at most
 * @returns how many rows it makes until it has enough; undefined where it may have to make all
 */
export function statementLimit(
  statement: unknown,
  parameters: readonly LiteralNode[],
  taken = Number.POSITIVE_INFINITY,
): number | undefined {
  const parsed = limited.safeParse(statement);
  if (!parsed.success) return undefined;
  const [{ limit, offset } = { limit: null, offset: null }] = parsed.data.node.modifiers;
  const read = (written: z.infer<typeof count> | null, otherwise: number): number => {
    if (written === null) return otherwise;
    if (written.class === "CONSTANT") return written.value.value;
    const value = parameters[Number(written.identifier) - 1];
    const isNumber = value?.type === "integer" || value?.type === "number";
    return isNumber && Number(value.text) >= 0 ? Number(value.text) : Number.NaN;
  };
  const rows = Math.min(read(limit, Number.POSITIVE_INFINITY), taken) + read(offset, 0);
  return Number.isSafeInteger(rows) ? rows : undefined;
}
