/** Joins: by keys of one type on both sides, and by conditions over the pairs that these find. */
import { arrow, type DataType, type Field } from "../../../arrow.ts";
import type { ProgramColumn, ProgramStep, Term } from "../../../daft/program.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { ExpressionNode } from "../../expression/expression-node.ts";
import { int64 } from "../../functions/operand.ts";
import type { JoinKey, JoinPlan } from "../../plan/plan.ts";
import { kindOf } from "../../types/column-kind.ts";
import { isNullType } from "../../types/common-type.ts";
import { refuseStep } from "./compile-aggregate.ts";
import { TermCompiler } from "./compile-term.ts";
import type { AddedColumn, Built, BuiltColumn, StepBuilder } from "./step-builder.ts";
import { call } from "./term.ts";

export function compileJoin(plan: JoinPlan, left: Built, right: Built, builder: StepBuilder): Built {
  const { kind, condition, nearest } = plan;
  if (nearest !== undefined) throw refuseStep("joins by the nearest key");
  if (condition !== undefined && kind === "full") throw refuseStep("full joins by a condition");
  const fields = builder.fields(plan, [left, right]);
  const isOneSided = kind === "semi" || kind === "anti";
  const columns = (isOneSided ? left.columns : [...left.columns, ...right.columns]).map(
    ({ id }, index): BuiltColumn => ({ id, field: fields[index] as Field }),
  );
  if (condition === undefined) return builder.keep(joinStep(plan, kind, left, right, builder), columns);
  const isInner = kind === "inner" || kind === "cross";
  if (!isInner) return new ConditionalJoin(plan, condition, left, right, builder).build(columns);
  const pairs = joinStep(plan, plan.on.length === 0 ? "cross" : "inner", left, right, builder);
  return builder.filter(builder.keep(pairs, columns), [condition], plan);
}

/** The keys stay behind the columns of both sides. */
function joinStep(
  plan: JoinPlan,
  kind: string,
  left: Built,
  right: Built,
  builder: StepBuilder,
): Extract<ProgramStep, { step: "join" }> {
  if (kind === "cross")
    return { step: "join", input: left.step, other: right.step, kind, left: [], right: [] };
  const keys = joinKeys(plan, left, right, builder);
  const [input, other] = [builder.extend(left, keys[0]), builder.extend(right, keys[1])];
  return { step: "join", input: input.step, other: other.step, kind, left: input.ids, right: other.ids };
}

type KeysOfSides = readonly [readonly AddedColumn[], readonly AddedColumn[]];

/** All rows are pairs where no key is given. */
function joinKeys(plan: JoinPlan, left: Built, right: Built, builder: StepBuilder): KeysOfSides {
  if (plan.on.length === 0) {
    const one: ExpressionNode = { node: "literal", type: "integer", text: "1" };
    const term: Term = { literal: "1", type: builder.types.number(int64()) };
    const key = ({ columns }: Built) => [{ term, type: int64(), reads: builder.reads(one, columns) }];
    return [key(left), key(right)];
  }
  const compilers = [
    new TermCompiler(builder.scope(left.columns, plan.input)),
    new TermCompiler(builder.scope(right.columns, plan.other)),
  ] as const;
  const pairs = plan.on.map((pair) => ({ ...pairKeys(pair, compilers), pair }));
  return [
    pairs.map(({ terms: [term], type, pair }) => ({
      term,
      type,
      reads: builder.reads(pair.left, left.columns),
    })),
    pairs.map(({ terms: [, term], type, pair }) => ({
      term,
      type,
      reads: builder.reads(pair.right, right.columns),
    })),
  ];
}

/**
 * Semi, anti, left and right joins by a condition: the rows of one side are numbered, joined by the keys, and of the pairs of
 * a row those are kept for which the condition is true, or one where there is none such.
 */
class ConditionalJoin {
  readonly #plan: JoinPlan;
  readonly #condition: ExpressionNode;
  readonly #kept: Built;
  readonly #other: Built;
  readonly #builder: StepBuilder;
  /** The number of a kept row, and one that is null where the other side has no row. */
  readonly #place: string;
  readonly #mark: string;

  constructor(plan: JoinPlan, condition: ExpressionNode, left: Built, right: Built, builder: StepBuilder) {
    this.#plan = plan;
    this.#condition = condition;
    [this.#kept, this.#other] = plan.kind === "right" ? [right, left] : [left, right];
    this.#builder = builder;
    this.#place = builder.next();
    this.#mark = builder.next();
  }

  build(columns: readonly BuiltColumn[]): Built {
    const { kind } = this.#plan;
    if (kind === "semi") return this.#builder.keep(this.#matched(), columns);
    const first = this.#builder.next();
    const isTrue = this.#builder.next();
    const numbered: ProgramStep = {
      step: "window",
      input: this.#marked(isTrue),
      partition: [this.#place],
      order: [{ column: isTrue, descending: true, nullsFirst: false }],
      functions: [{ name: first, function: "rowNumber" }],
    };
    const isFirst = this.#is(first, "1", new arrow.Uint64());
    const [yes, no] = [this.#is(isTrue, "1", new arrow.Int8()), this.#is(isTrue, "0", new arrow.Int8())];
    const term = kind === "anti" ? call("and", [no, isFirst]) : call("or", [yes, isFirst]);
    const filtered: ProgramStep = { step: "filter", input: numbered, term, reads: [first, isTrue] };
    if (kind === "anti") return this.#builder.keep(filtered, columns);
    return this.#withoutFalse(filtered, columns, isTrue);
  }

  #join(kind: "inner" | "left"): ProgramStep {
    const plan = this.#plan;
    const [left, right] = plan.kind === "right" ? [this.#other, this.#kept] : [this.#kept, this.#other];
    const join = joinStep(plan, kind, left, right, this.#builder);
    const number = (input: ProgramStep, name: string): ProgramStep => ({ step: "number", input, name });
    const [kept, other] =
      plan.kind === "right"
        ? [
            { input: join.other, keys: join.right },
            { input: join.input, keys: join.left },
          ]
        : [
            { input: join.input, keys: join.left },
            { input: join.other, keys: join.right },
          ];
    return {
      step: "join",
      input: number(kept.input, this.#place),
      other: kind === "left" ? number(other.input, this.#mark) : other.input,
      kind,
      left: kept.keys,
      right: other.keys,
    };
  }

  /** What the condition comes to for a pair. */
  get #test(): AddedColumn {
    const columns = [...this.#kept.columns, ...this.#other.columns];
    return this.#builder.condition([this.#condition], columns, this.#plan);
  }

  #matched(): ProgramStep {
    const { term, reads } = this.#test;
    const filtered: ProgramStep = { step: "filter", input: this.#join("inner"), term, reads };
    return { step: "distinct", input: filtered, on: [this.#place] };
  }

  /** The pairs with 1 where the condition is true, and 0 where it is not or the row has no pair. */
  #marked(name: string): ProgramStep {
    const { term, reads } = this.#test;
    const type = this.#builder.types.number(new arrow.Int8());
    const isPair = call("not", [call("isNull", [{ column: this.#mark }])]);
    const marked: Term = {
      case: [[call("and", [isPair, term]), { literal: "1", type }]],
      otherwise: { literal: "0", type },
      type,
    };
    const all = [...this.#kept.columns, ...this.#other.columns].map(({ id }) => id);
    const kept = [...new Set([...all, this.#place])].map((id) => ({ name: id, from: id }));
    const columns = [...kept, { name, term: marked, type, reads: [...new Set([...reads, this.#mark])] }];
    return { step: "project", input: this.#join("left"), columns };
  }

  #is(column: string, literal: string, of: DataType): Term {
    return call("eq", [{ column }, { literal, type: this.#builder.types.number(of) }]);
  }

  /** Null in the columns of the other side where no pair is one. */
  #withoutFalse(input: ProgramStep, columns: readonly BuiltColumn[], isTrue: string): Built {
    const others = new Set(this.#other.columns.map(({ id }) => id));
    const when = this.#is(isTrue, "1", new arrow.Int8());
    const built = columns.map(({ id, field }): BuiltColumn => {
      return { id: others.has(id) ? this.#builder.next() : id, field };
    });
    const kept = columns.map(({ id, field }, index): ProgramColumn => {
      if (!others.has(id)) return { name: id, from: id };
      const type = this.#builder.types.number(field.type);
      const term: Term = { case: [[when, { column: id }]], otherwise: null, type };
      return { name: built[index]?.id as string, term, type, reads: [id, isTrue] };
    });
    return { step: { step: "project", input, columns: kept }, columns: built };
  }
}

/** Both keys in one type. */
function pairKeys(
  { left, right }: JoinKey,
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
