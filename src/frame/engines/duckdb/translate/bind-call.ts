/** Calls of SQL's functions and operators that have a function of frames with the same meaning. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import type { LiteralNode } from "../../../expression/literal.ts";
import { type ColumnKind, kindOf } from "../../../types/column-kind.ts";
import { readConstant } from "../statements/statement-literals.ts";
import { bindAggregate, isAggregateName } from "./bind-aggregate.ts";
import type { Binder } from "./binder.ts";
import { computeNumbers, unifyChoices } from "./compute-numbers.ts";
import { castNode, integerLiteral, nullLiteral, stringLiteral } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, expectAbsent, isTree, type Tree, textAt, treeAt, treesAt } from "./tree.ts";

interface Call {
  readonly tree: Tree;
  readonly name: string;
  readonly children: readonly Tree[];
  readonly bind: Binder;
}

/** A function of one argument of some kinds. */
interface PlainFunction {
  readonly function: string;
  readonly takes: readonly ColumnKind["kind"][];
}

const text: readonly ColumnKind["kind"][] = ["text"];
const numbers: readonly ColumnKind["kind"][] = ["integer", "float", "decimal"];
const days: readonly ColumnKind["kind"][] = ["date", "timestamp"];

const plain: Readonly<Record<string, PlainFunction>> = {
  upper: { function: "upper", takes: text },
  ucase: { function: "upper", takes: text },
  lower: { function: "lower", takes: text },
  lcase: { function: "lower", takes: text },
  trim: { function: "trim", takes: text },
  ltrim: { function: "trimStart", takes: text },
  rtrim: { function: "trimEnd", takes: text },
  length: { function: "length", takes: text },
  len: { function: "length", takes: text },
  char_length: { function: "length", takes: text },
  character_length: { function: "length", takes: text },
  abs: { function: "abs", takes: numbers },
  floor: { function: "floor", takes: ["float"] },
  ceil: { function: "ceil", takes: ["float"] },
  ceiling: { function: "ceil", takes: ["float"] },
  trunc: { function: "trunc", takes: ["float"] },
  isnan: { function: "isNaN", takes: ["float"] },
};

/** Parts of a date, by the names that `date_part` takes and their functions have. */
const dateParts: Readonly<Record<string, string>> = {
  year: "year",
  quarter: "quarter",
  month: "month",
  week: "week",
  weekofyear: "week",
  day: "day",
  dayofmonth: "day",
  isodow: "dayOfWeek",
  dayofyear: "dayOfYear",
  doy: "dayOfYear",
  hour: "hour",
  minute: "minute",
  second: "second",
};
const clockParts: readonly string[] = ["hour", "minute", "second"];

/** Tests of a text by a constant. */
const searches: Readonly<Record<string, string>> = {
  contains: "contains",
  starts_with: "startsWith",
  prefix: "startsWith",
  "^@": "startsWith",
  ends_with: "endsWith",
  suffix: "endsWith",
};

const patterns: Readonly<Record<string, { readonly ignoreCase: boolean; readonly isNot: boolean }>> = {
  "~~": { ignoreCase: false, isNot: false },
  "!~~": { ignoreCase: false, isNot: true },
  "~~*": { ignoreCase: true, isNot: false },
  "!~~*": { ignoreCase: true, isNot: true },
};

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
  if (bound === undefined) throw refusePart(tree.is_operator === true ? words : `the function ${name}()`);
  bind.columns.fieldOf(bound);
  return bound;
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
  return {
    node: "call",
    function: known.function,
    arguments: [expectKind(operand, known.takes, tree, bind)],
  };
}

function expectKind(
  operand: ExpressionNode,
  kinds: readonly ColumnKind["kind"][],
  tree: Tree,
  { columns }: Binder,
): ExpressionNode {
  const kind = kindOf(columns.fieldOf(operand));
  const isKnown = kinds.includes(kind.kind) && (kind.kind !== "float" || kind.bitWidth === 64);
  if (isKnown && (kind.kind !== "timestamp" || kind.zone === null)) return operand;
  throw refusePart(describeTree(tree));
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
  if (name === "regexp_matches" && third === undefined)
    return {
      node: "call",
      function: "regexpMatch",
      arguments: [operand(), stringLiteral(constantText(second, call))],
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
    const kinds = clockParts.includes(part) ? (["timestamp"] as const) : days;
    return { node: "call", function: own, arguments: [expectKind(bind.bind(operand), kinds, tree, bind)] };
  }
  if ((name === "date_trunc" || name === "datetrunc") && second !== undefined) {
    const unit = constantText(first, call).toLowerCase();
    if (!["year", "quarter", "month", "week", "day", "hour", "minute", "second"].includes(unit))
      throw refusePart(`date_trunc('${unit}', …)`);
    const operand = expectKind(bind.bind(second), days, tree, bind);
    // DuckDB makes days moments here.
    const isDate = kindOf(bind.columns.fieldOf(operand)).kind === "date";
    const moment = isDate ? castNode(operand, "timestamp[us]") : operand;
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
    nvl: "coalesce",
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
