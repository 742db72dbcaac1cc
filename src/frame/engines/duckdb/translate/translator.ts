import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import type { Columns, Relation } from "./columns.ts";
import type { Scope } from "./scope.ts";
import type { Tree } from "./tree.ts";

/** What WITH names, in small letters. */
export type Names = ReadonlyMap<string, CommonQuery>;

export interface CommonQuery {
  readonly node: Tree;
  readonly aliases: readonly string[];
  /** What it sees itself. */
  readonly names: Names;
}

/** The rows of FROM that WHERE lets through. */
export interface SelectRows {
  readonly relation: Relation;
  /** Conditions that read the query around it too. */
  readonly correlated: readonly ExpressionNode[];
}

/** Makes steps of the queries of one statement: each may hold others. */
export interface Translator {
  readonly columns: Columns;
  readonly parameters: readonly LiteralNode[];
  table(name: string): Relation;
  query(node: Tree, outer: Names): Relation;
  /** The names that a query sees. */
  names(node: Tree, outer: Names): Names;
  /** FROM and WHERE of a SELECT. @param outer the query around it, whose columns WHERE may read */
  readRows(node: Tree, names: Names, outer?: Scope): SelectRows;
  /** The rest of it. */
  finishSelect(node: Tree, names: Names, rows: SelectRows): Relation;
}
