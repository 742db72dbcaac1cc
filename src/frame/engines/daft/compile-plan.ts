/** Checked plans as programs for the Python half. What Daft has no step for, or another meaning, is refused by its name. */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import type {
  ProgramAggregate,
  ProgramColumn,
  ProgramStep,
  Term,
  TypedColumn,
} from "../../../daft/program.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { ExpressionNode, SortKey } from "../../expression/expression-node.ts";
import { columnsOf } from "../../expression/expression-parts.ts";
import { int64 } from "../../functions/operand.ts";
import { finder } from "../../plan/columns.ts";
import type {
  AggregatePlan,
  DistinctPlan,
  FilterPlan,
  JoinPlan,
  NamedAggregate,
  Plan,
  UnpivotPlan,
} from "../../plan/plan.ts";
import { type StepOnInputs, stepFields } from "../../plan/step-fields.ts";
import { kindOf } from "../../types/column-kind.ts";
import { isNullType } from "../../types/common-type.ts";
import { compileAggregate, keyOf, orderOf, refuseStep } from "./compile-aggregate.ts";
import { compileTerm, TermCompiler } from "./compile-term.ts";
import { call, type TermScope } from "./term.ts";
import { encodeSchema, refuseForeignType, TypeTable } from "./type-table.ts";

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

/** A step with its columns, in their order. */
interface Built {
  readonly step: ProgramStep;
  readonly columns: readonly BuiltColumn[];
}

interface BuiltColumn {
  readonly id: string;
  readonly field: Field;
}

/** @throws DlfLanceError Unsupported, naming the step, for what is not run on Daft. */
export function compilePlan(plan: Plan, input: (name: string) => InputColumns): CompiledPlan {
  const compiler = new PlanCompiler(input);
  const built = compiler.build(plan);
  const ids = built.columns.map(({ id }) => ({ name: id, from: id }));
  const fields = built.columns.map(({ field }) => field);
  const step: ProgramStep = { step: "project", input: built.step, columns: ids };
  // A column may stand in the result twice, under two names; Daft has each once.
  return {
    plan: compiler.separate(step),
    types: compiler.types.encode(),
    result: encodeSchema(fields),
    scans: compiler.scans,
    sent: compiler.sent,
    fields,
  };
}

class PlanCompiler {
  readonly types = new TypeTable();
  readonly scans: string[] = [];
  readonly sent: string[] = [];
  readonly #input: (name: string) => InputColumns;
  #count = 0;

  constructor(input: (name: string) => InputColumns) {
    this.#input = input;
  }

  separate(step: ProgramStep): ProgramStep {
    if (step.step !== "project") return step;
    const columns = step.columns.map((column): ProgramColumn => {
      const from = "from" in column ? column.from : column.name;
      return { name: this.#next(), from };
    });
    return { ...step, columns };
  }

  #next(): string {
    this.#count += 1;
    return `c${this.#count}`;
  }

  build(plan: Plan): Built {
    switch (plan.step) {
      case "input":
        return this.#buildInput(plan.name);
      case "filter":
        return this.#buildFilter(plan);
      case "project": {
        const input = this.build(plan.input);
        return this.#project(
          input,
          this.#fields(plan, [input]),
          plan.columns.map(({ expression }) => expression),
        );
      }
      case "limit": {
        const input = this.build(plan.input);
        const { count, offset } = plan;
        return { ...input, step: { step: "limit", input: input.step, count, offset } };
      }
      case "sort":
        return this.#sort(this.build(plan.input), plan.input, plan.keys);
      case "top": {
        const sorted = this.#sort(this.build(plan.input), plan.input, plan.keys);
        const { count, offset } = plan;
        return { ...sorted, step: { step: "limit", input: sorted.step, count, offset } };
      }
      case "distinct":
        return this.#buildDistinct(plan);
      case "explode": {
        const input = this.build(plan.input);
        const fields = this.#fields(plan, [input]);
        const column = input.columns.find(({ field }) => field.name === plan.column) as BuiltColumn;
        return {
          step: { step: "explode", input: input.step, column: column.id },
          columns: input.columns.map(({ id }, index) => ({ id, field: fields[index] as Field })),
        };
      }
      case "concat": {
        const [input, other] = [this.build(plan.input), this.build(plan.other)];
        return this.#concat([input, other], this.#fields(plan, [input, other]));
      }
      case "join":
        return this.#buildJoin(plan);
      case "aggregate":
        return this.#buildAggregate(plan);
      case "unpivot":
        return this.#buildUnpivot(plan);
      case "window":
        throw refuseStep("window functions");
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

  #fields(plan: StepOnInputs, inputs: readonly Built[]): readonly Field[] {
    return stepFields(
      plan,
      inputs.map(({ columns }) => columns.map(({ field }) => field)),
    );
  }

  #buildInput(name: string): Built {
    const { fields, isScanned } = this.#input(name);
    for (const field of fields) refuseForeignType(field);
    const columns = fields.map((field) => ({ id: this.#next(), field }));
    if (isScanned) {
      const listed = columns.map(({ id, field }) => [id, field.name, this.types.number(field.type)] as const);
      return { step: { step: "scan", place: this.scans.push(name) - 1, columns: listed }, columns };
    }
    const listed = columns.map(({ id, field }): TypedColumn => [id, this.types.number(field.type)]);
    const places = fields.map((_, index) => index);
    return { step: { step: "rows", rows: this.sent.push(name) - 1, columns: listed, places }, columns };
  }

  #scope({ columns }: Built, plan: Plan): TermScope {
    const find = finder(
      columns.map(({ field }) => field),
      plan,
    );
    const ids = new Map(columns.map(({ id, field }) => [field.name, id]));
    return { field: find, id: (column) => ids.get(column) as string, types: this.types };
  }

  /** The opaque names that an expression reads; one of any column where it reads none. */
  #reads(node: ExpressionNode, input: Built): readonly string[] {
    const names = new Set(columnsOf(node));
    const ids = input.columns.filter(({ field }) => names.has(field.name)).map(({ id }) => id);
    if (ids.length > 0) return ids;
    const [first] = input.columns;
    if (first !== undefined) return [first.id];
    throw refuseStep("expressions without columns over rows without columns", "select a column too");
  }

  #buildFilter(plan: FilterPlan): Built {
    const input = this.build(plan.input);
    const scope = this.#scope(input, plan.input);
    const terms = plan.predicates.map((predicate): Term => {
      if (predicate.node === "sql")
        throw refuseStep(
          `SQL text such as ${JSON.stringify(predicate.text)}`,
          "write the condition with col(), or put where() first",
        );
      const { term, type } = compileTerm(predicate, scope);
      return isNullType(type) ? { literal: "false", type: this.types.number(new arrow.Bool()) } : term;
    });
    const reads = plan.predicates.flatMap((predicate) =>
      predicate.node === "sql" ? [] : this.#reads(predicate, input),
    );
    const [first = { literal: "true", type: this.types.number(new arrow.Bool()) }, ...others] = terms;
    const term = others.reduce((left, right) => call("and", [left, right]), first);
    const step: ProgramStep = { step: "filter", input: input.step, term, reads: [...new Set(reads)] };
    return { ...input, step };
  }

  /** Columns that are passed on keep their opaque names where these are not taken. */
  #project(input: Built, fields: readonly Field[], expressions: readonly ExpressionNode[]): Built {
    const scope = this.#scope(input, { step: "input", name: "rows" });
    const taken = new Set<string>();
    const columns: ProgramColumn[] = [];
    const built = fields.map((field, index): BuiltColumn => {
      const node = expressions[index] as ExpressionNode;
      if (node.node === "column") {
        const from = scope.id(node.name);
        const name = taken.has(from) ? this.#next() : from;
        taken.add(name);
        columns.push({ name, from });
        return { id: name, field };
      }
      refuseForeignType(field);
      const name = this.#next();
      const { term } = compileTerm(node, scope);
      columns.push({ name, term, type: this.types.number(field.type), reads: this.#reads(node, input) });
      return { id: name, field };
    });
    return { step: { step: "project", input: input.step, columns }, columns: built };
  }

  /** The input with hidden columns behind its own. */
  #extend(
    input: Built,
    added: readonly { readonly term: Term; readonly type: DataType; readonly reads: readonly string[] }[],
  ): { readonly step: ProgramStep; readonly ids: readonly string[] } {
    if (added.length === 0) return { step: input.step, ids: [] };
    const kept = [...new Set(input.columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    const computed = added.map(({ term, type, reads }): ProgramColumn => {
      const name = this.#next();
      if ("column" in term) return { name, from: term.column };
      return { name, term, type: this.types.number(type), reads };
    });
    return {
      step: { step: "project", input: input.step, columns: [...kept, ...computed] },
      ids: computed.map(({ name }) => name),
    };
  }

  #keep(step: ProgramStep, columns: readonly BuiltColumn[]): Built {
    const kept = [...new Set(columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    return { step: { step: "project", input: step, columns: kept }, columns };
  }

  #sort(input: Built, plan: Plan, keys: readonly SortKey[]): Built {
    const compiler = new TermCompiler(this.#scope(input, plan));
    const sorted = keys.filter(({ expression }) => !isNullType(compiler.typed(expression).type));
    const { step, ids } = this.#extend(
      input,
      sorted.map(({ expression }) => ({
        ...orderOf(compiler.typed(expression), compiler),
        reads: this.#reads(expression, input),
      })),
    );
    const list = sorted.map(({ descending, nullsFirst }, index) => ({
      column: ids[index] as string,
      descending,
      nullsFirst,
    }));
    return this.#keep({ step: "sort", input: step, keys: list }, input.columns);
  }

  #buildDistinct(plan: DistinctPlan): Built {
    const input = this.build(plan.input);
    const compiler = new TermCompiler(this.#scope(input, plan.input));
    const names = plan.on ?? input.columns.map(({ field }) => field.name);
    const keys = names
      .map((name) => compiler.typed({ node: "column", name }))
      .filter(({ type }) => !isNullType(type));
    if (keys.length === 0)
      throw refuseStep("distinct() over columns of nulls alone", "name a column that has values");
    const { step, ids } = this.#extend(
      input,
      keys.map((key) => ({ ...keyOf(key, compiler), reads: this.#reads(key.node, input) })),
    );
    return this.#keep({ step: "distinct", input: step, on: ids }, input.columns);
  }

  /** All rows of one after those of the other, by the names of the first. */
  #concat(inputs: readonly Built[], fields: readonly Field[]): Built {
    const ids = fields.map(() => this.#next());
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

  #buildJoin(plan: JoinPlan): Built {
    if (plan.condition !== undefined || plan.nearest !== undefined)
      throw refuseStep("joins by more than equal keys");
    const [left, right] = [this.build(plan.input), this.build(plan.other)];
    const fields = this.#fields(plan, [left, right]);
    const isOneSided = plan.kind === "semi" || plan.kind === "anti";
    const columns = (isOneSided ? left.columns : [...left.columns, ...right.columns]).map(
      ({ id }, index) => ({ id, field: fields[index] as Field }),
    );
    if (plan.kind === "cross") {
      const step = {
        step: "join",
        input: left.step,
        other: right.step,
        kind: "cross",
        left: [],
        right: [],
      } as const;
      return { step, columns };
    }
    const compilers = [
      new TermCompiler(this.#scope(left, plan.input)),
      new TermCompiler(this.#scope(right, plan.other)),
    ];
    const pairs = plan.on.map((pair) => this.#pair(pair, compilers as never));
    const [input, other] = ([left, right] as const).map((side, index) =>
      this.#extend(
        side,
        pairs.map((pair, place) => ({
          term: pair.terms[index] as Term,
          type: pair.type,
          reads: this.#reads(plan.on[place]?.[index === 0 ? "left" : "right"] as ExpressionNode, side),
        })),
      ),
    ) as [{ step: ProgramStep; ids: string[] }, { step: ProgramStep; ids: string[] }];
    const step: ProgramStep = {
      step: "join",
      input: input.step,
      other: other.step,
      kind: plan.kind,
      left: input.ids,
      right: other.ids,
    };
    return this.#keep(step, columns);
  }

  /** Both keys in one type. */
  #pair(
    { left, right }: JoinPlan["on"][number],
    [ofLeft, ofRight]: readonly [TermCompiler, TermCompiler],
  ): { readonly terms: readonly [Term, Term]; readonly type: DataType } {
    const [a, b] = [ofLeft.typed(left), ofRight.typed(right)];
    if (isNullType(a.type) || isNullType(b.type))
      throw refuseStep("joins by a key that is always null", "join by another key");
    const node: ExpressionNode = { node: "comparison", operator: "eq", left, right };
    const terms = ofLeft.pair(a, b, node);
    const kinds = [kindOf(a.field), kindOf(b.field)];
    const isOf = (kind: string) => kinds.some((one) => one.kind === kind);
    if (isOf("other") || isOf("nested") || isOf("time") || isOf("duration"))
      throw refuseStep(`joins by ${describeExpression(left)}, a type without order,`, "join by another key");
    if (isOf("float")) return { terms, type: int64() };
    if (isOf("boolean")) return { terms, type: new arrow.Int8() };
    if (isOf("decimal")) {
      const scale = Math.max(...kinds.map((kind) => (kind.kind === "decimal" ? kind.scale : 0)));
      return { terms, type: new arrow.Decimal(scale, 38, 128) };
    }
    if (isOf("integer")) {
      const isWide = kinds.some((kind) => kind.kind === "integer" && kind.max > 2n ** 63n);
      return { terms, type: isWide ? new arrow.Decimal(0, 20, 128) : int64() };
    }
    if (isOf("bytes")) {
      // Daft 0.7.26 joins rows whose keys are other bytes.
      const [one, other] = terms;
      return { terms: [call("bytesKey", [one]), call("bytesKey", [other])], type: new arrow.Utf8() };
    }
    if (isOf("text")) return { terms, type: new arrow.Utf8() };
    return { terms, type: a.type };
  }

  #buildUnpivot(plan: UnpivotPlan): Built {
    const input = this.build(plan.input);
    const fields = this.#fields(plan, [input]);
    const parts = plan.columns.map((name): Built => {
      const expressions: ExpressionNode[] = [
        ...plan.keys.map((key): ExpressionNode => ({ node: "column", name: key })),
        { node: "literal", type: "string", text: name },
        { node: "column", name },
      ];
      return this.#project(input, fields, expressions);
    });
    return this.#concat(parts, fields);
  }

  #buildAggregate(plan: AggregatePlan): Built {
    const input = this.build(plan.input);
    const scope = this.#scope(input, plan.input);
    const compiler = new TermCompiler(scope);
    const fields = this.#fields(plan, [input]);
    for (const field of fields) refuseForeignType(field);
    const before: { term: Term; type: DataType; reads: readonly string[] }[] = [];
    const add = (term: Term, type: DataType, reads: readonly string[]) =>
      before.push({ term, type, reads }) - 1;
    const keys = plan.keys.map(({ expression }) => {
      const operand = compiler.typed(expression);
      const reads = this.#reads(expression, input);
      const isFloat = kindOf(operand.field).kind === "float";
      const isBoolean = kindOf(operand.field).kind === "boolean";
      if (isNullType(operand.type))
        throw refuseStep("groups by a key that is always null", "group by another key");
      const key =
        isFloat || !isBoolean ? keyOf(operand, compiler) : { term: operand.term, type: operand.type };
      return { place: add(key.term, key.type, reads), isFloat };
    });
    const [any] = input.columns;
    const rows = any?.id;
    const parts = (plan.aggregates as readonly NamedAggregate[]).map(({ expression }) =>
      compileAggregate(expression, compiler, rows, (term, type, operand) =>
        add(term, type, this.#reads(operand, input)),
      ),
    );
    const { step, ids } = this.#extend(input, before);
    const aggregates: ProgramAggregate[] = [];
    const finished = parts.map((part) => {
      const columns = part.calls.map((one) => {
        const name = this.#next();
        const column = typeof one.column === "number" ? (ids[one.column] as string) : one.column;
        aggregates.push({ name, function: one.function, column });
        return name;
      });
      return { ...part, columns };
    });
    const grouped: ProgramStep = {
      step: "aggregate",
      input: step,
      keys: keys.map(({ place }) => ids[place] as string),
      aggregates,
    };
    const columns: ProgramColumn[] = [
      ...keys.map(({ place, isFloat }, index): ProgramColumn => {
        const from = ids[place] as string;
        const name = this.#next();
        if (!isFloat) return { name, from };
        const type = this.types.number(fields[index]?.type as DataType);
        return { name, term: call("fromOrderKey", [{ column: from }], type), type, reads: [from] };
      }),
      ...finished.map(({ columns: all, finish }, index): ProgramColumn => {
        const type = this.types.number(fields[keys.length + index]?.type as DataType);
        return {
          name: this.#next(),
          term: finish(
            all.map((column) => ({ column })),
            type,
          ),
          type,
          reads: all,
        };
      }),
    ];
    return {
      step: { step: "project", input: grouped, columns },
      columns: columns.map(({ name }, index) => ({ id: name, field: fields[index] as Field })),
    };
  }
}
