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

/** What can be put into a SQL statement: a value, or a frame as a table. */
export type SqlValue = LiteralInput | null | SqlFrame;

/**
 * The plan of a statement, and what it names.
 * @param inputs tables that the statement can name besides.
 * @throws DlfLanceError InvalidInput for what can be no value.
 */
export function bindSql(
  strings: TemplateStringsArray,
  values: readonly SqlValue[],
  context: FrameContext,
  inputs: SqlPlan["inputs"],
): { readonly plan: SqlPlan; readonly context: FrameContext } {
  const parameters: LiteralNode[] = [];
  const tables = [...inputs];
  let joined = context;
  const texts = values.map((value) => {
    if (isFrame(value)) {
      const { context: both, adopt } = joinContexts(joined, value.context);
      joined = both;
      const name = `frame_${tables.length + 1}`;
      tables.push({ name, plan: adopt(value.plan) });
      return name;
    }
    parameters.push(bindValue(value));
    return `$${parameters.length}`;
  });
  const text = strings.raw.reduce((all, part, index) => all + (texts[index - 1] ?? "") + part);
  if (text.trim() === "") throw new DlfLanceError("InvalidInput", "Cannot run SQL: the statement is empty");
  return { plan: { step: "sql", text, parameters, inputs: tables }, context: joined };
}

function isFrame(value: SqlValue): value is SqlFrame {
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
