/** Checked plans as programs for the Python half. What Daft has no step for, or another meaning, is refused by its name. */
import type { Field } from "../../../arrow.ts";
import type { ProgramColumn, ProgramStep, TypedColumn } from "../../../daft/program.ts";
import type { ExpressionNode, SortKey } from "../../expression/expression-node.ts";
import type { DistinctPlan, FilterPlan, Plan, UnpivotPlan } from "../../plan/plan.ts";
import { isNullType } from "../../types/common-type.ts";
import { keyOf, orderOf, refuseStep } from "./compile-aggregate.ts";
import { compileGroups } from "./compile-groups.ts";
import { compileJoin } from "./compile-join.ts";
import { TermCompiler } from "./compile-term.ts";
import { compileWindow } from "./compile-window.ts";
import { isOrdered, readsOrder } from "./row-order.ts";
import { type Built, type BuiltColumn, StepBuilder } from "./step-builder.ts";
import { encodeSchema, refuseForeignType } from "./type-table.ts";

export interface CompiledPlan {
  readonly plan: ProgramStep;
  readonly types: string;
  readonly result: string;
  /** By the number that `place` and `rows` of the leaves hold; of each kind they count from 0. */
  readonly scans: readonly string[];
  readonly sent: readonly string[];
  readonly fields: readonly Field[];
}

export interface InputColumns {
  readonly fields: readonly Field[];
  /** Whether Daft reads the table itself. */
  readonly isScanned: boolean;
}

/**
 * @param keepsOrder whether the engine keeps rows in their order, so that a step that loses it is worth a sort
 * @throws DlfLanceError Unsupported, naming the step, for what is not run on Daft
 */
export function compilePlan(
  plan: Plan,
  input: (name: string) => InputColumns,
  keepsOrder: boolean,
): CompiledPlan {
  const compiler = new PlanCompiler(input);
  const built = compiler.build(plan, keepsOrder);
  const ids = built.columns.map(({ id }) => ({ name: id, from: id }));
  const fields = built.columns.map(({ field }) => field);
  const step: ProgramStep = { step: "project", input: built.step, columns: ids };
  // A column may stand in the result twice, under two names; Daft has each once.
  return {
    plan: compiler.separate(step),
    types: compiler.builder.types.encode(),
    result: encodeSchema(fields),
    scans: compiler.scans,
    sent: compiler.sent,
    fields,
  };
}

class PlanCompiler {
  readonly builder = new StepBuilder();
  readonly scans: string[] = [];
  readonly sent: string[] = [];
  readonly #input: (name: string) => InputColumns;

  constructor(input: (name: string) => InputColumns) {
    this.#input = input;
  }

  separate(step: ProgramStep): ProgramStep {
    if (step.step !== "project") return step;
    const columns = step.columns.map((column): ProgramColumn => {
      const from = "from" in column ? column.from : column.name;
      return { name: this.builder.next(), from };
    });
    return { ...step, columns };
  }

  /** @param isRead whether anybody above sees in which order the rows are */
  build(plan: Plan, isRead: boolean): Built {
    switch (plan.step) {
      case "input":
        return this.#buildInput(plan.name);
      case "filter":
        return this.#buildFilter(plan, this.build(plan.input, isRead));
      case "project": {
        const input = this.build(plan.input, isRead);
        return this.builder.project(
          input,
          this.builder.fields(plan, [input]),
          plan.columns.map(({ expression }) => expression),
        );
      }
      case "limit": {
        const input = this.build(plan.input, true);
        const { count, offset } = plan;
        return { ...input, step: { step: "limit", input: input.step, count, offset } };
      }
      case "sort":
        return this.#sort(this.build(plan.input, true), plan.input, plan.keys);
      case "top": {
        const sorted = this.#sort(this.build(plan.input, true), plan.input, plan.keys);
        const { count, offset } = plan;
        return { ...sorted, step: { step: "limit", input: sorted.step, count, offset } };
      }
      case "distinct":
        return this.#buildDistinct(plan);
      case "explode": {
        const input = this.build(plan.input, isRead);
        const fields = this.builder.fields(plan, [input]);
        const column = input.columns.find(({ field }) => field.name === plan.column) as BuiltColumn;
        return {
          step: { step: "explode", input: input.step, column: column.id },
          columns: input.columns.map(({ id }, index) => ({ id, field: fields[index] as Field })),
        };
      }
      case "concat": {
        const [input, other] = [this.build(plan.input, isRead), this.build(plan.other, isRead)];
        return this.#concat([input, other], this.builder.fields(plan, [input, other]));
      }
      case "join":
        return compileJoin(plan, this.build(plan.input, false), this.build(plan.other, false), this.builder);
      case "aggregate":
        return compileGroups(plan, this.build(plan.input, false), this.builder);
      case "unpivot":
        return this.#buildUnpivot(plan);
      case "window": {
        const isRestored = isRead && isOrdered(plan.input);
        const input = this.build(plan.input, isRead || readsOrder(plan));
        return compileWindow(plan, input, this.builder, isRestored);
      }
      case "sql":
        throw refuseStep("SQL statements", "write the statement with a frame's methods");
      case "search":
        throw refuseStep("searches", "search here first, and go on with fromRows()");
      case "tail":
        throw refuseStep("tail() below other steps", "sort the other way round and use limit()");
      case "sample":
        throw refuseStep("sample() below other steps", "make it the last step");
      case "mapBatches":
      case "apply":
        throw refuseStep("JavaScript functions below other steps", "make them the last step");
      default:
        throw refuseStep(`${plan.step} steps`);
    }
  }

  #buildInput(name: string): Built {
    const { fields, isScanned } = this.#input(name);
    for (const field of fields) refuseForeignType(field);
    const columns = fields.map((field) => ({ id: this.builder.next(), field }));
    if (isScanned) {
      const listed = columns.map(
        ({ id, field }) => [id, field.name, this.builder.types.number(field.type)] as const,
      );
      return { step: { step: "scan", place: this.scans.push(name) - 1, columns: listed }, columns };
    }
    const listed = columns.map(({ id, field }): TypedColumn => [id, this.builder.types.number(field.type)]);
    const places = fields.map((_, index) => index);
    return { step: { step: "rows", rows: this.sent.push(name) - 1, columns: listed, places }, columns };
  }

  #buildFilter(plan: FilterPlan, input: Built): Built {
    const conditions = plan.predicates.map((predicate): ExpressionNode => {
      if (predicate.node !== "sql") return predicate;
      throw refuseStep(
        `SQL text such as ${JSON.stringify(predicate.text)}`,
        "write the condition with col(), or put where() first",
      );
    });
    return this.builder.filter(input, conditions, plan.input);
  }

  #sort(input: Built, plan: Plan, keys: readonly SortKey[]): Built {
    const compiler = new TermCompiler(this.builder.scope(input.columns, plan));
    const sorted = keys.filter(({ expression }) => !isNullType(compiler.typed(expression).type));
    const { step, ids } = this.builder.extend(
      input,
      sorted.map(({ expression }) => ({
        ...orderOf(compiler.typed(expression), compiler),
        reads: this.builder.reads(expression, input.columns),
      })),
    );
    const list = sorted.map(({ descending, nullsFirst }, index) => ({
      column: ids[index] as string,
      descending,
      nullsFirst,
    }));
    return this.builder.keep({ step: "sort", input: step, keys: list }, input.columns);
  }

  #buildDistinct(plan: DistinctPlan): Built {
    // Of rows that are equal in some columns the first one is kept.
    const input = this.build(plan.input, plan.on !== null);
    const compiler = new TermCompiler(this.builder.scope(input.columns, plan.input));
    const names = plan.on ?? input.columns.map(({ field }) => field.name);
    const keys = names
      .map((name) => compiler.typed({ node: "column", name }))
      .filter(({ type }) => !isNullType(type));
    if (keys.length === 0)
      throw refuseStep("distinct() over columns of nulls alone", "name a column that has values");
    const { step, ids } = this.builder.extend(
      input,
      keys.map((key) => ({ ...keyOf(key, compiler), reads: this.builder.reads(key.node, input.columns) })),
    );
    return this.builder.keep({ step: "distinct", input: step, on: ids }, input.columns);
  }

  /** All rows of one after those of the other, by the names of the first. */
  #concat(inputs: readonly Built[], fields: readonly Field[]): Built {
    const ids = fields.map(() => this.builder.next());
    const steps = inputs.map(({ step, columns }): ProgramStep => {
      const renamed = fields.map((field, index) => {
        const column = columns.find((one) => one.field.name === field.name) as BuiltColumn;
        return { name: ids[index] as string, from: column.id };
      });
      return { step: "project", input: step, columns: renamed };
    });
    const [first, ...others] = steps;
    return {
      step: others.reduce(
        (input, other): ProgramStep => ({ step: "concat", input, other }),
        first as ProgramStep,
      ),
      columns: fields.map((field, index) => ({ id: ids[index] as string, field })),
    };
  }

  #buildUnpivot(plan: UnpivotPlan): Built {
    const input = this.build(plan.input, false);
    const fields = this.builder.fields(plan, [input]);
    const parts = plan.columns.map((name): Built => {
      const expressions: ExpressionNode[] = [
        ...plan.keys.map((key): ExpressionNode => ({ node: "column", name: key })),
        { node: "literal", type: "string", text: name },
        { node: "column", name },
      ];
      return this.builder.project(input, fields, expressions);
    });
    return this.#concat(parts, fields);
  }
}
