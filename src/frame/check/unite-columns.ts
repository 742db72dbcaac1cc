/** Columns of one type each, by a cast where they have another. */
import type { DataType } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeName } from "../expression/describe-expression.ts";
import type { NamedExpression } from "../expression/expression-node.ts";
import type { FindField } from "../functions/infer-type.ts";
import { unite } from "../types/common-type.ts";

/**
 * The columns as expressions of the one type that holds the values of all.
 * @param finders where each column is looked for; it comes once for each.
 * @throws DlfLanceError InvalidInput when no type holds both.
 */
export function uniteColumns(
  columns: readonly string[],
  ...finders: readonly FindField[]
): { readonly columns: readonly NamedExpression[]; readonly type: DataType } {
  const fields = finders.flatMap((find) => columns.map(find));
  const type = fields
    .map((field): DataType => field.type)
    .reduce((left, right) => {
      const united = unite(left, right);
      if (united !== undefined) return united;
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot put ${[...new Set(columns)].map(describeName).join(", ")} into one column: ` +
          `${typeName(left)} and ${typeName(right)} have no type in common; cast them first`,
      );
    });
  const name = typeName(type);
  return {
    type,
    columns: fields.map((field) => {
      const expression = { node: "column", name: field.name } as const;
      if (typeName(field.type) === name) return { name: field.name, expression };
      return {
        name: field.name,
        expression: { node: "cast", operand: expression, type: name, orNull: false },
      };
    }),
  };
}
