/**
 * What goes between this process and the one in which DuckDB reads Lance by itself. A query is one line of JSON on its
 * standard input, secrets in it; its standard output has frames: a byte for the kind, four for the length, and the rest.
 */
import { z } from "zod";
import { literalSchema } from "../../../expression/expression-schema.ts";

export const frameKinds = { batch: 1, done: 2, failure: 3 } as const;
export const frameHead = 5;

export const querySchema = z.strictObject({
  action: z.string(),
  /** The file of DuckDB's `lance` extension. */
  extension: z.string(),
  memoryLimit: z.number(),
  /** Namespaces of a Lance REST Namespace, by what they are called in the statement. */
  attached: z.array(
    z.strictObject({ alias: z.string(), namespace: z.string(), endpoint: z.string(), token: z.string() }),
  ),
  /** What makes the names that the statement uses. */
  setUp: z.array(z.string()),
  sql: z.string(),
  parameters: z.array(literalSchema),
});
export type Query = z.infer<typeof querySchema>;

export const failureSchema = z.object({ code: z.string(), message: z.string() });
