/**
 * Expressions as terms that the Python half computes over Arrow columns. Each means what DuckDB computes for it here; what
 * has no such term is refused by name.
 */
import { arrow, type DataType, type Field, Types } from "../../../arrow.ts";
import type { Term } from "../../../daft/program.ts";
import { fieldTypeName } from "../../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../../errors.ts";
import { mirrored } from "../../expression/comparison.ts";
import { describeExpression } from "../../expression/describe-expression.ts";
import type {
  ArithmeticNode,
  CaseNode,
  CastNode,
  ComparisonOperator,
  ExpressionNode,
  IsInNode,
  LikeNode,
} from "../../expression/expression-node.ts";
import type { LiteralNode } from "../../expression/literal.ts";
import { inferField } from "../../functions/infer-type.ts";
import { bool, decimalOf, float64, int64, literalScale, plainType } from "../../functions/operand.ts";
import { isTickKind, kindOf, kindOfType, type TickKind } from "../../types/column-kind.ts";
import { commonType, isNullType, mostDigits } from "../../types/common-type.ts";
import { literalValue } from "../../types/literal-value.ts";
import { parseType } from "../../types/parse-type.ts";
import { checkedTicks, literalTicks } from "../../types/ticks.ts";
import { type CallEntry, callTable } from "./call-table.ts";
import { constantDate } from "./constant-date.ts";
import {
  call,
  exceedsInt64,
  isClockPlain,
  refuseTerm,
  type TermScope,
  type TermWriter,
  type TypedTerm,
} from "./term.ts";

/** Of any two decimals together. */
const mostWideDigits = 2 * mostDigits;

/** @throws DlfLanceError Unsupported, naming the expression, for what Daft does not compute alike. */
export function compileTerm(node: ExpressionNode, scope: TermScope): TypedTerm {
  const compiler = new TermCompiler(scope);
  return compiler.typed(node);
}

export class TermCompiler implements TermWriter {
  readonly scope: TermScope;

  constructor(scope: TermScope) {
    this.scope = scope;
  }

  /** The term is made when it is asked for: a constant may fit the type that it becomes, and not its own. */
  typed(node: ExpressionNode): TypedTerm {
    const field = inferField(node, (column) => this.scope.field(column));
    const type = plainType(field.type);
    const make = () => this.#write(node, type);
    return {
      node,
      field,
      type,
      get term() {
        return make();
      },
    };
  }

  number(type: DataType): number {
    return this.scope.types.number(type);
  }

  #write(node: ExpressionNode, type: DataType): Term {
    const date = constantDate(node);
    if (date !== undefined) return { literal: String(date), type: this.number(type) };
    const write = (part: ExpressionNode) => this.typed(part).term;
    switch (node.node) {
      case "column":
        return { column: this.scope.id(node.name) };
      case "literal":
        return this.literal(node, type);
      case "comparison":
        return this.compare(node.operator, this.typed(node.left), this.typed(node.right));
      case "arithmetic":
        return this.#arithmetic(node, type);
      case "isNull":
        return call("isNull", [write(node.operand)]);
      case "isIn":
        return this.#isIn(node);
      case "like":
        return this.#like(node);
      case "not":
        return call("not", [this.#condition(node.operand)]);
      case "and":
      case "or":
        return node.operands
          .map((operand) => this.#condition(operand))
          .reduce((left, right) => call(node.node, [left, right]));
      case "cast":
        return this.#cast(node);
      case "case":
        return this.#case(node, type);
      case "field": {
        const operand = this.typed(node.operand);
        const index = operand.type.children.findIndex((child: Field) => child.name === node.name);
        return call("field", [operand.term], undefined, { index });
      }
      case "call": {
        const entry = (callTable as Readonly<Record<string, CallEntry | undefined>>)[node.function];
        if (entry === undefined) throw refuseTerm(node, "is not computed there");
        const operands = node.arguments.map((argument) => this.typed(argument));
        const seesNull = entry.seesNull === true;
        if (!seesNull && operands.some((operand) => isNullType(operand.type))) return this.null(type);
        return entry.write({ node, operands, type, compiler: this });
      }
      case "function":
      case "aggregate":
      case "window":
        throw new DlfLanceError(
          "Internal",
          `Cannot compute ${describeExpression(node)} for a row: the plan was not checked; report this`,
        );
      default:
        return node satisfies never;
    }
  }

  null(type: DataType): Term {
    return { literal: null, type: this.number(type) };
  }

  literal(node: LiteralNode, type: DataType): Term {
    const value = literalValue(node, type);
    if (value === null) return this.null(type);
    const text =
      value instanceof Uint8Array
        ? Buffer.from(value).toString("hex")
        : Object.is(value, -0)
          ? "-0"
          : String(value);
    return { literal: text, type: this.number(type) };
  }

  /** A condition of null alone is one. */
  #condition(node: ExpressionNode): Term {
    const operand = this.typed(node);
    return isNullType(operand.type) ? this.null(bool()) : operand.term;
  }

  /** The value as one of a type that holds it. */
  convert(operand: TypedTerm, to: DataType): Term {
    if (operand.node.node === "literal") return this.literal(operand.node, to);
    if (isNullType(operand.type)) return this.null(to);
    if (this.number(operand.type) === this.number(to)) return operand.term;
    return call(Types.isFloat(to) ? "toFloat" : "cast", [operand.term], this.number(to));
  }

  /** The value in a form that the plain comparisons order as we do; both sides of a pair get the same one. */
  ordered(operand: TypedTerm): Term {
    const { kind } = kindOf(operand.field);
    if (kind === "float") return call("orderKey", [operand.term]);
    if (kind === "boolean") return call("cast", [operand.term], this.number(new arrow.Int8()));
    return operand.term;
  }

  /**
   * Both as values that compare exactly.
   * @param mostTogether digits that decimals may have: keys are columns, which Daft keeps at 38
   */
  pair(
    left: TypedTerm,
    right: TypedTerm,
    node: ExpressionNode,
    mostTogether = mostDigits,
  ): readonly [Term, Term] {
    const [a, b] = [kindOf(left.field), kindOf(right.field)];
    if (a.kind === "float" || b.kind === "float")
      return [
        call("orderKey", [this.convert(left, float64())]),
        call("orderKey", [this.convert(right, float64())]),
      ];
    if (a.kind === "decimal" || b.kind === "decimal") {
      const shapes = [a, b].map((kind) => (kind.kind === "decimal" ? kind : { precision: 20, scale: 0 }));
      const scale = Math.max(...shapes.map((shape) => shape.scale));
      const digits = Math.max(...shapes.map((shape) => shape.precision - shape.scale)) + scale;
      if (digits > mostTogether)
        throw refuseTerm(node, `compares decimals that have more than ${mostTogether} digits together`);
      const common = digits > mostDigits ? new arrow.Decimal(scale, mostWideDigits, 256) : decimalOf(scale);
      return [this.convert(left, common), this.convert(right, common)];
    }
    if (a.kind === "integer" && b.kind === "integer") {
      const isWide = a.max > 2n ** 63n || b.max > 2n ** 63n;
      const common = isWide ? new arrow.Decimal(0, 20, 128) : int64();
      return [this.convert(left, common), this.convert(right, common)];
    }
    if ((a.kind === "timestamp" && b.kind === "timestamp") || (a.kind === "date" && b.kind === "date"))
      if (a.unit !== b.unit) throw refuseTerm(node, "compares times of different units", "cast one of them");
    if (a.kind === "nested" || b.kind === "nested")
      throw refuseTerm(node, "compares lists, structs or maps, which is not done there");
    if (a.kind === "bytes") {
      const binary = new arrow.LargeBinary();
      return [this.convert(left, binary), this.convert(right, binary)];
    }
    return [this.ordered(left), this.ordered(right)];
  }

  compare(operator: ComparisonOperator, left: TypedTerm, right: TypedTerm): Term {
    if (right.node.node === "literal") return this.#compareLiteral(operator, left, right.node);
    if (left.node.node === "literal") return this.#compareLiteral(mirrored[operator], right, left.node);
    if (isNullType(left.type) || isNullType(right.type)) return this.null(bool());
    const node: ExpressionNode = { node: "comparison", operator, left: left.node, right: right.node };
    return call(operator, this.pair(left, right, node, mostWideDigits));
  }

  #compareLiteral(operator: ComparisonOperator, operand: TypedTerm, literal: LiteralNode): Term {
    if (literal.type === "null" || isNullType(operand.type)) return this.null(bool());
    const kind = kindOf(operand.field);
    if (isTickKind(kind)) return this.#compareTicks(operator, operand, kind, literal);
    const term = this.literal(literal, operand.type);
    const constant = { node: literal, field: operand.field, type: operand.type, term };
    return call(operator, [this.ordered(operand), this.ordered(constant)]);
  }

  #compareTicks(
    operator: ComparisonOperator,
    operand: TypedTerm,
    kind: TickKind,
    literal: LiteralNode,
  ): Term {
    const { floor, isExact } = checkedTicks(kind, literal);
    const known = (value: "true" | "false"): Term => ({
      case: [[call("isNull", [operand.term]), this.null(bool())]],
      otherwise: { literal: value, type: this.number(bool()) },
      type: this.number(bool()),
    });
    const held = (name: ComparisonOperator): Term =>
      call(name, [operand.term, { literal: String(floor), type: this.number(operand.type) }]);
    const isHeld = floor >= kind.min && floor <= kind.max;
    if (operator === "eq" || operator === "neq")
      return isExact && isHeld ? held(operator) : known(operator === "eq" ? "false" : "true");
    const isUpward = operator === "gt" || operator === "gte";
    if (floor < kind.min) return known(isUpward ? "true" : "false");
    if (floor > kind.max) return known(isUpward ? "false" : "true");
    return held(isExact ? operator : isUpward ? "gt" : "lte");
  }

  #isIn({ operand: part, values }: IsInNode): Term {
    const operand = this.typed(part);
    if (values.length === 0) return { literal: "false", type: this.number(bool()) };
    if (isNullType(operand.type)) return this.null(bool());
    const equal = values.map((value) => this.compare("eq", operand, this.typed(value)));
    return anyOf(equal);
  }

  #like({ operand: part, pattern, ignoreCase }: LikeNode): Term {
    const operand = this.typed(part);
    if (isNullType(operand.type)) return this.null(bool());
    if (ignoreCase)
      throw refuseTerm(part, "is matched without regard to case, which is not computed there", "use lower()");
    return call("matches", [operand.term], undefined, { pattern: likePattern(pattern) });
  }

  #arithmetic(node: ArithmeticNode, type: DataType): Term {
    const [left, right] = [this.typed(node.left), this.typed(node.right)];
    if (isNullType(left.type) || isNullType(right.type)) return this.null(type);
    if ([left, right].some(({ field }) => !["integer", "float", "decimal"].includes(kindOf(field).kind)))
      throw refuseTerm(node, "computes with times, which is not done there");
    if (Types.isDecimal(type)) {
      if (node.operator !== "add" && node.operator !== "subtract" && node.operator !== "multiply")
        throw refuseTerm(node, "divides decimals with a rest, which is not computed there", "cast to double");
      const operands = [left, right].map((operand) => this.decimal(operand));
      return call(`${node.operator}Decimal`, operands, this.number(type));
    }
    const wide = this.#wideArithmetic(node, left, right);
    if (wide !== undefined) return call("cast", [wide], this.number(type));
    const operands = [left, right].map((operand) => this.convert(operand, type));
    const suffix = Types.isInt(type) ? "Whole" : "Float";
    const name = node.operator === "intDivide" ? "divide" : node.operator;
    return call(`${name}${suffix}`, operands, this.number(type));
  }

  /** With a uint64, which int64 does not hold where it still holds the result; undefined for what is computed as it is. */
  #wideArithmetic({ operator }: ArithmeticNode, left: TypedTerm, right: TypedTerm): Term | undefined {
    const operands = [left, right];
    const isWhole = operands.every(({ field }) => kindOf(field).kind === "integer");
    if (!isWhole || operator === "divide" || !operands.some(exceedsInt64)) return undefined;
    const convert = (to: DataType) => operands.map((operand) => this.convert(operand, to));
    if (operator === "add" || operator === "subtract" || operator === "multiply")
      return call(`${operator}Decimal`, convert(decimalOf(0)), this.number(decimalOf(0)));
    if (!operands.every(isUnsigned)) return undefined;
    const unsigned = new arrow.Uint64();
    return call(
      operator === "intDivide" ? "divideWhole" : "moduloWhole",
      convert(unsigned),
      this.number(unsigned),
    );
  }

  /** As a decimal of 38 digits, a constant with as many behind the point as it is written with. */
  decimal(operand: TypedTerm): Term {
    const kind = kindOf(operand.field);
    const scale = kind.kind === "decimal" ? kind.scale : literalScale({ ...operand, sql: "" });
    return this.convert(operand, decimalOf(scale));
  }

  #case({ branches, otherwise }: CaseNode, type: DataType): Term {
    return {
      case: branches.map(
        ({ when, value }) => [this.#condition(when), this.convert(this.typed(value), type)] as const,
      ),
      otherwise: otherwise === null ? null : this.convert(this.typed(otherwise), type),
      type: this.number(type),
    };
  }

  #cast(node: CastNode): Term {
    const operand = this.typed(node.operand);
    const to = parseType(node.type, "cast");
    const number = this.number(to);
    if (isNullType(operand.type)) return this.null(to);
    if (this.number(operand.type) === number) return operand.term;
    const [a, b] = [kindOf(operand.field), kindOfType(to)];
    const options = { orNull: node.orNull };
    if (node.operand.node === "literal" && b.kind === "timestamp" && isClockPlain(b.zone)) {
      const ticks = literalTicks(b, node.operand);
      if (ticks?.isExact) return this.literal(node.operand, to);
    }
    // A constant as it is written: as a float it might have other digits.
    if (b.kind === "decimal" && node.operand.node === "literal" && a.kind !== "text")
      return this.literal(node.operand, to);
    if (a.kind === "integer" && b.kind === "integer")
      return call(node.orNull ? "castOrNull" : "cast", [operand.term], number);
    if ((a.kind === "integer" || a.kind === "float") && b.kind === "float")
      return call("toFloat", [operand.term], number, options);
    if (a.kind === "float" && b.kind === "integer")
      return call("floatToWhole", [operand.term], number, options);
    if (a.kind === "decimal" && b.kind === "float" && b.bitWidth === 64)
      return call("toFloat", [operand.term], number);
    if (a.kind === "integer" && b.kind === "text") return call("wholeToText", [operand.term], number);
    if (a.kind === "text" && b.kind === "text") return call("cast", [operand.term], number);
    if (a.kind === "boolean" && b.kind === "integer") return call("cast", [operand.term], number);
    if (a.kind === "integer" && b.kind === "decimal" && !node.orNull)
      return call("cast", [operand.term], number);
    // Nothing behind the point is dropped; digits before it that are too many are an error.
    if (a.kind === "decimal" && b.kind === "decimal" && b.scale >= a.scale && !node.orNull)
      return call("cast", [operand.term], number);
    // The same moment, in as many digits or more.
    if (a.kind === "timestamp" && b.kind === "timestamp" && b.unit >= a.unit && !node.orNull)
      return call("cast", [operand.term], number);
    if (a.kind === "date" && a.unit === "day" && b.kind === "timestamp" && b.zone === null && !node.orNull)
      return call("cast", [operand.term], number);
    if (a.kind === "timestamp" && b.kind === "date" && b.unit === "day" && isClockPlain(a.zone))
      return call("toDate", [operand.term], number);
    throw refuseTerm(node, `is a cast from ${fieldTypeName(operand.field)}, which is not computed there`);
  }

  /** The one type of several values, as in the branches of a choice. */
  common(nodes: readonly ExpressionNode[]): DataType {
    return commonType(nodes, (node) => this.typed(node).field, "choose between");
  }
}

/** In halves: a chain of thousands is deeper than what is sent can be. */
function anyOf(terms: readonly Term[]): Term {
  const [first] = terms;
  if (terms.length === 1 && first !== undefined) return first;
  const middle = terms.length >> 1;
  return call("or", [anyOf(terms.slice(0, middle)), anyOf(terms.slice(middle))]);
}

/** Never below 0. */
function isUnsigned({ node, field }: TypedTerm): boolean {
  if (node.node === "literal") return !node.text.startsWith("-");
  const kind = kindOf(field);
  return kind.kind === "integer" && kind.min === 0n;
}

/** As a regular expression of RE2 over the whole text. */
function likePattern(pattern: string): string {
  const parts = [...pattern.matchAll(/\\([\s\S])|([\s\S])/gu)].map(([, escaped, plain]) => {
    if (plain === "%") return "[\\s\\S]*";
    if (plain === "_") return "[\\s\\S]";
    return quotePattern(escaped ?? plain ?? "");
  });
  return `\\A(?:${parts.join("")})\\z`;
}

function quotePattern(text: string): string {
  return text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&").replaceAll("\0", "\\x00");
}
