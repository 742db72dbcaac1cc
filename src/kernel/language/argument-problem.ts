/** What a function of ours does not take, in one line: the compiler would explain the types of a whole frame. */
import { listWords } from "../../list-words.ts";
import { noSuchChoice, noSuchColumn } from "./column-problem.ts";
import { columnsOf, literalsOf, readMembers, unquote, unquoteName } from "./type-text.ts";

/** What a message of the compiler is about. */
interface Mismatch {
  /** The type of what is given. */
  readonly given: string;
  /** The type that is taken. */
  readonly taken: string;
  readonly message: string;
}

/**
 * The problem in one line; undefined for a text that is about something else.
 * @param message TypeScript's own, with its types at full length
 */
export function explainArgument(message: string): string | undefined {
  return explainOption(message) ?? explainMismatch(message);
}

/** An unknown option, and a missing one. */
function explainOption(message: string): string | undefined {
  const [first = ""] = message.split("\n");
  const [, unknown = "", holder = "", near] =
    /^Object literal may only specify known properties, (?:and|but) '(.*?)' does not exist in type '(.*?)'\.(?: Did you mean to write '(.*)'\?)?/.exec(
      first,
    ) ?? [];
  if (isOptions(holder)) {
    const name = unquoteName(unknown);
    return near === undefined
      ? `No option named ${name}`
      : `No option named ${name}; did you mean ${unquoteName(near)}?`;
  }
  const members = optionsIn(holder);
  if (members.length > 0)
    return `No option named ${unquoteName(unknown)}; there are ${listWords(members, "and")}`;
  if (holder === "SqlExpression") return 'New values are SQL as in { sql: "price * 2" }, or values';
  if (
    /^(?:Date|readonly string\[\]|RowSchema|LiteralInput|ExpressionLike|NamedLike|Uint8Array|readonly Selection|Selection|SortBy|readonly SortBy)\b/.test(
      holder,
    )
  )
    return notTaken("an object", holder);
  const [, one = "", , oneOf = ""] =
    /^Property '(.*)' is missing in type '(.*)' but required in type '(.*)'\./.exec(first) ?? [];
  if (isOptions(oneOf)) return `The options lack ${unquoteName(one)}`;
  const [, , severalOf = "", several = ""] =
    /^Type '(.*)' is missing the following properties from type '(.*)': (.*)/.exec(first) ?? [];
  if (isOptions(severalOf)) return `The options lack ${listWords(several.split(", "), "and")}`;
  return undefined;
}

function explainMismatch(message: string): string | undefined {
  const [first = ""] = message.split("\n");
  const [, given = "", taken = ""] =
    /^(?:Argument of type|Type) '(.*?)' (?:is not assignable to (?:parameter of )?type|has no properties in common with type) '(.*?)'\.(?: Did you mean '.*'\?)?$/.exec(
      first,
    ) ??
    /^Type '(.*?)' is missing the following properties from type '(.*?)': /.exec(first) ??
    /^Property '.*' is missing in type '(.*?)' but required in type '(.*?)'\./.exec(first) ??
    [];
  if (taken === "") return undefined;
  for (const explain of explanations) {
    const text = explain({ given, taken, message });
    if (text !== undefined) return text;
  }
  return undefined;
}

const explanations: readonly ((mismatch: Mismatch) => string | undefined)[] = [
  explainKey,
  explainHeld,
  explainCondition,
  explainNull,
  explainNewValue,
  explainFrame,
  explainRows,
  explainNeeds,
  explainValue,
  ({ given, taken }) => notTaken(nameType(given), taken),
];

/** A member that the key of a sort does not have: the type says which it has. */
function explainKey({ taken }: Mismatch): string | undefined {
  const [, members] = /^"a key has (.*)"$/.exec(taken) ?? [];
  return members === undefined ? undefined : `The key of a sort has ${members} alone`;
}

/** A column that is there and holds something else. */
function explainHeld({ taken }: Mismatch): string | undefined {
  const [, kind = "", name = ""] = /^No(Lists|Structs)<"(.*)">$/.exec(taken) ?? [];
  if (kind === "Lists")
    return `Column ${unquote(name)} holds no lists, and explode() makes rows of the items of lists`;
  if (kind === "Structs")
    return `Column ${unquote(name)} holds no structs, and unnest() makes columns of their fields`;
  return undefined;
}

function explainCondition({ given, taken, message }: Mismatch): string | undefined {
  if (!/\bCondition(?:On)?</.test(taken)) return undefined;
  if (/^(?:boolean|true|false)$/.test(given))
    return (
      'Cannot choose rows: true or false is not a condition; pass an expression such as col("price").gt(3): ' +
      "JavaScript's own <, == and && do not work on columns"
    );
  if (!isExpression(given))
    return (
      `Cannot choose rows: ${nameType(given)} is not a condition; pass an expression such as col("price").gt(3), ` +
      "a text in Lance's SQL, or { column: value }"
    );
  if (!/\bNotTrueOrFalse\b/.test(message)) return undefined;
  const [, column] = /^Expression<ColumnValue<"((?:[^"\\]|\\.)*)">, /.exec(given) ?? [];
  return column === undefined
    ? 'Cannot choose rows: the expression is not true or false; compare it, as in .gt(3) or .eq("a")'
    : `Cannot choose rows: column ${unquote(column)} is not true or false; compare it, as in col(${JSON.stringify(unquote(column))}).eq(…)`;
}

function explainNull({ given, taken }: Mismatch): string | undefined {
  if (!/^(?:null|undefined)$/.test(given)) return undefined;
  return /\bComparedOperand\b/.test(taken)
    ? "Cannot compare with null: nothing equals null; write isNull() or isNotNull()"
    : undefined;
}

/** A column of an update. */
function explainNewValue({ given, taken }: Mismatch): string | undefined {
  if (/^NewValues</.test(taken))
    return `Cannot update with ${nameType(given)}: pass an object of columns and their values, such as { price: 3 }`;
  if (!/\bSqlExpression\b/.test(taken)) return undefined;
  if (isExpression(given))
    return 'Cannot update a column with an expression: pass SQL, as in { sql: "price * 2" }';
  return `Cannot update the column with ${nameType(given)}: it takes ${listTypes(taken.replace(/ \| Constant<.*?>/, "").replace(/\bSqlExpression\b/, '{ sql: "…" }'))}`;
}

/** Frames that have to have the same columns, and anything but a frame. */
function explainFrame({ given, taken }: Mismatch): string | undefined {
  if (!/^Frame</.test(taken)) return undefined;
  if (!/^Frame<.*[^\]]$/.test(given)) return `Expected one frame, and ${nameType(given)} is given`;
  const own = readMembers(taken, taken.indexOf("{", taken.indexOf("DifferentColumns<")));
  const theirs = readMembers(given, given.indexOf("{"));
  if (own === undefined || theirs === undefined) return undefined;
  const lacking = own.names.filter((name) => !theirs.names.includes(name));
  const further = theirs.names.filter((name) => !own.names.includes(name));
  const parts = [
    ...(lacking.length === 0 ? [] : [`the other frame lacks ${list(lacking)}`]),
    ...(further.length === 0
      ? []
      : [`${lacking.length === 0 ? "the other frame" : "and"} has ${list(further)} besides`]),
  ];
  const [start, separator, end] =
    parts.length === 0
      ? ["columns of one name have other types; ", "", "cast() them first"]
      : ["", " ", "; select() the same columns of both"];
  return `The frames differ: ${start}${parts.join(separator)}${end}`;
}

const writes = /\b(?:(?:Whole|InputRow|InputColumns)<|(?:TableData|WriteData)\b)/;

/** What is to be written. */
function explainRows({ given, taken, message }: Mismatch): string | undefined {
  if (!writes.test(taken)) return undefined;
  const columns = columnsOf(taken.slice(taken.search(writes)));
  const [, column, held = "", wanted = ""] =
    /\n\s*Types of property '(.*)' are incompatible\.\n\s*Type '(.*)' is not assignable to type '(.*)'\./.exec(
      message,
    ) ?? [];
  if (column !== undefined && /^\{/.test(given) && columns?.includes(unquoteName(column)) !== false) {
    const [, items] = /\b(?:InputList|ArrayLike)<(.*)>/.exec(wanted) ?? [];
    const name = unquoteName(column);
    if (items === undefined)
      return `Column ${name} takes ${listTypes(wanted)}, and ${nameType(held)} is given`;
    return held.endsWith("[]")
      ? `Column ${name} takes ${listTypes(items)}, and a list of ${held.slice(0, -2)} is given`
      : `Column ${name} takes a list, one value for each row, and ${nameType(held)} is given; a row goes in brackets: [{ … }]`;
  }
  if (nameType(given) === "a frame")
    return "Cannot take a frame here: pass its rows, as in await frame.collect()";
  const [name = "id"] = columns ?? [];
  const example = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(name) ? name : JSON.stringify(name);
  return /^InputRow</.test(taken)
    ? `Expected an object such as { ${example}: … }, and ${nameType(given)} is given`
    : `Cannot write ${nameType(given)}: pass rows, such as [{ ${example}: … }], columns, such as { ${example}: […] }, or a frame`;
}

/** What expressions of these types take, in words. */
export const kindsInWords: Readonly<Record<string, string>> = {
  BooleanLike: "true or false",
  ListLike: "a list",
  NumberLike: "a number",
  SumLike: "a number or a time",
  TextLike: "a text",
  TimeLike: "a time",
};

/** An expression over columns that are there and of other types than it needs. */
function explainNeeds({ given, taken, message }: Mismatch): string | undefined {
  if (!isExpression(given.replace(/^\[/, ""))) return undefined;
  const lines = message.split("\n");
  for (const [index, line] of [...lines.entries()].reverse()) {
    const [, column = "gives"] = /^\s*Types of property '(.*)' are incompatible\.$/.exec(line) ?? [];
    const [, held = "", needed = ""] =
      /^\s*Type '(.*)' is not assignable to type '(.*)'\.$/.exec(lines[index + 1] ?? "") ?? [];
    if (column === "gives" || needed === "") continue;
    const values = listTypes(held.replace(/ \| null$/, ""));
    const kind = kindsInWords[needed];
    // What a constant is compared with.
    if (kind === undefined)
      return `Column ${unquoteName(column)} holds ${values}, and is compared with ${nameCompared(needed)}; compare it with ${values}, or cast() it`;
    return `The expression needs ${kind} in column ${unquoteName(column)}, which holds ${values}`;
  }
  return explainNeed(given, taken);
}

/** The constant whose columns are of these types: see `ComparedWith`. */
function nameCompared(columns: string): string {
  if (/\bstring\b/.test(columns)) return /\bDate \| string\b/.test(columns) ? "a Date" : "a text";
  if (/\bnumber\b/.test(columns)) return "a number";
  return /\bboolean\b/.test(columns) ? "true or false" : "bytes";
}

/** What values of a kind are called in the types of rows. */
const held: Readonly<Record<string, RegExp>> = {
  BooleanLike: /\bboolean\b/,
  ListLike: /\[\]/,
  NumberLike: /\b(?:number|bigint|DecimalText)\b/,
  SumLike: /\b(?:number|bigint|DecimalText|Date|TimeText)\b/,
  TextLike: /\bstring\b/,
  TimeLike: /\b(?:Date|string|TimeText)\b/,
};

/** The same, where the compiler speaks of something else: from what the expression says of its column. */
function explainNeed(given: string, taken: string): string | undefined {
  const start = taken.indexOf("{");
  const types = start < 0 ? undefined : readMembers(taken, start)?.types;
  const computed = [
    ...given.matchAll(/\b(\w+)<ColumnValue<"((?:[^"\\]|\\.)*)">, (?:\{.*?\}, (\w+Like)\b)?/g),
  ];
  const stated = [
    ...given.matchAll(/\{ readonly (?:"((?:[^"\\]|\\.)*)"|([\p{ID_Continue}$]+)): (\w+Like); \}/gu),
  ];
  const needs = [
    ...computed.map(([, alias = "", column = "", kind = kindsOfAlias[alias]]) => ({
      column: unquote(column),
      kind,
    })),
    ...stated.map(([, quoted = "", plain, need]) => ({ column: plain ?? unquote(quoted), kind: need })),
  ];
  for (const need of needs) {
    const type = types?.get(need.column);
    const isHeld = held[need.kind ?? ""];
    if (type === undefined || isHeld === undefined || isHeld.test(type)) continue;
    return `The expression needs ${kindsInWords[need.kind ?? ""]} in column ${need.column}, which holds ${listTypes(type.replace(/ \| null$/, ""))}`;
  }
  return undefined;
}

/** What methods need that have a type for what they return. */
const kindsOfAlias: Readonly<Record<string, string>> = {
  Logic: "BooleanLike",
  Sum: "NumberLike",
  Text: "TextLike",
};

/** An expression, where values alone can stand. */
function explainValue({ given, taken }: Mismatch): string | undefined {
  if (!isExpression(given)) return undefined;
  const wanted = taken.replace(/ \| undefined$/, "");
  const allowed = literalsOf(wanted);
  if (allowed !== undefined)
    return `Cannot take an expression here: pass a text, such as ${listWords(allowed.slice(0, 3), "or")}`;
  const words = plainTypes[wanted];
  if (words !== undefined) return `Cannot take an expression here: pass ${words}`;
  return /^(?:(?:string|number|bigint|boolean|Date|null|undefined|LiteralInput|Uint8Array(?:<\w+>)?)(?: \| )?)+$/.test(
    taken,
  )
    ? 'Cannot take an expression here, only a value: compare expressions as in col("a").eq(col("b"))'
    : undefined;
}

/** Types of one kind of values, in words. */
const plainTypes: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  boolean: "true or false",
};

/** What the parameters of our functions take. */
const taking: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:readonly )?JoinKey<|\bJoinPair</,
    'pair expressions as { left: col("a"), right: col("b") }, or name a column of both',
  ],
  [/^JoinOptions</, 'pass options, such as { on: "id" }'],
  [/\bSortBy</, 'pass a column by name, an expression, or { by: "price", descending: true }'],
  [/^readonly Selection<.*\[\]$/, 'pass a list of columns, such as ["price"]'],
  [/\bSelection</, 'pass a column by name, or an expression such as col("price").mul(2)'],
  [/\bNamesOf</, "pass columns by name"],
  [/\bNamedLike</, 'pass an aggregate such as col("price").sum() or count()'],
  [/\bExpressionLike<.*\bLiteralInput\b/, 'pass an expression such as col("price").mul(2), or a value'],
  [/\bExpressionLike</, 'pass an expression, such as col("price").gt(3)'],
  [/\b(?:LiteralInput|ComparedOperand|ValueOperand)\b/, "pass a value or an expression"],
  [/\bNumberOperand\b/, "pass a number or an expression"],
  [/\bTextOperand\b/, "pass a text or an expression"],
  [/^Window</, 'pass options, such as { partitionBy: "city", orderBy: "price" }'],
  [/^UpdateOptions</, 'pass options, such as { where: col("price").gt(3) }'],
  [/^Renames</, 'pass an object of old and new names, such as { price: "cost" }'],
  [/^CastTypes</, 'pass an object of columns and types, such as { price: "float64" }'],
  [/^\(?(?:TypeName)\b/, 'pass the name of a type, such as "int64"'],
  [/^PlotOptions</, 'pass options, such as { x: "price" }'],
  [/^readonly string\[\]$/, 'pass names, such as ["price"]'],
  [
    /\bVegaLiteSpec\b|^ChartSpec\b/,
    'pass a Vega-Lite specification, such as { mark: "bar", … }; for options such as { x: "price" }, write read("…").plot(…) or fromRows(rows).plot(…)',
  ],
  [/^RowSchema</, "pass a zod schema, such as z.object({ price: z.string() })"],
  [/^Date \| Uint8Array/, "pass a value, such as a text or a number"],
  [/^TableName</, 'pass the name of a table, such as "sales.orders"'],
  [/^(?:\w+ & )?\w*Options\b/, "pass an object of options"],
];

function notTaken(given: string, taken: string): string | undefined {
  const members = optionsIn(taken);
  const way =
    members.length > 0
      ? `pass an object with ${listWords(members, "and")}`
      : taking.find(([type]) => type.test(taken))?.[1];
  if (way === undefined) return undefined;
  return given.startsWith("a window function")
    ? 'A window function needs its window: rank().over({ orderBy: "price" })'
    : `Cannot take ${given} here: ${way}`;
}

/** The names of options that are written out. */
function optionsIn(type: string): readonly string[] {
  if (!/^\{ readonly /.test(type)) return [];
  return [...new Set([...type.matchAll(/readonly (\w+)\??: /g)].map(([, name = ""]) => name))];
}

function isOptions(type: string): boolean {
  return /^(?:OnConnection & )?(?:\w*Options|Window)(?:<.*>)?(?: & \w+)?$/.test(type);
}

/** The types of our expressions, as methods return them. */
const expressions =
  /^(?:Expression|Aggregate|Computed|Sum|Test|Logic|Text|Time|List|Number|Returned|When|ExpressionLike|NamedLike)</;

export function isExpression(type: string): boolean {
  return expressions.test(type) || /^(?:\w+<.*)?\{ readonly .*: unknown; \}/.test(type);
}

/** Of what is given. */
export function nameType(type: string): string {
  if (/^(?:string|number|boolean|bigint)$/.test(type)) return `a ${type === "string" ? "text" : type}`;
  if (/^(?:null|undefined|true|false|-?[\d.]+n?|"(?:[^"\\]|\\.)*")$/.test(type)) return type;
  if (/^Promise</.test(type)) return "a promise (await it)";
  if (/^Frame<.*\[\]$/s.test(type)) return "a list of frames";
  if (/^Frame</.test(type)) return "a frame";
  if (/^GroupedFrame</.test(type)) return "a frame's groups";
  if (/^WindowFunction</.test(type)) return "a window function";
  if (isExpression(type)) return "an expression";
  if (/^(?:readonly )?.*\[\]$|^(?:readonly )?\[/.test(type)) return "a list";
  if (/^(?:<.*>)?\(.*\) => /.test(type)) return "a function";
  if (/^\{/.test(type)) return "an object";
  const [name = type] = /^[\w$.]+/.exec(type) ?? [];
  return `a value of type ${name}`;
}

/** What rows hold for some types of columns, in words. */
const ownNames: Readonly<Record<string, string>> = {
  DecimalText: "decimal",
  StoredWhole: "bigint",
  TimeText: "time",
};

/** `number | bigint | null` as a list of words. */
export function listTypes(type: string): string {
  // Not those within brackets.
  const words = type.replace(/ \| undefined$/, "").split(/ \| (?![^(]*\))/);
  return listWords(
    words.map((word) => ownNames[word] ?? word),
    "or",
  );
}

/** The most names of columns in one sentence. */
const mostNames = 6;

function list(names: readonly string[]): string {
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : "";
  return `${names.slice(0, mostNames).join(", ")}${more}`;
}

/** Options of a chart that name columns. */
const namesColumn = /^(?:color|column|row|x|y)\b/;

/** A literal that is none of those that fit. @param code what stands where it is said */
export function explainLiteral(message: string, code: string): string | undefined {
  const [, given = "", taken = ""] =
    /^(?:Argument of type|Type) '("(?:[^"\\]|\\.)*")' is not assignable to (?:parameter of )?type '(.*?)'\./.exec(
      message,
    ) ?? [];
  const allowed = literalsOf(taken.replace(/ \| undefined$/, ""));
  if (allowed === undefined || !taken.endsWith(" | undefined")) return undefined;
  const name = unquote(given.slice(1, -1));
  return namesColumn.test(code) ? noSuchColumn(name, allowed) : noSuchChoice(name, allowed);
}

const operators: Readonly<Record<string, string>> = {
  "!==": "neq",
  "!=": "neq",
  "*": "mul",
  "+": "add",
  "-": "sub",
  "/": "div",
  "<": "lt",
  "<=": "lte",
  "==": "eq",
  "===": "eq",
  ">": "gt",
  ">=": "gte",
};

/** JavaScript's own operators on expressions. */
export function explainOperator(message: string): string | undefined {
  const [, operator = "", left = "", right = ""] =
    /^Operator '(.*?)' cannot be applied to types '(.*)' and '(.*)'\./.exec(message) ?? [];
  const method = operators[operator];
  if (method !== undefined && (isExpression(left) || isExpression(right)))
    return `JavaScript's own ${operator} does not work on columns; write .${method}(…)`;
  if (isWholeBeside(left, right) || isWholeBeside(right, left))
    return 'JavaScript does not compute with a bigint and a number together: write Number(…) around the bigint, or read the rows with toObjects({ ints: "number" })';
  const isPromise = (type: string): boolean => /^Promise</.test(type);
  const unresolved = "A promise is not its value yet; write await before it";
  if (isPromise(left) || isPromise(right)) return unresolved;
  const [, one = "", other = ""] =
    /^This comparison appears to be unintentional because the types '(.*)' and '(.*)' have no overlap\./.exec(
      message,
    ) ?? [];
  if (isPromise(one) || isPromise(other)) return unresolved;
  return isExpression(one) || isExpression(other)
    ? "JavaScript's own === does not work on columns; write .eq(…) or .neq(…)"
    : undefined;
}

function isWholeBeside(whole: string, other: string): boolean {
  return /^(?:bigint|-?\d+n)$/.test(whole) && /^(?:number|-?\d[\d.e+-]*)$/.test(other);
}

/** Frames and promises where lists are wanted. */
export function explainLoop(message: string): string | undefined {
  const [, type = "", symbol] =
    /^Type '(.*)' must have a '\[Symbol\.(iterator|asyncIterator)\]\(\)' method/.exec(message) ?? [];
  if (/^Frame</.test(type))
    return symbol === "iterator"
      ? "A frame is not a list of rows; write for (const row of await frame.toObjects())"
      : "A frame is read in batches; write for await (const batch of frame.batches())";
  if (symbol === "iterator" && /^Promise</.test(type))
    return "A promise is not a list; write await before it";
  const [, member] = /^Property '(.*)' does not exist on type 'Promise<.*>'\./.exec(message) ?? [];
  return member === undefined
    ? undefined
    : `Property '${member}' does not exist on a promise; write (await …).${member}`;
}
