/** GROUP BY: what is computed of groups, over their keys and aggregates as columns. */
import { typeName } from "../../../../display/arrow/type-name.ts";
import type { AggregateNode, ExpressionNode, NamedExpression } from "../../../expression/expression-node.ts";
import { columnsOf, expressionKey, mapOperands } from "../../../expression/expression-parts.ts";
import type { Plan } from "../../../plan/plan.ts";
import type { Columns } from "./columns.ts";
import { castNode, integerLiteral, nullLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";

export class GroupRows {
  readonly #columns: Columns;
  readonly #keys: readonly (NamedExpression & { readonly key: string })[];
  readonly #aggregates = new Map<string, NamedExpression & { readonly expression: AggregateNode }>();
  /** Columns of `grouping(…)`, with the places of the keys that it is asked about. */
  readonly #groupings = new Map<string, readonly number[]>();
  /** Columns that are added to the groups. */
  readonly #added: ReadonlySet<string>;

  constructor(keys: readonly ExpressionNode[], columns: Columns, added: ReadonlySet<string>) {
    this.#columns = columns;
    this.#added = added;
    this.#keys = keys.map((expression) => {
      if ([...columnsOf(expression)].some((id) => columns.groupingOf(id) !== undefined))
        throw refusePart("grouping() as a key of GROUP BY", "name the keys");
      const key = expressionKey(expression);
      return { key, expression, name: columns.defineFor(nameOf(expression), expression) };
    });
  }

  /** The expression over the columns of the groups. */
  over(node: ExpressionNode): ExpressionNode {
    const text = expressionKey(node);
    const key = this.#keys.find((one) => one.key === text);
    if (key !== undefined) return { node: "column", name: key.name };
    if (node.node === "aggregate") return { node: "column", name: this.#aggregate(node, text) };
    if (node.node === "column" && this.#isGrouping(node.name)) return node;
    if (node.node === "column" && !this.#added.has(node.name))
      throw refusePart(`${node.name}, which is no key of GROUP BY,`, "add it to GROUP BY, or aggregate it");
    return mapOperands(node, (operand) => this.over(operand));
  }

  #isGrouping(id: string): boolean {
    const asked = this.#columns.groupingOf(id);
    if (asked === undefined) return false;
    const places = asked.map((part) => this.#keys.findIndex(({ key }) => key === expressionKey(part)));
    if (places.includes(-1)) throw refusePart("grouping() of what is no key of GROUP BY");
    this.#groupings.set(id, places);
    return true;
  }

  /** A bit for each key that `grouping(…)` is asked about, the last one first: 1 where it is not grouped by. */
  #groupingColumns(isKey: (place: number) => boolean): readonly NamedExpression[] {
    return [...this.#groupings].map(([name, places]): NamedExpression => {
      const bits = places.reduce((all, place) => 2 * all + (isKey(place) ? 0 : 1), 0);
      return { name, expression: castNode(integerLiteral(bits), "int64") };
    });
  }

  #aggregate(node: AggregateNode, text: string): string {
    const known = this.#aggregates.get(text);
    if (known !== undefined) return known.name;
    const name = this.#columns.defineFor(node.function, node);
    this.#aggregates.set(text, { name, expression: node });
    return name;
  }

  /** Columns that are read by the keys and the aggregates. */
  get reads(): ReadonlySet<string> {
    const all = [...this.#keys, ...this.#aggregates.values()];
    return new Set(all.flatMap(({ expression }) => [...columnsOf(expression)]));
  }

  /** @param sets places of the keys that each of GROUPING SETS groups by */
  plan(input: Plan, sets: readonly (readonly number[])[]): Plan {
    // The columns of a value that is grouped by twice would all be those of the first.
    if (sets.length > 1 && new Set(this.#keys.map(({ key }) => key)).size < this.#keys.length)
      throw refusePart("GROUPING SETS, ROLLUP or CUBE by one value under two names", "name it once");
    const aggregates = [...this.#aggregates.values()];
    const keys = this.#keys.map(({ name, expression }) => ({ name, expression }));
    if (sets.length <= 1) {
      const grouped: Plan = { step: "aggregate", input, keys, aggregates };
      const columns = this.#groupingColumns(() => true);
      return columns.length === 0 ? grouped : { step: "extend", input: grouped, columns };
    }
    const counted = { name: this.#columns.defineFor("rows", countRows), expression: countRows };
    const parts = sets.map((places): Plan => {
      const isKey = (index: number) => places.includes(index);
      const grouped: Plan = {
        step: "aggregate",
        input,
        keys: keys.filter((_, index) => isKey(index)),
        // All rows are one group, also of no rows, where something is computed of them.
        aggregates: places.length === 0 && aggregates.length === 0 ? [counted] : aggregates,
      };
      const columns = [
        ...keys.map(({ name, expression }, index): NamedExpression => {
          if (isKey(index)) return { name, expression: { node: "column", name } };
          return {
            name,
            expression: castNode(nullLiteral, typeName(this.#columns.fieldOf(expression).type)),
          };
        }),
        ...aggregates.map(({ name }): NamedExpression => ({ name, expression: { node: "column", name } })),
        ...this.#groupingColumns(isKey),
      ];
      return { step: "project", input: grouped, columns };
    });
    return parts.reduce((one, other): Plan => ({ step: "concat", input: one, other }));
  }
}

const countRows: AggregateNode = { node: "aggregate", function: "count", operand: null, fraction: null };

function nameOf(node: ExpressionNode): string {
  return node.node === "column" ? node.name : "key";
}
