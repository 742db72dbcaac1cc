/** What the table says of one function of a row. */
import type { DataType, Field } from "../../arrow.ts";
import type { CallNode, ComparisonOperator, ExpressionNode } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import type { ColumnKind } from "../types/column-kind.ts";
import type { Operand } from "./operand.ts";

export type Kind = ColumnKind["kind"];

/** What an argument may be. */
export type Parameter =
  /** A value of one of these kinds, or null. */
  | readonly Kind[]
  /** A constant. */
  | { readonly constant: (literal: LiteralNode) => boolean; readonly what: string }
  /** A list of any type. */
  | "list"
  /** A list of items of these kinds. */
  | { readonly items: readonly Kind[] }
  | "struct"
  | "map"
  /** A value with an order. */
  | "ordered"
  /** Any value, checked by `gives`. */
  | "any";

/** A call whose arguments have the right number and kinds. */
export interface TypedCall {
  readonly call: CallNode;
  readonly arguments: readonly ExpressionNode[];
  fieldOf(node: ExpressionNode): Field;
}

/** A call whose arguments are written. */
export interface WrittenCall {
  readonly arguments: readonly Operand[];
  readonly result: DataType;
  /** The comparison of two operands. */
  compare(operator: ComparisonOperator, left: Operand, right: Operand): string;
}

export interface ScalarEntry {
  readonly takes: readonly Parameter[];
  /** How many of `takes` there have to be; all when left out. */
  readonly least?: number;
  /** Whether the last of `takes` may come any number of times. */
  readonly repeats?: boolean;
  /** @throws DlfLanceError InvalidInput for arguments that make no sense together. */
  readonly gives: (typed: TypedCall) => DataType;
  /** Whether the result can be other than null where an argument is. */
  readonly seesNull?: boolean;
  /** The form in DuckDB, with its guards. */
  readonly duckdb: (written: WrittenCall) => string;
  /**
   * The form in Lance, where it computes the same: of a column and constant texts, as Lance's SQL has them. Left out, Lance
   * does not get it.
   */
  readonly lance?: (column: string, constants: readonly string[]) => string;
}

/** The text of a constant argument. */
export function constantOf({ arguments: all }: WrittenCall, index: number): string {
  const node = all[index]?.node;
  if (node?.node === "literal") return node.text;
  throw new TypeError(`argument ${index + 1} is not a constant`);
}

export function first({ arguments: all }: WrittenCall): Operand {
  return all[0] as Operand;
}

export function second({ arguments: all }: WrittenCall): Operand {
  return all[1] as Operand;
}

/** `name(first, second, …)` with the arguments as they are. */
export function plainCall(name: string): ScalarEntry["duckdb"] {
  return ({ arguments: all }) => `${name}(${all.map(({ sql }) => sql).join(", ")})`;
}
