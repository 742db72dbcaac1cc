/** What the compilation of steps is made of: columns with opaque names, and steps that carry them. */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import type { ProgramColumn, ProgramStep, Term } from "../../../daft/program.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { ExpressionNode } from "../../expression/expression-node.ts";
import { columnsOf } from "../../expression/expression-parts.ts";
import { finder } from "../../plan/columns.ts";
import type { Plan } from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { isNullType } from "../../types/common-type.ts";
import { refuseStep } from "./compile-aggregate.ts";
import { compileTerm } from "./compile-term.ts";
import { call, type TermScope } from "./term.ts";
import { refuseForeignType, TypeTable } from "./type-table.ts";

/** Longer expressions are not quoted. */
const longestQuoted = 100;

/** What a column is called in an error. */
export function labelOf({ name }: Field, node: ExpressionNode): string {
  const text = describeExpression(node);
  return text.length > longestQuoted ? `column ${name}` : `column ${name}, which is ${text}`;
}

/** A step with its columns, in their order. */
export interface Built {
  readonly step: ProgramStep;
  readonly columns: readonly BuiltColumn[];
}

export interface BuiltColumn {
  readonly id: string;
  readonly field: Field;
}

/** A column to be computed from others. */
export interface AddedColumn {
  readonly term: Term;
  readonly type: DataType;
  readonly reads: readonly string[];
}

export class StepBuilder {
  readonly types = new TypeTable();
  #count = 0;

  /** An opaque name that nothing has. */
  next(): string {
    this.#count += 1;
    return `c${this.#count}`;
  }

  fields(plan: StepOnInputs, inputs: readonly Built[]): readonly Field[] {
    return stepFields(
      plan,
      inputs.map(({ columns }) => columns.map(({ field }) => field)),
    );
  }

  scope(columns: readonly BuiltColumn[], plan: Plan): TermScope {
    const find = finder(
      columns.map(({ field }) => field),
      plan,
    );
    const ids = new Map(columns.map(({ id, field }) => [field.name, id]));
    return { field: find, id: (column) => ids.get(column) as string, types: this.types };
  }

  /** The opaque names that an expression reads; one of any column where it reads none. */
  reads(node: ExpressionNode, columns: readonly BuiltColumn[]): readonly string[] {
    const names = new Set(columnsOf(node));
    const ids = columns.filter(({ field }) => names.has(field.name)).map(({ id }) => id);
    if (ids.length > 0) return ids;
    const [first] = columns;
    if (first !== undefined) return [first.id];
    throw refuseStep("expressions without columns over rows without columns", "select a column too");
  }

  /** All of the conditions as one term that is true, false or null. */
  condition(nodes: readonly ExpressionNode[], columns: readonly BuiltColumn[], plan: Plan): AddedColumn {
    const scope = this.scope(columns, plan);
    const type = new arrow.Bool();
    const literal = (text: string): Term => ({ literal: text, type: this.types.number(type) });
    const terms = nodes.map((node): Term => {
      const { term, type: own } = compileTerm(node, scope);
      return isNullType(own) ? literal("false") : term;
    });
    const [first = literal("true"), ...others] = terms;
    const reads = [...new Set(nodes.flatMap((node) => this.reads(node, columns)))];
    return { term: others.reduce((left, right) => call("and", [left, right]), first), type, reads };
  }

  filter(input: Built, nodes: readonly ExpressionNode[], plan: Plan): Built {
    const { term, reads } = this.condition(nodes, input.columns, plan);
    return { ...input, step: { step: "filter", input: input.step, term, reads } };
  }

  /** Columns that are passed on keep their opaque names where these are not taken. */
  project(input: Built, fields: readonly Field[], expressions: readonly ExpressionNode[]): Built {
    const scope = this.scope(input.columns, { step: "input", name: "rows" });
    const taken = new Set<string>();
    const columns: ProgramColumn[] = [];
    const built = fields.map((field, index): BuiltColumn => {
      const node = expressions[index] as ExpressionNode;
      if (node.node === "column") {
        const from = scope.id(node.name);
        const name = taken.has(from) ? this.next() : from;
        taken.add(name);
        columns.push({ name, from });
        return { id: name, field };
      }
      refuseForeignType(field);
      const name = this.next();
      const { term } = compileTerm(node, scope);
      columns.push({
        name,
        term,
        type: this.types.number(field.type),
        reads: this.reads(node, input.columns),
        label: labelOf(field, node),
      });
      return { id: name, field };
    });
    return { step: { step: "project", input: input.step, columns }, columns: built };
  }

  /** The input with hidden columns behind its own. */
  extend(
    input: Built,
    added: readonly AddedColumn[],
  ): { readonly step: ProgramStep; readonly ids: readonly string[] } {
    if (added.length === 0) return { step: input.step, ids: [] };
    const kept = [...new Set(input.columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    const computed = added.map(({ term, type, reads }): ProgramColumn => {
      const name = this.next();
      if ("column" in term) return { name, from: term.column };
      return { name, term, type: this.types.number(type), reads };
    });
    return {
      step: { step: "project", input: input.step, columns: [...kept, ...computed] },
      ids: computed.map(({ name }) => name),
    };
  }

  keep(step: ProgramStep, columns: readonly BuiltColumn[]): Built {
    const kept = [...new Set(columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    return { step: { step: "project", input: step, columns: kept }, columns };
  }
}
