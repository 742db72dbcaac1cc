/** A search is done by a table's own scan: what was selected before it is selected after it. */
import { arrow, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { ExpressionNode, NamedExpression } from "../expression/expression-node.ts";
import { columnsOf, replaceColumns } from "../expression/expression-parts.ts";
import { describeStep } from "../plan/describe-plan.ts";
import {
  namePlan,
  type Plan,
  type Predicate,
  plainColumn,
  type ScanPlan,
  type SearchPlan,
} from "../plan/plan.ts";
import { searchColumn } from "../plan/plan-columns.ts";

interface Carried {
  readonly scan: ScanPlan;
  /** The scan, or filters on it. */
  readonly base: Plan;
  /** What is selected of it; all as it is when undefined. */
  readonly columns: readonly NamedExpression[] | undefined;
}

/**
 * @param input checked.
 * @param fields of the input.
 * @returns the search on the table itself, and the selection that comes after it instead of before.
 * @throws DlfLanceError Unsupported after any other step, and after a condition on a computed column.
 */
export function carrySearch(
  plan: SearchPlan,
  input: Plan,
  fields: readonly Field[],
): Pick<Carried, "scan" | "columns"> & { readonly search: SearchPlan } {
  const { scan, base, columns } = carry(input, plan);
  const search = { ...plan, input: base, search: nameTableColumns(plan.search, columns, fields) };
  return { scan, search, columns: columns && [...columns, plainColumn(searchColumn(plan))] };
}

function carry(plan: Plan, search: SearchPlan): Carried {
  switch (plan.step) {
    case "scan":
      return { scan: plan, base: plan, columns: undefined };
    case "filter": {
      const { scan, base, columns } = carry(plan.input, search);
      const predicates = plan.predicates.map((predicate) => lower(predicate, columns, search));
      return { scan, base: { step: "filter", input: base, predicates }, columns };
    }
    case "project": {
      const { scan, base, columns } = carry(plan.input, search);
      const below = new Map(columns?.map(({ name, expression }) => [name, expression]));
      return {
        scan,
        base,
        columns: plan.columns.map(({ name, expression }) => ({
          name,
          expression: replaceColumns(expression, (column) => below.get(column)),
        })),
      };
    }
    default:
      throw refuse(
        search,
        `after ${describeStep(plan)}`,
        "put it first, or after where(), select() and the like alone",
      );
  }
}

/** The predicate as one on the table's own columns. */
function lower(predicate: Predicate, columns: Carried["columns"], search: SearchPlan): Predicate {
  if (predicate.node === "sql" || columns === undefined) return predicate;
  const plain = plainNames(columns);
  if (![...columnsOf(predicate)].every((column) => plain.has(column)))
    throw refuse(search, "after a condition on a computed column", "put that where() after the search");
  return replaceColumns(predicate, (column): ExpressionNode => {
    return { node: "column", name: plain.get(column) ?? column };
  });
}

function plainNames(columns: readonly NamedExpression[]): ReadonlyMap<string, string> {
  return new Map(
    columns.flatMap(({ name, expression }) =>
      expression.node === "column" ? [[name, expression.name] as const] : [],
    ),
  );
}

/** What is searched, by the names of the table: those selected, or else, as for SQL text, any of its columns. */
function nameTableColumns(
  search: SearchPlan["search"],
  columns: Carried["columns"],
  fields: readonly Field[],
): SearchPlan["search"] {
  if (columns === undefined) return search;
  const plain = plainNames(columns);
  const { nearest, text } = search;
  const vectors = fields.filter(
    ({ name, type }) =>
      plain.has(name) && arrow.DataType.isFixedSizeList(type) && type.listSize === nearest?.vector.length,
  );
  const [only] = vectors.length === 1 ? vectors : [];
  const column = nearest?.column ?? only?.name;
  return {
    ...search,
    nearest: nearest && { ...nearest, column: column === undefined ? null : (plain.get(column) ?? column) },
    text: text && { ...text, columns: text.columns?.map((name) => plain.get(name) ?? name) ?? null },
  };
}

function refuse(search: SearchPlan, when: string, next: string): DlfLanceError {
  return new DlfLanceError(
    "Unsupported",
    `Cannot search ${namePlan(search)} ${when}: a search is done by the table's own scan; ${next}`,
  );
}
