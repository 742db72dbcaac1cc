/**
 * Plans as JSON documents, with the version of their vocabulary: what a frame is, for another process to run.
 *
 * A document holds names, not what they stand for. Who runs it needs
 * - the connection of its scans and SQL statements, and those that a scan names besides (`connection`);
 * - the rows of its `input` steps, by their names;
 * - the columns of its tables: short forms such as `exclude` are written out against them when the plan is checked.
 *
 * Whole numbers beyond 2^53, decimals, bytes and times are text, as `literal.ts` tells. JavaScript functions have no
 * place in a document. A reader refuses a version that it does not know; what is added to the vocabulary makes a new one.
 */

import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import type { FunctionNode } from "../expression/expression-node.ts";
import {
  aggregateSchema,
  expressionSchema,
  literalSchema,
  namedExpressionSchema,
  sortKeySchema,
  windowFunctionSchema,
  windowShape,
} from "../functions/expression-schema.ts";
import {
  createPlan,
  inputsOf,
  joinKinds,
  keptRows,
  nearestDirections,
  type Plan,
  setOperations,
} from "./plan.ts";

/** A plan as it is stored or sent. */
export interface PlanDocument {
  readonly version: 1;
  readonly plan: Plan;
}

const count = loadWhenUsed(() => z.int().nonnegative());
const names = loadWhenUsed(() => z.array(z.string()));

const planSchema: z.ZodType<Plan> = loadWhenUsed(() =>
  z.lazy(() => z.discriminatedUnion("step", createSteps())),
);

const onInput = { input: planSchema };
const onConnection = () => ({ connection: z.string().exactOptional() });
const version = loadWhenUsed(() =>
  z.union([
    z.strictObject({ number: z.int().positive() }),
    z.strictObject({ tag: z.string() }),
    z.strictObject({ time: z.iso.datetime() }),
  ]),
);
const search = loadWhenUsed(() =>
  z.strictObject({
    nearest: z
      .strictObject({
        vector: z.array(z.number()),
        column: z.string().nullable(),
        metric: z.enum(["l2", "cosine", "dot"]).nullable(),
        probes: count.nullable(),
        refine: count.nullable(),
      })
      .nullable(),
    text: z.strictObject({ text: z.string(), columns: names.nullable() }).nullable(),
    count,
  }),
);
const predicate = loadWhenUsed(() =>
  z.union([z.strictObject({ node: z.literal("sql"), text: z.string() }), expressionSchema]),
);

/** Made with the first document that is read: few programs read any. */
const createSteps = () =>
  [
    z.strictObject({
      step: z.literal("scan"),
      table: z.string(),
      version: version.nullable(),
      ...onConnection(),
    }),
    z.strictObject({ step: z.literal("input"), name: z.string() }),
    z.strictObject({ step: z.literal("search"), ...onInput, search }),
    z.strictObject({ step: z.literal("filter"), ...onInput, predicates: z.array(predicate) }),
    z.strictObject({ step: z.literal("project"), ...onInput, columns: z.array(namedExpressionSchema) }),
    z.strictObject({ step: z.literal("exclude"), ...onInput, columns: names }),
    z.strictObject({
      step: z.literal("extend"),
      ...onInput,
      columns: z.array(namedExpressionSchema),
      texts: names.optional(),
    }),
    z.strictObject({
      step: z.literal("rename"),
      ...onInput,
      columns: z.array(z.strictObject({ from: z.string(), to: z.string() })),
    }),
    z.strictObject({ step: z.literal("limit"), ...onInput, count: count.nullable(), offset: count }),
    z.strictObject({ step: z.literal("tail"), ...onInput, count }),
    z.strictObject({ step: z.literal("sort"), ...onInput, keys: z.array(sortKeySchema).min(1) }),
    z.strictObject({
      step: z.literal("top"),
      ...onInput,
      keys: z.array(sortKeySchema).min(1),
      count,
      offset: count,
    }),
    z.strictObject({ step: z.literal("distinct"), ...onInput, on: names.nullable() }),
    z.strictObject({
      step: z.literal("sample"),
      ...onInput,
      fraction: z.number().min(0).max(1).nullable(),
      rows: count.nullable(),
      seed: z.int(),
    }),
    z.strictObject({ step: z.literal("dropNull"), ...onInput, columns: names.nullable() }),
    z.strictObject({
      step: z.literal("fillNull"),
      ...onInput,
      value: literalSchema,
      columns: names.nullable(),
    }),
    z.strictObject({ step: z.literal("explode"), ...onInput, column: z.string() }),
    z.strictObject({ step: z.literal("unnest"), ...onInput, column: z.string() }),
    z.strictObject({
      step: z.literal("concat"),
      ...onInput,
      other: planSchema,
      fillsMissing: z.boolean().optional(),
    }),
    z.strictObject({
      step: z.literal("set"),
      ...onInput,
      other: planSchema,
      operation: z.enum(setOperations),
    }),
    z.strictObject({ step: z.literal("unique"), ...onInput, on: names.nullable(), keep: z.enum(keptRows) }),
    z.strictObject({
      step: z.literal("join"),
      ...onInput,
      other: planSchema,
      kind: z.enum(joinKinds),
      on: z.array(z.strictObject({ left: expressionSchema, right: expressionSchema })),
      suffix: z.string(),
      condition: expressionSchema.optional(),
      nearest: z
        .strictObject({
          left: expressionSchema,
          right: expressionSchema,
          direction: z.enum(nearestDirections),
          takesEqual: z.boolean(),
          tolerance: literalSchema.optional(),
        })
        .optional(),
    }),
    z.strictObject({
      step: z.literal("aggregate"),
      ...onInput,
      keys: z.array(namedExpressionSchema),
      aggregates: z.array(namedExpressionSchema),
    }),
    z.strictObject({
      step: z.literal("window"),
      ...onInput,
      ...windowShape(),
      functions: z.array(z.strictObject({ name: z.string(), function: windowFunctionSchema })),
    }),
    z.strictObject({
      step: z.literal("pivot"),
      ...onInput,
      keys: z.array(namedExpressionSchema),
      on: expressionSchema,
      values: z.array(z.strictObject({ name: z.string(), value: literalSchema })),
      aggregate: aggregateSchema,
    }),
    z.strictObject({
      step: z.literal("unpivot"),
      ...onInput,
      keys: names,
      columns: names.min(1),
      nameColumn: z.string(),
      valueColumn: z.string(),
    }),
    z.strictObject({
      step: z.literal("sql"),
      ...onConnection(),
      text: z.string(),
      parameters: z.array(literalSchema),
      inputs: z.array(z.strictObject({ name: z.string(), plan: planSchema })),
    }),
    z.strictObject({
      step: z.literal("mapBatches"),
      ...onInput,
      id: z.string(),
      name: z.string(),
      columns: z.array(z.strictObject({ name: z.string(), type: z.string() })).nullable(),
    }),
  ] as const;

const documentSchema: z.ZodType<PlanDocument> = loadWhenUsed(() =>
  z.strictObject({
    version: z.literal(1),
    plan: planSchema,
  }),
);

/** The result of `frame.toJSON()` as a zod schema: `parse` returns it, and throws a ZodError for anything else. */
export const planDocumentSchema: { parse(document: unknown): PlanDocument } = documentSchema;

/**
 * The plan as a document for `JSON.stringify`.
 * @throws DlfLanceError Unsupported for a plan with a JavaScript function in it.
 */
export function toPlanDocument(plan: Plan): PlanDocument {
  refuseFunctions(plan);
  return Object.freeze({ version: 1, plan });
}

/**
 * The plan of a document, such as `JSON.parse` gives.
 * @throws DlfLanceError InvalidInput, naming the first part that does not fit.
 */
export function parsePlanDocument(document: unknown): Plan {
  const result = documentSchema.safeParse(document);
  if (result.success) {
    refuseFunctions(result.data.plan);
    return createPlan(result.data.plan);
  }
  const issue = result.error.issues[0];
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot read a plan: ${issue?.message ?? "it does not fit"} (at ${issue?.path.join(".") || "the top"}). ` +
      'A plan document is {"version": 1, "plan": …}, as frame.toJSON() gives it',
  );
}

function refuseFunctions(plan: Plan): void {
  if (plan.step === "mapBatches") {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot write the plan as JSON: it holds the JavaScript function ${plan.name} of mapBatches; ` +
        "write the plan before that step, and apply the function again to the plan that was read",
    );
  }
  const name = findValueFunction(Object.entries(plan).filter(([key]) => key !== "input" && key !== "other"));
  if (name !== undefined) {
    throw new DlfLanceError(
      "Unsupported",
      `Cannot write the plan as JSON: it holds the JavaScript function ${name}; write the plan before that step, and ` +
        "apply the function again to the plan that was read",
    );
  }
  for (const input of inputsOf(plan)) refuseFunctions(input);
}

/** The name of a function in the expressions of a step. */
function findValueFunction(part: unknown): string | undefined {
  if (typeof part !== "object" || part === null) return undefined;
  if ("node" in part && part.node === "function") return (part as FunctionNode).function.name;
  for (const inner of Object.values(part)) {
    const found = findValueFunction(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}
