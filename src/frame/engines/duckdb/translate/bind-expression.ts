/** Expressions of a statement as expressions of frames that mean the same. */
import { type DataType, Types } from "../../../../arrow.ts";
import type { ComparisonOperator, ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { kindOf } from "../../../types/column-kind.ts";
import { readConstant, readLiteral } from "../statements/statement-literals.ts";
import { bindCall } from "./bind-call.ts";
import { bindCast } from "./bind-cast.ts";
import { bindWindow } from "./bind-window.ts";
import type { Binder } from "./binder.ts";
import type { Columns } from "./columns.ts";
import { compareTrees, comparisonsOfTrees, isNotDistinct } from "./compare-values.ts";
import { unifyChoices } from "./compute-numbers.ts";
import { constantTime } from "./constant-time.ts";
import { bindConstant, bindParameter, castNode, nullLiteral, stringLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { findColumn, type Scope, takeField } from "./scope.ts";
import { describeTree, isTree, type Tree, textAt, textsAt, treeAt, treesAt } from "./tree.ts";

/** What stands around an expression. */
export interface Surroundings {
  readonly scope: Scope;
  readonly columns: Columns;
  readonly parameters: readonly LiteralNode[];
  /** Names that the query gives to what it selects, in small letters. */
  readonly aliases?: ReadonlyMap<string, Tree>;
  /** Whether a name is a column where it can be, even if the query gives the same name to something. */
  readonly prefersColumns?: boolean;
  /** The column of a subquery that stands for a value; missing where none may stand. */
  readonly bindSubquery?: (tree: Tree, bind: Binder, isPositive: boolean) => ExpressionNode;
}

export class BindExpression implements Binder {
  readonly #around: Surroundings;
  /** Aliases that are bound: none means itself. */
  readonly #open: Set<string>;

  constructor(around: Surroundings, open: Set<string> = new Set()) {
    this.#around = around;
    this.#open = open;
  }

  get columns(): Columns {
    return this.#around.columns;
  }

  get parameters(): readonly LiteralNode[] {
    return this.#around.parameters;
  }

  get scope(): Scope {
    return this.#around.scope;
  }

  get ofColumns(): Binder {
    return new BindExpression({ ...this.#around, prefersColumns: true }, this.#open);
  }

  bind(tree: Tree): ExpressionNode {
    return this.#bind(tree, false);
  }

  bindFilter(tree: Tree): ExpressionNode {
    return this.checkCondition(this.#bind(tree, true), tree);
  }

  checkCondition(node: ExpressionNode, tree: Tree): ExpressionNode {
    if (kindOf(this.columns.fieldOf(node)).kind === "boolean") return node;
    if (node.node === "literal" && node.type === "null") return castNode(nullLiteral, "bool");
    throw refusePart(
      `the condition ${describeTree(tree)}, which is not BOOLEAN,`,
      "compare it, as in x <> 0",
    );
  }

  #bind(tree: Tree, isPositive: boolean): ExpressionNode {
    const time = constantTime(tree);
    if (time !== undefined) {
      if (time.type === "date") return castNode(stringLiteral(time.text), "date32[day]");
      if (time.type === "instant") return castNode(stringLiteral(time.text), "timestamp[us, UTC]");
      return castNode(stringLiteral(time.text), "timestamp[us]");
    }
    switch (tree.class) {
      case "COLUMN_REF":
        return this.#bindColumn(tree);
      case "CONSTANT":
        return bindConstant(tree);
      case "PARAMETER":
        return bindParameter(tree, this.parameters);
      case "COMPARISON":
        return this.#bindComparison(tree);
      case "CONJUNCTION": {
        const operands = treesAt(tree, "children").map((part) =>
          this.checkCondition(this.#bind(part, isPositive), part),
        );
        return { node: tree.type === "CONJUNCTION_AND" ? "and" : "or", operands };
      }
      case "BETWEEN": {
        const input = treeAt(tree, "input");
        const operands = [
          compareTrees("gte", input, treeAt(tree, "lower"), this),
          compareTrees("lte", input, treeAt(tree, "upper"), this),
        ];
        return { node: "and", operands };
      }
      case "OPERATOR":
        return this.#bindOperator(tree);
      case "CASE":
        return this.#bindCase(tree);
      case "CAST":
        return bindCast(tree, this);
      case "FUNCTION":
        return bindCall(tree, this);
      case "WINDOW":
        return bindWindow(tree, this);
      case "SUBQUERY": {
        const { bindSubquery } = this.#around;
        if (bindSubquery === undefined)
          throw refusePart("a subquery at this place", "make it a table of FROM");
        return bindSubquery(tree, this, isPositive);
      }
      default:
        throw refusePart(`${describeTree(tree)}, a ${String(tree.class).toLowerCase()},`);
    }
  }

  #bindColumn(tree: Tree): ExpressionNode {
    const path = textsAt(tree, "column_names");
    const [name = ""] = path;
    const found = findColumn(path, this.scope, this.columns);
    const key = name.toLowerCase();
    const alias = path.length === 1 ? this.#around.aliases?.get(key) : undefined;
    const isColumn = found !== undefined && this.#around.prefersColumns === true;
    if (alias === undefined || isColumn || this.#open.has(key)) {
      if (found !== undefined) return found;
      throw refusePart(
        `${path.join(".")}, which is not a column here,`,
        "give a column its name with AS, and join what a subquery reads of the query around it",
      );
    }
    const meant = new BindExpression(this.#around, new Set([...this.#open, key])).bind(alias);
    if (found !== undefined && JSON.stringify(found) !== JSON.stringify(meant))
      throw refusePart(
        `${name}, which is a column and a name that the query gives,`,
        "write it with its table, or choose another name",
      );
    return found ?? meant;
  }

  #bindComparison(tree: Tree): ExpressionNode {
    const [left, right] = [treeAt(tree, "left"), treeAt(tree, "right")];
    const operator = comparisonsOfTrees[textAt(tree, "type")];
    if (operator !== undefined) return compareTrees(operator, left, right, this);
    if (tree.type !== "COMPARE_DISTINCT_FROM" && tree.type !== "COMPARE_NOT_DISTINCT_FROM")
      throw refusePart(describeTree(tree));
    const equal = compareTrees("eq", left, right, this);
    const same = isNotDistinct(this.bind(left), this.#asOther(right, left), equal);
    return tree.type === "COMPARE_NOT_DISTINCT_FROM" ? same : { node: "not", operand: same };
  }

  /** A constant of which only is asked whether it is null. */
  #asOther(tree: Tree, other: Tree): ExpressionNode {
    const literal = readLiteral(tree, kindOf(this.columns.fieldOf(this.bind(other))), this.parameters);
    return literal ?? this.bind(tree);
  }

  #bindOperator(tree: Tree): ExpressionNode {
    const type = textAt(tree, "type");
    const [first, ...others] = treesAt(tree, "children");
    if (first === undefined) throw refusePart(describeTree(tree));
    switch (type) {
      case "OPERATOR_NOT":
        return { node: "not", operand: this.checkCondition(this.bind(first), first) };
      case "OPERATOR_IS_NULL":
        return { node: "isNull", operand: this.bind(first) };
      case "OPERATOR_IS_NOT_NULL":
        return { node: "not", operand: { node: "isNull", operand: this.bind(first) } };
      case "COMPARE_IN":
        return this.#bindIn(first, others);
      case "COMPARE_NOT_IN":
        return { node: "not", operand: this.#bindIn(first, others) };
      case "OPERATOR_COALESCE": {
        const all = [first, ...others].map((part) => this.bind(part));
        const node: ExpressionNode = {
          node: "call",
          function: "coalesce",
          arguments: unifyChoices(all, this.columns, "COALESCE"),
        };
        this.columns.fieldOf(node);
        return node;
      }
      case "STRUCT_EXTRACT":
      case "ARRAY_EXTRACT": {
        const [key] = others;
        const name = key === undefined ? undefined : readConstant(key);
        const operand = this.bind(first);
        const { type: from }: { type: DataType } = this.columns.fieldOf(operand);
        if (name?.type !== "string" || !Types.isStruct(from)) throw refusePart("an element of a list or map");
        return takeField(operand, name.text, this.columns);
      }
      case "GROUPING_FUNCTION":
        return {
          node: "column",
          name: this.columns.defineGrouping([first, ...others].map((part) => this.ofColumns.bind(part))),
        };
      default:
        throw refusePart(describeTree(tree));
    }
  }

  #bindIn(operand: Tree, listed: readonly Tree[]): ExpressionNode {
    const equal = listed.map((part) => compareTrees("eq", operand, part, this));
    const literals = equal.map((node) =>
      node.node === "comparison" && node.right.node === "literal" ? node.right : undefined,
    );
    const [first, ...others] = equal;
    if (first === undefined) throw refusePart("an empty list of IN");
    if (first.node === "comparison" && literals.every((literal) => literal !== undefined)) {
      const isSame = equal.every((node) => node.node === "comparison" && same(node.left, first.left));
      if (isSame) return { node: "isIn", operand: first.left, values: literals };
    }
    return others.length === 0 ? first : { node: "or", operands: equal };
  }

  #bindCase(tree: Tree): ExpressionNode {
    const checks = treesAt(tree, "case_checks");
    const otherwise = isTree(tree.else_expr) ? this.bind(tree.else_expr) : nullLiteral;
    const written = checks.map((check) => this.bind(treeAt(check, "then_expr")));
    const values = unifyChoices([...written, otherwise], this.columns, "CASE");
    const branches = checks.map((check, index) => {
      const when = treeAt(check, "when_expr");
      return { when: this.checkCondition(this.bind(when), when), value: values[index] as ExpressionNode };
    });
    const last = values.at(-1) as ExpressionNode;
    const node: ExpressionNode = {
      node: "case",
      branches,
      otherwise: last.node === "literal" && last.type === "null" ? null : last,
    };
    this.columns.fieldOf(node);
    return node;
  }

  compare(operator: ComparisonOperator, left: Tree, right: Tree): ExpressionNode {
    return compareTrees(operator, left, right, this);
  }
}

function same(one: ExpressionNode, other: ExpressionNode): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
