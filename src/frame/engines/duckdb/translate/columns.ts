/** The columns of all parts of a statement. Each has a name in the plan that no other has. */
import { arrow, type Field } from "../../../../arrow.ts";
import { DlfLanceError } from "../../../../errors.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { type FindField, inferField } from "../../../functions/infer-type.ts";
import { takeName } from "../../../plan/columns.ts";
import { type Plan, plainColumn } from "../../../plan/plan.ts";
import { renameField } from "../../../plan/step-fields.ts";
import { refusedSteps } from "../../refusal.ts";
import { mayBeNegativeZero, sumsWholeNumbers } from "./traits.ts";

/** A column as a query names it. */
export interface QueryColumn {
  /** As the query calls it; undefined for what has no name that could be written. */
  readonly name: string | undefined;
  /** What it may be qualified with. */
  readonly table: string | undefined;
  /** The schema of that table, where it is one of the lake and has no other name. */
  readonly schema?: string | undefined;
  /** In the plan. */
  readonly id: string;
  /** Whether only its qualified name is its own, as that of one side of USING. */
  readonly isQualified?: boolean;
}

/** Rows of a part of a query. */
export interface Relation {
  readonly plan: Plan;
  readonly columns: readonly QueryColumn[];
}

/** What the type of a column does not say. */
export interface Traits {
  /** DuckDB has it as a HUGEINT. */
  readonly isHuge: boolean;
  readonly mayBeNegativeZero: boolean;
}

export class Columns {
  readonly #taken = new Set<string>();
  readonly #fields = new Map<string, Field>();
  readonly #traits = new Map<string, Traits>();
  readonly #groupings = new Map<string, readonly ExpressionNode[]>();

  readonly find: FindField = (id) => {
    const field = this.#fields.get(id);
    if (field !== undefined) return field;
    throw new DlfLanceError("Internal", `Cannot translate SQL: no column ${id}; report this`);
  };

  define(name: string, field: Field, traits: Traits = { isHuge: false, mayBeNegativeZero: true }): string {
    const id = takeName(name, this.#taken);
    this.#fields.set(id, renameField(field, id));
    this.#traits.set(id, traits);
    return id;
  }

  /** A column for what is computed. */
  defineFor(name: string, node: ExpressionNode): string {
    const traits = { isHuge: this.isHuge(node), mayBeNegativeZero: this.mayBeNegativeZero(node) };
    return this.define(name, this.fieldOf(node), traits);
  }

  isHuge(node: ExpressionNode): boolean {
    return sumsWholeNumbers(node, this.find, (id) => this.#traits.get(id)?.isHuge === true);
  }

  mayBeNegativeZero(node: ExpressionNode): boolean {
    return mayBeNegativeZero(node, this.find, (id) => this.#traits.get(id)?.mayBeNegativeZero !== false);
  }

  /** @throws DlfLanceError Unsupported for what frames do not compute. */
  fieldOf(node: ExpressionNode): Field {
    try {
      return inferField(node, this.find);
    } catch (error) {
      throw refusedSteps(error) ?? error;
    }
  }

  /** A column for `grouping(…)`, which only what makes the groups knows. */
  defineGrouping(keys: readonly ExpressionNode[]): string {
    const field = new arrow.Field("grouping", new arrow.Int64(), false);
    const id = this.define("grouping", field, { isHuge: false, mayBeNegativeZero: false });
    this.#groupings.set(id, keys);
    return id;
  }

  /** What `grouping(…)` is asked about, by its column. */
  groupingOf(id: string): readonly ExpressionNode[] | undefined {
    return this.#groupings.get(id);
  }

  /** The rows with columns whose names no other part of the statement has. */
  rename(plan: Plan, fields: readonly Field[], table: string, schema?: string): Relation {
    const columns = fields.map((field): QueryColumn => {
      return { name: field.name, table, schema, id: this.define(field.name, field) };
    });
    const isSame = columns.every(({ name, id }) => name === id);
    if (isSame) return { plan, columns };
    const renamed = columns.map(({ name, id }) => ({
      name: id,
      expression: plainColumn(name as string).expression,
    }));
    return { plan: { step: "project", input: plan, columns: renamed }, columns };
  }
}
