/**
 * Filters and projections as one statement over a batch. It reads the columns alone that are computed with, and gives what
 * is computed, so that every other column stays as it is.
 */
import type { Field } from "../../../arrow.ts";
import { DlfLanceError } from "../../../errors.ts";
import type { ExpressionNode, NamedExpression } from "../../expression/expression-node.ts";
import { columnsOf } from "../../expression/expression-parts.ts";
import { expressionSql, type Scope } from "../../functions/expression-sql.ts";
import { inferField } from "../../functions/infer-type.ts";
import type { FilterPlan, ProjectPlan } from "../../plan/plan.ts";
import { renameField } from "../../plan/step-fields.ts";
import { numberedColumns, rowNumberColumn, type SharedColumn } from "./rows-function.ts";

export type RowStep = Omit<FilterPlan, "input"> | Omit<ProjectPlan, "input">;

/** Where a column of the result comes from: a column of the batch, or a place among what the statement computes. */
export type Origin = { readonly source: string } | { readonly computed: number };

export interface RowStatement {
  /** Undefined where nothing is computed. */
  readonly sql: ((source: string) => string) | undefined;
  /** What the statement reads of a batch. */
  readonly columns: readonly SharedColumn[];
  /** Whether rows are left out: the numbers of those that stay come before what is computed. */
  readonly isFiltered: boolean;
  /** In the order of the result. */
  readonly origins: readonly Origin[];
  /** Of the result. */
  readonly fields: readonly Field[];
}

/** A column between two steps. */
interface Known {
  readonly field: Field;
  readonly sql: string;
  /** In the batch; undefined for what is computed. */
  readonly source: string | undefined;
}

/** @throws DlfLanceError Unsupported for a computation with a type that DuckDB does not have. */
export function writeRowStatement(input: readonly Field[], steps: readonly RowStep[]): RowStatement {
  const writer = new StatementWriter(input);
  for (const step of steps) writer.add(step);
  return writer.finish();
}

class StatementWriter {
  readonly #input: readonly Field[];
  readonly #read = new Set<string>();
  /** Queries inside each other, the innermost first: what each selects in addition to what is below, and where. */
  readonly #levels: { readonly selected: string; readonly where: string }[] = [];
  #known: ReadonlyMap<string, Known>;
  #scope: Scope;
  /** Of the level that is being written. */
  #conditions: string[] = [];
  readonly #computed = new Map<string, string>();
  #names = 0;
  #isFiltered = false;

  constructor(input: readonly Field[]) {
    this.#input = input;
    this.#known = new Map(
      input.map((field, index) => [field.name, { field, sql: `c${index}`, source: field.name }]),
    );
    this.#scope = this.#newScope();
  }

  add(step: RowStep): void {
    const computed = step.step === "project" ? step.columns.filter(isComputed) : [];
    if (step.step === "filter" || computed.length > 0) this.#closeLevel();
    if (step.step === "filter") {
      this.#isFiltered = true;
      for (const predicate of step.predicates)
        if (predicate.node !== "sql") this.#conditions.push(this.#write(predicate));
      return;
    }
    const columns = step.columns.map(({ name, expression }): readonly [string, Known] => {
      const field = renameField(inferField(expression, this.#scope.field), name);
      if (expression.node === "column") return [name, { ...this.#find(expression.name), field }];
      const sql = `e${this.#names++}`;
      this.#computed.set(sql, this.#write(expression));
      return [name, { field, sql, source: undefined }];
    });
    this.#known = new Map(columns);
    this.#scope = this.#newScope();
  }

  finish(): RowStatement {
    const columns = [...this.#known.values()];
    const given = [...new Set(columns.filter(({ source }) => source === undefined).map(({ sql }) => sql))];
    const selected = given.map((name) => selectSql(name, this.#computed.get(name)));
    if (this.#isFiltered) selected.unshift("rn");
    const levels = [...this.#levels, { selected: selected.join(", "), where: this.#whereSql() }];
    const sql = (source: string) =>
      levels.reduce(
        (from, { selected, where }, index) =>
          `SELECT ${selected} FROM ${index === 0 ? from : `(${from})`}${where}`,
        source,
      );
    return {
      sql: selected.length > 0 ? sql : undefined,
      columns: [
        ...numberedColumns(this.#input).filter(({ source }) => this.#read.has(source as string)),
        rowNumberColumn,
      ],
      isFiltered: this.#isFiltered,
      origins: columns.map(({ sql: name, source }) =>
        source === undefined ? { computed: given.indexOf(name) } : { source },
      ),
      fields: columns.map(({ field }) => field),
    };
  }

  /** What is computed so far becomes columns of a query below what follows. */
  #closeLevel(): void {
    if (this.#computed.size === 0) return;
    const selected = ["*", ...[...this.#computed].map(([name, text]) => selectSql(name, text))].join(", ");
    this.#levels.push({ selected, where: this.#whereSql() });
    this.#computed.clear();
    this.#conditions = [];
  }

  #whereSql(): string {
    return this.#conditions.length === 0 ? "" : ` WHERE ${this.#conditions.join(" AND ")}`;
  }

  #write(expression: ExpressionNode): string {
    for (const name of columnsOf(expression)) {
      const { source } = this.#find(name);
      if (source !== undefined) this.#read.add(source);
    }
    return expressionSql(expression, this.#scope);
  }

  /** Another one for other columns: the types of expressions are remembered by it. */
  #newScope(): Scope {
    return {
      field: (column) => this.#find(column).field,
      sql: (column) => this.#find(column).sql,
    };
  }

  #find(name: string): Known {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    throw new DlfLanceError("Internal", `Cannot read column ${name}: it is missing; report this`);
  }
}

function isComputed({ expression }: NamedExpression): boolean {
  return expression.node !== "column";
}

function selectSql(name: string, text: string | undefined): string {
  return text === undefined ? name : `${text} AS ${name}`;
}
