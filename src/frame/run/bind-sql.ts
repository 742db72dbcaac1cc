/** SQL with values put in: bound as parameters, never pasted into the text. */
import { DlfLanceError } from "../../errors.ts";
import { isExpression, nullNode } from "../expression/expression-build.ts";
import { type LiteralInput, type LiteralNode, toLiteral } from "../expression/literal.ts";
import type { Plan, SqlPlan } from "../plan/plan.ts";
import type { FrameContext } from "./frame-context.ts";
import { joinContexts } from "./join-contexts.ts";

/** A frame, as a statement takes it for a table. */
export interface SqlFrame {
  readonly plan: Plan;
  /** @internal */
  readonly context: FrameContext;
}

/** A value in a SQL statement: a single value, a list of values as for IN, or a frame as a table. */
export type SqlValue = LiteralInput | null | SqlFrame | readonly (LiteralInput | null)[];

/**
 * The plan of a statement, and what it names.
 * @param inputs tables that the statement can name besides.
 * @throws DlfLanceError InvalidInput for what can be no value.
 */
export function bindSql(
  written: TemplateStringsArray | string,
  given: readonly (SqlValue | readonly SqlValue[])[],
  context: FrameContext,
  inputs: SqlPlan["inputs"],
): { readonly plan: SqlPlan; readonly context: FrameContext } {
  const { parts, values } =
    typeof written === "string" ? splitText(written, given) : readTemplate(written, given);
  const parameters: LiteralNode[] = [];
  const tables = [...inputs];
  let joined = context;
  const bind = (value: unknown) => {
    parameters.push(bindValue(value));
    return `$${parameters.length}`;
  };
  const texts = values.map((value, index) => {
    refuseQuoted(parts.slice(0, index + 1).join("?"), parts[index + 1] ?? "");
    refuseNames(parts.slice(0, index + 1).join("?"), value);
    if (isFrame(value)) {
      const { context: both, adopt } = joinContexts(joined, value.context);
      joined = both;
      const name = `frame_${tables.length + 1}`;
      tables.push({ name, plan: adopt(value.plan) });
      return name;
    }
    if (!Array.isArray(value)) return bind(value);
    const isOpen = refuseListElsewhere(parts.slice(0, index + 1).join("?"), parts[index + 1] ?? "");
    return listSql(value.map(bind), isOpen);
  });
  const text = parts.reduce((all, part, index) => all + (texts[index - 1] ?? "") + part);
  if (text.trim() === "") throw new DlfLanceError("InvalidInput", "Cannot run SQL: the statement is empty");
  return { plan: { step: "sql", text, parameters, inputs: tables }, context: joined };
}

interface SplitSql {
  /** What stands around the values. */
  readonly parts: readonly string[];
  readonly values: readonly unknown[];
}

function readTemplate(written: TemplateStringsArray | undefined, values: readonly unknown[]): SplitSql {
  if (Array.isArray(written?.raw)) return { parts: written.raw, values };
  throw new DlfLanceError(
    "InvalidInput",
    'Cannot run SQL: the statement is not a text; pass sql`SELECT …` or sql("SELECT …")',
  );
}

/** Texts, names in quotes and comments, where a dollar and a number are no parameter; or a parameter. */
const quotedOrParameter = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\$(?<number>[1-9]\d*)/g;

/** The statement at its parameters `$1`, `$2` and so on, each with its value, whether these come in a list or one by one. */
function splitText(text: string, given: readonly unknown[]): SplitSql {
  const known = given.length === 1 && Array.isArray(given[0]) ? (given[0] as readonly unknown[]) : given;
  const parts: string[] = [];
  const values: unknown[] = [];
  const used: number[] = [];
  let end = 0;
  for (const found of text.matchAll(quotedOrParameter)) {
    const number = Number(found.groups?.number);
    if (Number.isNaN(number)) continue;
    if (number > known.length) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot run SQL: $${number} has no value; pass the values in a list, as in sql("… $1", [5])`,
      );
    }
    used.push(number);
    parts.push(text.slice(end, found.index));
    values.push(known[number - 1]);
    end = found.index + found[0].length;
  }
  const most = Math.max(0, ...used);
  if (known.length > most) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot run SQL: ${known.length} ${known.length === 1 ? "value is" : "values are"} passed, and the statement has no $${most + 1}; write $1 where the first one belongs, $2 for the second`,
    );
  }
  return { parts: [...parts, text.slice(end)], values };
}

/** @throws DlfLanceError InvalidInput for a value between quotes, where SQL sees a text. */
function refuseQuoted(before: string, after: string): void {
  const open = before.replaceAll(quotedOrParameter, "");
  if (!/['"]/.test(open) || !/['"]/.test(after)) return;
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot run SQL: a value stands between quotes, where it would be a part of a text; write it without quotes, as in name = ${name}",
  );
}

/** @throws DlfLanceError InvalidInput for a text where a table is named: values are bound, and no part of the statement. */
function refuseNames(before: string, value: unknown): void {
  const said = before.replaceAll(quotedOrParameter, (found) => (/^(?:--|\/\*)/.test(found) ? " " : found));
  if (typeof value !== "string" || !/(?<![\p{ID_Continue}$."])(?:FROM|JOIN)\s*$/iu.test(said)) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot run SQL: ${JSON.stringify(value)} is bound as a value, and a table stands there; name the table in the text, ` +
      "as in FROM demo.sales, or put a frame in, as in FROM ${read(name)}",
  );
}

/**
 * Whether a parenthesis is open where a list stands: behind IN.
 * @throws DlfLanceError InvalidInput for a list anywhere else, where several values in parentheses are a row or the
 *   arguments of a function.
 */
function refuseListElsewhere(before: string, after: string): boolean {
  const said = before.replaceAll(quotedOrParameter, (found) => (/^(?:--|\/\*)/.test(found) ? " " : found));
  const [, parenthesis] = /(?<![\p{ID_Continue}$."])IN\s*(\(?)\s*$/iu.exec(said) ?? [];
  if (parenthesis === "" || (parenthesis === "(" && /^\s*[,)]/.test(after))) return parenthesis === "(";
  throw new DlfLanceError(
    "InvalidInput",
    "Cannot read SQL: a list stands only after IN; write it as in id IN ${ids}, or bind its values one by one, as in [${a}, ${b}]",
  );
}

/** What IN takes, with parentheses unless they are there. An empty list holds nothing. */
function listSql(values: readonly string[], isOpen: boolean): string {
  const list = values.length === 0 ? "SELECT NULL WHERE false" : values.join(", ");
  return isOpen ? list : `(${list})`;
}

function isFrame(value: unknown): value is SqlFrame {
  return typeof value === "object" && value !== null && "plan" in value && "context" in value;
}

function bindValue(value: unknown): LiteralNode {
  if (value === null) return nullNode;
  if (isExpression(value)) {
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot put an expression into a SQL statement: put values and frames in, and write the rest as SQL",
    );
  }
  return toLiteral(value, "put a value into a SQL statement");
}
