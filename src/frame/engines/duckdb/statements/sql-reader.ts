/** SQL statements of users: what they read, what they give, and their rows. */
import { arrow } from "../../../../arrow.ts";
import type { InputShape, SqlReader } from "../../engine.ts";
import { describeStatement, findReads, runStatement } from "./run-statement.ts";
import { parseStatement } from "./statement.ts";
import { statementConditions } from "./statement-conditions.ts";
import { checkResult, createStatementJob } from "./statement-job.ts";

export const sqlReader: SqlReader = {
  async tables(text) {
    return (await parseStatement(text)).tables.map(({ name }) => name);
  },
  async conditions({ text, parameters }, inputs) {
    return statementConditions((await parseStatement(text)).tree, parameters, inputs);
  },
  async schema({ text, parameters }, inputs) {
    const shapes = [...inputs].map(([name, fields]): readonly [string, InputShape] => [
      name,
      { schema: new arrow.Schema([...fields]) },
    ]);
    const job = createStatementJob(await parseStatement(text), parameters, new Map(shapes));
    try {
      return checkResult(await describeStatement(job));
    } catch (error) {
      throw job.explain(error);
    }
  },
  async prepare({ text, parameters }, shapes) {
    const job = createStatementJob(await parseStatement(text), parameters, shapes);
    const reads = await findReads(job);
    return { cost: 0, reads, run: (inputs, options) => runStatement(job, reads, inputs, options) };
  },
};
