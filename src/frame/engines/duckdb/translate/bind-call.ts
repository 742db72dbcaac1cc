/** Calls of SQL's functions and operators that have a function of frames with the same meaning. */
import { Types } from "../../../../arrow.ts";
import { fieldTypeName } from "../../../../display/arrow/type-name.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type ColumnKind, kindOf } from "../../../types/column-kind.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { bindAggregate, isAggregateName } from "./bind-aggregate.ts";
import type { Binder } from "./binder.ts";
import { castTime, expectMicroseconds, moveToUtc } from "./cast-times.ts";
import { computeNumbers, unifyChoices } from "./compute-numbers.ts";
import { castNode, integerLiteral, nullLiteral, stringLiteral } from "./constants.ts";
import { dateParts, patternCalls, patterns, plain, searches, timeUnits } from "./function-table.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, expectAbsent, isTree, type Tree, textAt, treeAt, treesAt } from "./tree.ts";

const text: readonly ColumnKind["kind"][] = ["text"];

interface Call {
  readonly tree: Tree;
  readonly name: string;
  readonly children: readonly Tree[];
  readonly bind: Binder;
}

export function bindCall(tree: Tree, bind: Binder): ExpressionNode {
  const name = textAt(tree, "function_name").toLowerCase();
  if (isAggregateName(name)) return bindAggregate(tree, tree.filter, bind);
  const words = describeTree(tree);
  expectAbsent(tree, "filter", `FILTER of ${words}`);
  expectAbsent(tree, "distinct", `DISTINCT in ${words}`);
  if (treesAt(treeAt(tree, "order_bys"), "orders").length > 0) throw refusePart(`ORDER BY inside ${words}`);
  const call: Call = { tree, name, children: treesAt(tree, "children"), bind };
  const bound =
    bindArithmetic(call) ??
    bindPlain(call) ??
    bindText(call) ??
    bindTime(call) ??
    bindChoice(call) ??
    undefined;
  if (bound === undefined) throw refuseCall(call, words);
  bind.columns.fieldOf(bound);
  return bound;
}

function refuseCall({ tree, name }: Call, words: string): Error {
  // INTERVAL 1 MONTH is read as such a call.
  if (/^to_(?:year|quarter|month|week|day|hour|minute|second|milli|micro)/.test(name))
    return refusePart("an INTERVAL next to a column");
  if (name === "row") return refusePart("a row of values in parentheses", "compare each of them");
  return refusePart(tree.is_operator === true ? words : `the function ${name}()`);
}

function bindArithmetic({ tree, name, children, bind }: Call): ExpressionNode | undefined {
  if (!["+", "-", "*", "/", "//", "%", "mod"].includes(name)) return undefined;
  const operands = children.map((child) => bind.bind(child));
  return computeNumbers(name === "mod" ? "%" : name, operands, bind.columns, describeTree(tree));
}

function bindPlain({ name, children, bind, tree }: Call): ExpressionNode | undefined {
  const known = plain[name];
  const [child, ...others] = children;
  if (known === undefined || child === undefined || others.length > 0) return undefined;
  const operand = bind.bind(child);
  const field = bind.columns.fieldOf(operand);
  const kind = kindOf(field);
  if (known.list !== undefined && kind.kind === "nested" && Types.isList(field.type))
    return { node: "call", function: known.list, arguments: [operand] };
  const isNarrow = kind.kind === "float" && kind.bitWidth === 32 && known.takesNarrow === true;
  const value = isNarrow ? operand : expectKind(operand, known.takes, tree, bind);
  if (name === "abs" && kind.kind === "integer" && kind.min === 0n) return value;
  if (name === "sign" && kind.kind !== "integer") return signOf(value, kind.kind === "float");
  // Whole numbers are rounded as a DOUBLE, and a FLOAT stays one.
  const isRounded = kind.kind === "integer" && known.ofDouble === true;
  const result: ExpressionNode = {
    node: "call",
    function: known.function,
    arguments: [isRounded ? castNode(value, "double") : value],
  };
  const staysNarrow = isNarrow && kindOf(bind.columns.fieldOf(result)).kind === "float";
  return staysNarrow ? castNode(result, "float") : result;
}

/** A TINYINT, of NaN 0. */
function signOf(operand: ExpressionNode, isFloat: boolean): ExpressionNode {
  const zero = integerLiteral(0);
  const than = (operator: "gt" | "lt"): ExpressionNode => ({
    node: "comparison",
    operator,
    left: operand,
    right: zero,
  });
  const holdsNaN: ExpressionNode = { node: "call", function: "isNaN", arguments: [operand] };
  const branches = [
    { when: { node: "isNull", operand }, value: nullLiteral },
    ...(isFloat ? [{ when: holdsNaN, value: zero }] : []),
    { when: than("gt"), value: integerLiteral(1) },
    { when: than("lt"), value: integerLiteral(-1) },
  ] as const;
  return { node: "case", branches, otherwise: zero };
}

function expectKind(
  operand: ExpressionNode,
  kinds: readonly ColumnKind["kind"][],
  tree: Tree,
  { columns }: Binder,
): ExpressionNode {
  const field = columns.fieldOf(operand);
  const kind = kindOf(field);
  const isKnown = kinds.includes(kind.kind) && (kind.kind !== "float" || kind.bitWidth === 64);
  if (isKnown) return operand;
  throw refusePart(`${describeTree(tree)} of ${fieldTypeName(field)}`);
}

const escapes: readonly string[] = ["like_escape", "ilike_escape", "not_like_escape", "not_ilike_escape"];

function bindText(call: Call): ExpressionNode | undefined {
  const { name, children, bind, tree } = call;
  if (escapes.includes(name))
    throw refusePart("LIKE with ESCAPE", "use contains(), starts_with() or ends_with()");
  const [first, second, third, ...more] = children;
  if (first === undefined || second === undefined || more.length > 0) return undefined;
  const like = patterns[name];
  if (like !== undefined) {
    const pattern = constantText(second, call);
    // In DuckDB a backslash is a character like others.
    const node: ExpressionNode = {
      node: "like",
      operand: expectKind(bind.bind(first), text, tree, bind),
      pattern: pattern.replaceAll("\\", "\\\\"),
      ignoreCase: like.ignoreCase,
    };
    return like.isNot ? { node: "not", operand: node } : node;
  }
  if (name === "||" || name === "concat")
    return third === undefined || name === "concat" ? joinTexts(call) : undefined;
  const operand = () => expectKind(bind.bind(first), text, tree, bind);
  const search = searches[name];
  if (search !== undefined && third === undefined)
    return {
      node: "call",
      function: search,
      arguments: [operand(), stringLiteral(constantText(second, call))],
    };
  if (name === "replace" && third !== undefined) {
    const [from, to] = [constantText(second, call), constantText(third, call)].map(stringLiteral);
    return {
      node: "call",
      function: "replace",
      arguments: [operand(), from as LiteralNode, to as LiteralNode],
    };
  }
  const pattern = patternCalls[name];
  if (pattern !== undefined && third === undefined)
    return {
      node: "call",
      function: "regexpMatch",
      arguments: [operand(), stringLiteral(pattern(constantText(second, call)))],
    };
  if (name === "substring" || name === "substr") {
    const [start, length] = [second, third].map((part) =>
      part === undefined ? undefined : constantCount(part, call),
    );
    if (start === undefined || start < 1)
      throw refusePart(`${describeTree(tree)} from before the first character`);
    const counts = [start - 1, ...(length === undefined ? [] : [length])].map(integerLiteral);
    return { node: "call", function: "slice", arguments: [operand(), ...counts] };
  }
  if (name === "left" && third === undefined) {
    const counts = [0, constantCount(second, call)].map(integerLiteral);
    return { node: "call", function: "slice", arguments: [operand(), ...counts] };
  }
  return undefined;
}

/** `||` is null where a text is; `concat` takes null for no text. */
function joinTexts({ name, children, bind, tree }: Call): ExpressionNode {
  const texts = children.map((child): ExpressionNode => {
    const operand = bind.bind(child);
    const { kind } = kindOf(bind.columns.fieldOf(operand));
    const value = kind === "integer" ? castNode(operand, "string") : expectKind(operand, text, tree, bind);
    if (name === "||") return value;
    return { node: "call", function: "coalesce", arguments: [value, stringLiteral("")] };
  });
  return { node: "call", function: "concat", arguments: texts };
}

function bindTime(call: Call): ExpressionNode | undefined {
  const { name, children, bind, tree } = call;
  const [first, second, ...more] = children;
  if (first === undefined || more.length > 0) return undefined;
  const isPart = name === "date_part" || name === "datepart";
  if (isPart || (second === undefined && name in dateParts)) {
    const part = isPart ? constantText(first, call).toLowerCase() : name;
    const own = dateParts[part];
    const operand = isPart ? second : first;
    if (own === undefined || operand === undefined) throw refusePart(`the part ${part} of a date`);
    const value = expectMicroseconds(expectKind(bind.bind(operand), own.takes, tree, bind), tree, bind);
    const read: ExpressionNode = {
      node: "call",
      function: own.function,
      arguments: [moveToUtc(value, bind.columns)],
    };
    return own.modulo === undefined
      ? read
      : { node: "arithmetic", operator: "modulo", left: read, right: integerLiteral(own.modulo) };
  }
  if ((name === "date_trunc" || name === "datetrunc") && second !== undefined) {
    const unit = constantText(first, call).toLowerCase();
    if (!timeUnits.includes(unit))
      throw refusePart(`date_trunc('${unit}', …)`, `truncate to one of ${timeUnits.join(", ")}`);
    const operand = expectKind(bind.bind(second), ["date", "timestamp"], tree, bind);
    // DuckDB makes days moments here, and all of them microseconds.
    const moment = castTime(expectMicroseconds(operand, tree, bind), bind.columns) ?? operand;
    return { node: "call", function: "dateTrunc", arguments: [stringLiteral(unit), moment] };
  }
  return undefined;
}

function bindChoice({ tree, name, children, bind }: Call): ExpressionNode | undefined {
  const [first, second, third, ...more] = children;
  if (name === "nullif" && first !== undefined && second !== undefined && third === undefined) {
    const value = bind.bind(first);
    if (value.node === "literal") throw refusePart(describeTree(tree));
    const when = bind.compare("eq", first, second);
    return { node: "case", branches: [{ when, value: nullLiteral }], otherwise: value };
  }
  if (
    name === "if" &&
    first !== undefined &&
    second !== undefined &&
    third !== undefined &&
    more.length === 0
  ) {
    const when = bind.checkCondition(bind.bind(first), first);
    const values = unifyChoices([bind.bind(second), bind.bind(third)], bind.columns, "IF") as [
      ExpressionNode,
      ExpressionNode,
    ];
    return { node: "case", branches: [{ when, value: values[0] }], otherwise: values[1] };
  }
  const choices: Readonly<Record<string, string>> = {
    ifnull: "coalesce",
    greatest: "greatest",
    least: "least",
  };
  const own = choices[name];
  if (own === undefined) return undefined;
  const values = children.map((child) => bind.bind(child));
  return { node: "call", function: own, arguments: unifyChoices(values, bind.columns, name) };
}

function constantText(tree: Tree, { bind, tree: whole }: Call): string {
  const value = tree.class === "PARAMETER" ? bind.bind(tree) : readConstant(tree);
  if (value?.node === "literal" && value.type === "string") return value.text;
  throw refusePart(
    `${describeTree(whole)} with a text that is no constant`,
    "write the text, or pass it as a value",
  );
}

function constantCount(tree: Tree, { bind, tree: whole }: Call): number {
  const value = isTree(tree) && tree.class === "PARAMETER" ? bind.bind(tree) : readConstant(tree);
  if (value?.node === "literal" && value.type === "integer" && Number(value.text) >= 0)
    return Number(value.text);
  throw refusePart(`${describeTree(whole)} with a number that is no constant from 0`);
}
