/** SQL statements of users: what they read, what they give, and their rows. */
import { arrow, type Field } from "../../../../arrow.ts";
import type { InputShape, InputShapes, NeededRows, SqlReader } from "../../engine.ts";
import { columnExpressions } from "./read-columns.ts";
import { readExpression } from "./read-expression.ts";
import { describeStatement, findReads, findWhetherRowsPass, runStatement } from "./run-statement.ts";
import { parseStatement } from "./statement.ts";
import { statementConditions } from "./statement-conditions.ts";
import { createStatementJob } from "./statement-job.ts";
import { statementLimit } from "./statement-limit.ts";

export const sqlReader: SqlReader = {
  async tables(text) {
    return (await parseStatement(text)).tables.map(({ name }) => name);
  },
  expression: readExpression,
  async needs({ text, parameters }, inputs, taken) {
    const statement = await parseStatement(text);
    const { found, whole, asked } = statementConditions(statement.tree, parameters, inputs);
    const needs = new Map<string, NeededRows>([...found].map(([name, conditions]) => [name, { conditions }]));
    const setLimit = (name: string, limit: number) => {
      if (inputs.has(name)) needs.set(name, { conditions: found.get(name) ?? [], limit });
    };
    for (const name of asked) setLimit(name, 1);
    const limit = statementLimit(statement.tree, parameters, taken);
    const isKnown = statement.tables.every(({ name }) => inputs.has(name));
    if (whole.length === 0 || limit === undefined || !isKnown) return needs;
    const job = createStatementJob(statement, parameters, shapesOf([...inputs]));
    // What is wrong with a statement is said by its check.
    if (await findWhetherRowsPass(job).catch(() => false)) for (const name of whole) setLimit(name, limit);
    return needs;
  },
  async schema({ text, parameters }, inputs) {
    const job = createStatementJob(await parseStatement(text), parameters, shapesOf([...inputs]));
    try {
      return await describeStatement(job);
    } catch (error) {
      throw job.explain(error);
    }
  },
  async translate({ text, parameters, inputs: written }, inputs, columns) {
    const tables = written.map(({ name, plan }) => [name, { plan, fields: inputs.get(name) ?? [] }] as const);
    const { translateStatement } = await import("../translate/translate-statement.ts");
    return translateStatement(await parseStatement(text), new Map(tables), parameters, columns);
  },
  async prepare({ text, parameters }, shapes) {
    const job = createStatementJob(await parseStatement(text), parameters, shapes);
    const reads = await findReads(job, shapes);
    const columns = new Map([...reads].map(([name, read]) => [name, columnExpressions(read)] as const));
    return { cost: 0, columns, run: (inputs, options) => runStatement(job, reads, inputs, options) };
  },
};

function shapesOf(inputs: readonly (readonly [string, readonly Field[]])[]): InputShapes {
  return new Map(
    inputs.map(([name, fields]): readonly [string, InputShape] => [
      name,
      { schema: new arrow.Schema([...fields]) },
    ]),
  );
}
