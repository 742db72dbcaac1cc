import type { Schema } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";
import { type Condition, parseCondition } from "./arguments.ts";
import { filterPlan, scanPlan } from "./plan.ts";
import { preparePlan } from "./prepare.ts";

/**
 * A condition as the SQL text that Lance reads, checked against the columns of a table.
 * @param table for messages, as in `default.orders`
 * @throws DlfLanceError InvalidInput; TableColumnNotFound; Unsupported for one nested too deeply
 */
export function writeCondition(condition: Condition, schema: Schema, table: string): string {
  const { scan } = preparePlan(filterPlan(scanPlan(table), parseCondition(condition)), schema);
  const { filter } = scan.request;
  if (filter !== undefined && scan.rest.length === 0) return filter;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot give this condition to Lance, for ${table}: it is nested too deeply; write it flatter.`,
  );
}
