import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { parse } from "../builder/arguments.ts";
import type { BatchFunction } from "../engines/engine.ts";
import type { MapBatchesPlan } from "../plan/plan.ts";
import { parseType } from "../types/parse-type.ts";

/** Options of `mapBatches`. */
export interface MapBatchesOptions {
  /** The columns it gives and their types, such as `{ id: "int64", score: "float64" }`; those it takes by default. */
  readonly columns?: Readonly<Record<string, string>>;
  /** What `explain()` calls it; the function's own name by default. */
  readonly name?: string;
}

const optionsSchema = loadWhenUsed(() =>
  z.strictObject({
    columns: z.record(z.string().min(1), z.string()).optional(),
    name: z.string().min(1).optional(),
  }),
);

let created = 0;

/**
 * The step without its input, and the functions with the new one among them.
 * @throws DlfLanceError InvalidInput for what is not a function, and for an unknown type.
 */
export function addFunction(
  functions: ReadonlyMap<string, BatchFunction>,
  change: BatchFunction,
  options: unknown,
): { readonly step: Omit<MapBatchesPlan, "input">; readonly functions: ReadonlyMap<string, BatchFunction> } {
  if (typeof change !== "function") {
    throw new DlfLanceError("InvalidInput", "Cannot map batches: it takes a function from batch to batch");
  }
  const { columns, name = change.name || "a function" } = parse(optionsSchema, options, "map batches");
  created += 1;
  const id = `function ${created}`;
  const types = columns && Object.entries(columns);
  return {
    step: {
      step: "mapBatches",
      id,
      name,
      columns:
        types?.map(([column, type]) => ({
          name: column,
          type: typeName(parseType(type, `map batches to column ${column}`)),
        })) ?? null,
    },
    functions: new Map([...functions, [id, change]]),
  };
}
