/** What the compilation of terms is made of. */
import type { DataType, Field } from "../../../arrow.ts";
import type { Term } from "../../../daft/program.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type { ComparisonOperator, ExpressionNode } from "../../expression/expression-node.ts";
import { kindOf } from "../../types/column-kind.ts";
import { PartRefused } from "../refusal.ts";
import type { TypeTable } from "./type-table.ts";

/** The columns that terms read. */
export interface TermScope {
  /** @throws DlfLanceError TableColumnNotFound */
  field(column: string): Field;
  /** The opaque name. */
  id(column: string): string;
  readonly types: TypeTable;
}

/** A term with what it came from. */
export interface TypedTerm {
  readonly node: ExpressionNode;
  readonly field: Field;
  /** Without dictionary. */
  readonly type: DataType;
  readonly term: Term;
}

/** @param wayOut another than to run the frame here */
export function refuseTerm(node: ExpressionNode, why: string, wayOut?: string): PartRefused {
  return new PartRefused(`${describeExpression(node)} ${why}`, wayOut);
}

export function call(
  name: string,
  parts: readonly Term[],
  type?: number,
  options?: Extract<Term, { call: string }>["options"],
): Term {
  return {
    call: name,
    arguments: parts,
    ...(type === undefined ? {} : { type }),
    ...(options === undefined ? {} : { options }),
  };
}

/** What functions need of the compiler that calls them. */
export interface TermWriter {
  number(type: DataType): number;
  /** The value as one of a type that holds it. */
  convert(operand: TypedTerm, to: DataType): Term;
  compare(operator: ComparisonOperator, left: TypedTerm, right: TypedTerm): Term;
}

/** Whether it may be a whole number above all of int64. */
export function exceedsInt64({ field }: Pick<TypedTerm, "field">): boolean {
  const kind = kindOf(field);
  return kind.kind === "integer" && kind.max >= 2n ** 63n;
}

/** Whether the clock of a timestamp is its number: it has no zone, or UTC. */
export function isClockPlain(zone: string | null): boolean {
  return zone === null || zone === "UTC";
}
