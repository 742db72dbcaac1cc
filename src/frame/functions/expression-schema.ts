/** Expressions that come from outside, checked. */

import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import {
  type AggregateNode,
  arithmeticOperators,
  comparisonOperators,
  type ExpressionNode,
  type NamedExpression,
  rankingFunctions,
  type SortKey,
  shiftFunctions,
  type WindowFunctionNode,
} from "../expression/expression-node.ts";
import { type LiteralNode, literalTypes } from "../expression/literal.ts";
import { aggregateFunctions } from "./aggregate-functions.ts";
import { scalarFunctions } from "./scalar-functions.ts";

export const literalSchema: z.ZodType<LiteralNode> = loadWhenUsed(() =>
  z.strictObject({
    node: z.literal("literal"),
    type: z.enum(literalTypes),
    text: z.string(),
  }),
);

export const expressionSchema: z.ZodType<ExpressionNode> = loadWhenUsed(() =>
  z.lazy(() => z.discriminatedUnion("node", [...createScalars(), aggregateObject, windowObject])),
);

const aggregateObject = loadWhenUsed(() =>
  z.strictObject({
    node: z.literal("aggregate"),
    function: z.enum(aggregateFunctions),
    operand: expressionSchema.nullable(),
    fraction: z.number().min(0).max(1).nullable(),
    others: z.array(expressionSchema).optional(),
    condition: expressionSchema.optional(),
  }),
);
export const aggregateSchema: z.ZodType<AggregateNode> = aggregateObject;

export const sortKeySchema: z.ZodType<SortKey> = loadWhenUsed(() =>
  z.strictObject({
    expression: expressionSchema,
    descending: z.boolean(),
    nullsFirst: z.boolean(),
  }),
);

export const windowFunctionSchema: z.ZodType<WindowFunctionNode> = loadWhenUsed(() =>
  z.discriminatedUnion("node", [
    aggregateObject,
    z.strictObject({
      node: z.literal("ranking"),
      function: z.enum(rankingFunctions),
      count: z.int().positive().optional(),
    }),
    z.strictObject({
      node: z.literal("shift"),
      function: z.enum(shiftFunctions),
      operand: expressionSchema,
      offset: z.int().nonnegative(),
      otherwise: literalSchema.nullable(),
      ignoreNulls: z.boolean().optional(),
    }),
  ]),
);

/** The properties of a window, as they are in an expression and in a step. */
export const windowShape = () => ({
  partitionBy: z.array(expressionSchema),
  orderBy: z.array(sortKeySchema),
  frame: z
    .strictObject({
      start: z.number().nullable(),
      end: z.number().nullable(),
      range: z.enum(["number", "microseconds"]).optional(),
    })
    .nullable(),
});

const windowObject = loadWhenUsed(() =>
  z.strictObject({
    node: z.literal("window"),
    function: windowFunctionSchema,
    ...windowShape(),
  }),
);

/** Made with the first expression that is read. */
const createScalars = () =>
  [
    z.strictObject({ node: z.literal("column"), name: z.string() }),
    z.strictObject({ node: z.literal("literal"), type: z.enum(literalTypes), text: z.string() }),
    z.strictObject({
      node: z.literal("comparison"),
      operator: z.enum(comparisonOperators),
      left: expressionSchema,
      right: expressionSchema,
    }),
    z.strictObject({
      node: z.literal("arithmetic"),
      operator: z.enum(arithmeticOperators),
      left: expressionSchema,
      right: expressionSchema,
    }),
    z.strictObject({ node: z.literal("isNull"), operand: expressionSchema }),
    z.strictObject({ node: z.literal("isIn"), operand: expressionSchema, values: z.array(literalSchema) }),
    z.strictObject({
      node: z.literal("like"),
      operand: expressionSchema,
      pattern: z.string(),
      ignoreCase: z.boolean(),
    }),
    z.strictObject({ node: z.literal("not"), operand: expressionSchema }),
    z.strictObject({ node: z.literal("and"), operands: z.array(expressionSchema).min(2) }),
    z.strictObject({ node: z.literal("or"), operands: z.array(expressionSchema).min(2) }),
    z.strictObject({
      node: z.literal("cast"),
      operand: expressionSchema,
      type: z.string(),
      orNull: z.boolean(),
    }),
    z.strictObject({
      node: z.literal("case"),
      branches: z.array(z.strictObject({ when: expressionSchema, value: expressionSchema })).min(1),
      otherwise: expressionSchema.nullable(),
    }),
    z.strictObject({ node: z.literal("field"), operand: expressionSchema, name: z.string() }),
    z.strictObject({
      node: z.literal("call"),
      function: z.enum(scalarFunctions),
      arguments: z.array(expressionSchema).min(1),
    }),
  ] as const;

export const namedExpressionSchema: z.ZodType<NamedExpression> = loadWhenUsed(() =>
  z.strictObject({
    name: z.string(),
    expression: expressionSchema,
  }),
);
