import type { Field, Schema } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";
import { findNearest } from "../nearest.ts";
import { checkCondition } from "./check-condition.ts";
import { describeName } from "./describe-expression.ts";
import { filterPlan, limitPlan, type Plan, projectPlan } from "./plan.ts";

/** A plan that fits the table, and the fields of its result in their order. */
export interface CheckedPlan {
  /** Holds no exclude: what is left is selected by name. */
  readonly plan: Plan;
  readonly fields: readonly Field[];
}

const shownColumns = 40;

/**
 * Checks every name and comparison of a plan against the table's schema, before anything is read.
 *
 * @throws DlfLanceError TableColumnNotFound naming the column, the columns there are and the nearest of them;
 *   InvalidInput for comparisons that make no sense and for an exclude that leaves nothing; Unsupported for columns
 *   that Lance cannot read.
 */
export function checkPlan(plan: Plan, schema: Schema): CheckedPlan {
  const table = tableOf(plan);
  const checked = check(plan, schema, table);
  for (const field of checked.fields) checkReadable(field.name, table);
  return checked;
}

function tableOf(plan: Plan): string {
  let at = plan;
  while (at.step !== "scan") at = at.input;
  return at.table;
}

function check(plan: Plan, schema: Schema, table: string): CheckedPlan {
  if (plan.step === "scan") return { plan, fields: schema.fields };
  const input = check(plan.input, schema, table);
  const find = (column: string) => findField(column, input.fields, table);
  const findReadable = (column: string) => {
    const field = find(column);
    checkReadable(column, table);
    return field;
  };
  switch (plan.step) {
    case "filter":
      for (const predicate of plan.predicates) {
        if (predicate.node !== "sql") checkCondition(predicate, findReadable);
      }
      return { plan: filterPlan(input.plan, plan.predicates), fields: input.fields };
    case "project":
      return { plan: projectPlan(input.plan, plan.columns), fields: plan.columns.map(find) };
    case "exclude": {
      const dropped = new Set(plan.columns.map((column) => find(column).name));
      const fields = input.fields.filter((field) => !dropped.has(field.name));
      if (fields.length === 0) {
        throw new DlfLanceError(
          "InvalidInput",
          `Cannot exclude ${listNames([...dropped])} from ${table}: no column would be left; use count() if only the number of rows matters.`,
        );
      }
      const names = fields.map((field) => field.name);
      return { plan: projectPlan(input.plan, names), fields };
    }
    case "limit":
      return { plan: limitPlan(input.plan, plan.count, plan.offset), fields: input.fields };
    default:
      return plan satisfies never;
  }
}

function findField(column: string, fields: readonly Field[], table: string): Field {
  const field = fields.find(({ name }) => name === column);
  if (field !== undefined) return field;
  const names = fields.map(({ name }) => name);
  const nearest = findNearest(column, names);
  throw new DlfLanceError(
    "TableColumnNotFound",
    `Cannot read column ${describeName(column)} of ${table}: no such column; ` +
      `${nearest === undefined ? "the columns are" : `did you mean ${describeName(nearest)}? The columns are`} ${listNames(names)}.`,
  );
}

/** The native reader escapes names once too often, or not at all when they are empty. */
function checkReadable(column: string, table: string): void {
  if (column !== "" && !column.includes("`")) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot read column ${describeName(column)} of ${table}: Lance cannot address a column whose name ` +
      "is empty or holds a backtick; select the other columns, or rename it with another Lance client.",
  );
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, shownColumns).map(describeName);
  if (names.length > shownColumns) shown.push(`… ${names.length - shownColumns} more`);
  return shown.join(", ");
}
