import type { Schema } from "../arrow.ts";
import { DlfLanceError } from "../errors.ts";
import { type Condition, parseCondition } from "./builder/arguments.ts";
import { filterSql, isPushable } from "./engines/lance/filter-sql.ts";
import { describeExpression } from "./expression/describe-expression.ts";
import { holds } from "./expression/expression-parts.ts";
import { checkCondition } from "./functions/infer-type.ts";
import { finder } from "./plan/columns.ts";

/**
 * A condition as the SQL text that Lance reads, checked against the columns of a table.
 * @param action what it is for, such as `update default.orders`
 * @throws DlfLanceError InvalidInput; TableColumnNotFound; Unsupported for one that Lance does not read
 */
export function writeCondition(condition: Condition, schema: Schema, action: string): string {
  const find = finder(schema.fields, action);
  const byName = new Map(schema.fields.map((field) => [field.name, field]));
  const lookup = (column: string) => byName.get(column);
  const predicates = parseCondition(condition);
  for (const predicate of predicates) {
    if (predicate.node !== "sql") checkCondition(predicate, find);
    if (isPushable(predicate, lookup) || predicate.node === "sql") continue;
    if (holds(predicate, "function")) {
      throw new DlfLanceError(
        "Unsupported",
        `Cannot ${action}: ${describeExpression(predicate)} holds a JavaScript function; read the keys of the rows with it first, and name these`,
      );
    }
    throw new DlfLanceError(
      "Unsupported",
      `Cannot ${action}: ${describeExpression(predicate)} is nested too deeply, or computes what Lance does not; ` +
        "write a simpler condition, or a text in Lance's SQL",
    );
  }
  return filterSql(predicates, lookup);
}
