/**
 * Windows, of the functions that Daft and we mean alike. Daft 0.7.26 has no frame of equal rows (without a frame it takes the whole
 * partition, its ranges take null for the highest number) and takes what leaves a frame off its sum again: both are done otherwise.
 */
import type { DataType, Field } from "../../../arrow.ts";
import type { ProgramColumn, ProgramStep, ProgramWindowFunction, Term } from "../../../daft/program.ts";
import { countOf } from "../../../display/text/number-text.ts";
import type {
  AggregateNode,
  ExpressionNode,
  RankingFunction,
  RankingNode,
  ShiftNode,
  WindowFrame,
} from "../../expression/expression-node.ts";
import { float64, int64 } from "../../functions/operand.ts";
import type { WindowPlan } from "../../plan/plan.ts";
import { kindOf } from "../../types/column-kind.ts";
import { isNullType } from "../../types/common-type.ts";
import { compileAggregate, keyOf, orderOf, refuseStep } from "./compile-aggregate.ts";
import { TermCompiler } from "./compile-term.ts";
import type { AddedColumn, Built, StepBuilder } from "./step-builder.ts";
import { call, type TypedTerm } from "./term.ts";
import { refuseForeignType } from "./type-table.ts";
import { type WindowOrder, WindowSteps } from "./window-steps.ts";

/** The functions of a window that are compiled, besides aggregates, and those that are not. */
export const daftWindowFunctions = {
  yes: [
    "rowNumber",
    "rank",
    "denseRank",
    "ntile",
    "percentRank",
    "cumeDist",
    "lag",
    "lead",
    "forwardFill",
    "backwardFill",
    "first",
    "last",
  ],
  no: ["nthValue", "ignoreNulls", "range"],
} as const;

/** Rows of a frame whose floats are summed: each row is a shifted column. */
const mostShifts = 64;

/** @param isRestored whether the rows have to come out in the order of the input */
export function compileWindow(
  plan: WindowPlan,
  input: Built,
  builder: StepBuilder,
  isRestored: boolean,
): Built {
  return new WindowCompiler(plan, input, builder).build(isRestored);
}

/** A column of the result: what is read, and what becomes of it. */
interface Finished {
  readonly reads: readonly string[];
  readonly term: Term;
}

/** Rows from and to, counted from the current one in an order; with the rows that equal the last one or not. */
interface FunctionFrame {
  readonly order: WindowOrder;
  readonly frame?: readonly [start: number | null, end: number | null];
  readonly peers?: "lastValue" | "firstValue";
}

class WindowCompiler {
  readonly #plan: WindowPlan;
  readonly #input: Built;
  readonly #builder: StepBuilder;
  readonly #compiler: TermCompiler;
  readonly #added: AddedColumn[] = [];
  /** Names for the columns of {@link #added}. */
  readonly #names: string[] = [];
  readonly #place: string;
  readonly #hasOrder: boolean;
  readonly #steps: WindowSteps;

  constructor(plan: WindowPlan, input: Built, builder: StepBuilder) {
    this.#plan = plan;
    this.#input = input;
    this.#builder = builder;
    this.#compiler = new TermCompiler(builder.scope(input.columns, plan.input));
    this.#place = builder.next();
    const compiler = this.#compiler;
    const isKey = (node: ExpressionNode) => !isNullType(compiler.typed(node).type);
    const partition = plan.partitionBy
      .filter(isKey)
      .map((node) => this.#put(keyOf(compiler.typed(node), compiler), node));
    const order = plan.orderBy
      .filter(({ expression }) => isKey(expression))
      .map(({ expression, descending, nullsFirst }) => ({
        column: this.#put(orderOf(compiler.typed(expression), compiler), expression),
        descending,
        nullsFirst,
      }));
    this.#hasOrder = order.length > 0;
    this.#steps = new WindowSteps(partition, order, this.#place, () => builder.next());
  }

  build(isRestored: boolean): Built {
    const { columns } = this.#input;
    const fields = this.#builder.fields(this.#plan, [this.#input]).slice(columns.length);
    for (const field of fields) refuseForeignType(field);
    const finished = this.#plan.functions.map(({ function: part }, index) => {
      const type = (fields[index] as Field).type;
      if (part.node === "ranking") return this.#rank(part);
      return part.node === "shift" ? this.#shift(part, type) : this.#aggregate(part, type);
    });
    const numbered: ProgramStep = { step: "number", input: this.#extended(), name: this.#place };
    const computed = this.#steps.over(numbered);
    const key = { column: this.#place, descending: false, nullsFirst: false };
    const sorted: ProgramStep = isRestored
      ? { step: "sort", input: computed, keys: [key], isUnique: true }
      : computed;
    const kept = [...new Set(columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    const results = finished.map(({ term, reads }, index): ProgramColumn & { readonly name: string } => {
      const { name, type } = fields[index] as Field;
      return {
        name: this.#builder.next(),
        term,
        type: this.#number(type),
        reads,
        label: `column ${name}`,
      };
    });
    return {
      step: { step: "project", input: sorted, columns: [...kept, ...results] },
      columns: [
        ...columns,
        ...results.map(({ name }, index) => ({ id: name, field: fields[index] as Field })),
      ],
    };
  }

  /** Puts a column before the window. @returns its name */
  #put({ term, type }: { readonly term: Term; readonly type: DataType }, node: ExpressionNode): string {
    const name = this.#builder.next();
    this.#added.push({ term, type, reads: this.#builder.reads(node, this.#input.columns) });
    this.#names.push(name);
    return name;
  }

  #extended(): ProgramStep {
    const { step, ids } = this.#builder.extend(this.#input, this.#added);
    if (ids.length === 0) return step;
    const kept = [...new Set(this.#input.columns.map(({ id }) => id))].map((id) => ({ name: id, from: id }));
    const named = ids.map((from, index) => ({ name: this.#names[index] as string, from }));
    return { step: "project", input: step, columns: [...kept, ...named] };
  }

  #number(type: DataType): number {
    return this.#compiler.number(type);
  }

  #rank({ function: name, count }: RankingNode): Finished {
    const order = rankOrders[name];
    if (order !== "rows" && !this.#hasOrder)
      throw refuseStep("windows in the order of what is always null", "order by another column");
    const plain = order === "rows" ? "rowNumber" : name === "denseRank" ? "denseRank" : "rank";
    const rank = this.#steps.add(order, { function: plain });
    if (name === "rowNumber" || name === "rank" || name === "denseRank")
      return { reads: [rank], term: call("cast", [{ column: rank }], this.#number(int64())) };
    const rows = this.#steps.add("whole", { function: "countRows", column: this.#place });
    const isCounted = name === "ntile";
    const type = this.#number(isCounted ? int64() : float64());
    const options = isCounted ? { groups: count ?? 1 } : undefined;
    return { reads: [rank, rows], term: call(name, [{ column: rank }, { column: rows }], type, options) };
  }

  #shift(node: ShiftNode, type: DataType): Finished {
    const { function: name, operand: part, offset, otherwise } = node;
    if (name === "nthValue") throw refuseStep("window functions such as nthValue()");
    if (node.ignoreNulls === true) throw refuseStep(`window functions such as ${name}() with ignoreNulls`);
    const operand = this.#compiler.typed(part);
    const column = this.#put({ term: this.#compiler.convert(operand, type), type }, part);
    if (name === "forwardFill" || name === "backwardFill") {
      const reach = offset === 0 ? null : offset;
      const isForward = name === "forwardFill";
      const filled = this.#steps.add("rows", {
        function: isForward ? "lastValue" : "firstValue",
        column,
        frame: isForward ? [reach === null ? null : -reach, 0] : [0, reach],
        ignoreNulls: true,
      });
      return { reads: [filled], term: { column: filled } };
    }
    const shifted = this.#steps.add("rows", { function: name, column, offset });
    if (otherwise === null) return { reads: [shifted], term: { column: shifted } };
    const found = this.#steps.add("rows", { function: name, column: this.#place, offset });
    const missing = this.#compiler.literal(otherwise, type);
    const branches = [[call("isNull", [{ column: found }]), missing]] as const;
    const number = this.#number(type);
    return {
      reads: [shifted, found],
      term: { case: branches, otherwise: { column: shifted }, type: number },
    };
  }

  #aggregate(node: AggregateNode, type: DataType): Finished {
    const framed = this.#frame(this.#plan.frame);
    if (node.function === "first" || node.function === "last") return this.#edge(node, type, framed);
    const operand = node.operand === null ? undefined : this.#compiler.typed(node.operand);
    const isFloatSum =
      (node.function === "sum" || node.function === "mean") &&
      operand !== undefined &&
      kindOf(operand.field).kind === "float";
    const { frame } = framed;
    // Daft 0.7.26 still counts a value that has left the frame where null took its place.
    if (node.function === "countDistinct" && frame !== undefined && frame[0] !== null)
      throw refuseStep("windows with countDistinct() over rows with two ends");
    if (isFloatSum && frame !== undefined && frame[0] !== null)
      return this.#sumShifted(node, frame as readonly [number, number]);
    const isWhole = frame === undefined;
    const { calls, finish } = compileAggregate(
      node,
      this.#compiler,
      this.#place,
      (term, of, read) => {
        this.#put({ term, type: of }, read);
        return this.#names.length - 1;
      },
      isWhole ? "decimals" : "words",
    );
    const reads = calls.map(({ function: name, column }) =>
      this.#call(framed, {
        function: name,
        column: typeof column === "number" ? (this.#names[column] as string) : column,
      }),
    );
    const results = reads.map((column, index): Term => {
      const isCount = calls[index]?.function.startsWith("count") === true;
      if (!isCount || isWhole) return { column };
      // Daft has null for a count over no rows.
      const number = this.#number(int64());
      const count = call("cast", [{ column }], number);
      return { coalesce: [count, { literal: "0", type: number }], type: number };
    });
    return { reads, term: finish(results, this.#number(type)) };
  }

  /** A function over a frame, for all rows that are equal to the last one where that is meant. */
  #call(
    { order, frame, peers }: FunctionFrame,
    added: Omit<ProgramWindowFunction, "name" | "frame">,
  ): string {
    const column = this.#steps.add(order, { ...added, ...(frame === undefined ? {} : { frame }) });
    return peers === undefined ? column : this.#steps.ofPeers(peers, column);
  }

  #frame(frame: WindowFrame | null): FunctionFrame {
    if (frame === null)
      return this.#hasOrder ? { order: "rows", frame: [null, 0], peers: "lastValue" } : { order: "whole" };
    const { start, end, range } = frame;
    if (start === null && end === null) return { order: "whole" };
    if (range !== undefined) {
      if (!this.#hasOrder) return { order: "whole" };
      if (start === null && end === 0) return { order: "rows", frame: [null, 0], peers: "lastValue" };
      // From the end, the last of equal rows is the first one.
      if (start === 0 && end === null) return { order: "rowsFromEnd", frame: [null, 0], peers: "firstValue" };
      throw refuseStep("windows by a range of values", "take rows");
    }
    if (end === null) return { order: "rowsFromEnd", frame: [null, turned(start)] };
    return { order: "rows", frame: [start, end] };
  }

  /** The first or the last value of a frame. */
  #edge(
    { function: name, operand: part, condition }: AggregateNode,
    type: DataType,
    framed: FunctionFrame,
  ): Finished {
    if (condition !== undefined || part === null) throw refuseStep(`${name}() of some rows of a window`);
    const operand: TypedTerm = this.#compiler.typed(part);
    const column = this.#put({ term: this.#compiler.convert(operand, type), type }, part);
    const { order, frame = [null, null], peers } = framed;
    const isFirst = (name === "first") !== (order === "rowsFromEnd");
    // Of equal rows the last is seen from each.
    if (peers !== undefined && !isFirst) {
      const edge = this.#steps.ofPeers(peers, column);
      return { reads: [edge], term: { column: edge } };
    }
    return this.#edgeRow(order === "whole" ? "rows" : order, isFirst, column, frame, type);
  }

  /** Daft 0.7.26 takes a row for the first of a frame that begins behind it: such a row is taken by its distance. */
  #edgeRow(
    order: WindowOrder,
    isFirst: boolean,
    column: string,
    [start, end]: readonly [number | null, number | null],
    type: DataType,
  ): Finished {
    const [near, far] = isFirst ? [start, end] : [turned(end), turned(start)];
    const [toward, away] = isFirst ? (["lead", "lag"] as const) : (["lag", "lead"] as const);
    if (near !== null && near > 0) {
      const value = this.#steps.add(order, { function: toward, column, offset: near });
      return { reads: [value], term: { column: value } };
    }
    const value = this.#steps.add(order, {
      function: isFirst ? "firstValue" : "lastValue",
      column,
      frame: isFirst ? [start, 0] : [0, end],
    });
    if (far === null || far >= 0) return { reads: [value], term: { column: value } };
    const last = this.#steps.add(order, { function: away, column: this.#place, offset: -far });
    const isThere = call("not", [call("isNull", [{ column: last }])]);
    const branches = [[isThere, { column: value }]] as const;
    return { reads: [value, last], term: { case: branches, otherwise: null, type: this.#number(type) } };
  }

  /** A sum of floats over a frame with two ends: one by one, because what is added and taken off again leaves its traces. */
  #sumShifted(node: AggregateNode, [start, end]: readonly [number, number]): Finished {
    if (end - start >= mostShifts)
      throw refuseStep(
        `${node.function}() of floats over windows of more than ${countOf(mostShifts, "row")} with two ends`,
        "cast to a decimal",
      );
    const [operand, part] = this.#summand(node);
    const column = this.#put({ term: operand, type: float64() }, part);
    const reads = Array.from({ length: end - start + 1 }, (_, index) => {
      const offset = start + index;
      if (offset === 0) return column;
      const name = offset < 0 ? "lag" : "lead";
      return this.#steps.add("rows", { function: name, column, offset: Math.abs(offset) });
    });
    const values = reads.map((read): Term => ({ column: read }));
    const name = node.function === "sum" ? "sumOfValues" : "meanOfValues";
    return { reads, term: call(name, values, this.#number(float64())) };
  }

  /** The operand as a double; null in rows that do not count. */
  #summand({ operand, condition }: AggregateNode): readonly [Term, ExpressionNode] {
    const part = operand as ExpressionNode;
    const node: ExpressionNode =
      condition === undefined
        ? part
        : { node: "case", branches: [{ when: condition, value: part }], otherwise: null };
    const { term } = this.#compiler.typed(node);
    return [call("toFloat", [term], this.#number(float64())), node];
  }
}

const rankOrders: Readonly<Record<RankingFunction, WindowOrder>> = {
  rowNumber: "rows",
  ntile: "rows",
  rank: "peers",
  denseRank: "peers",
  percentRank: "peers",
  cumeDist: "peersFromEnd",
};

/** The end of a frame as it counts from the end of the partition. */
function turned(edge: number | null): number | null {
  // Without -0, which is no place.
  return edge === null ? null : 0 - edge;
}
