/** Frames run by the plain engine: whole tables are read, and every step is done in short exact code. */
import { arrow, type Table } from "../../../src/arrow.ts";
import { checkPlan } from "../../../src/frame/check/check-plan.ts";
import { sqlReader } from "../../../src/frame/engines/duckdb/statements/sql-reader.ts";
import type { EngineInput } from "../../../src/frame/engines/engine.ts";
import type { Frame } from "../../../src/frame/frame.ts";
import { mapInputs, type Plan, type ScanPlan } from "../../../src/frame/plan/plan.ts";
import { type RowObject, toRowObjects } from "../../../src/frame/rows/row-objects.ts";
import { OpenTables } from "../../../src/frame/run/open-tables.ts";
import { plainEngine } from "./memory.ts";

export async function collectPlainly(frame: Pick<Frame, "plan" | "context">): Promise<Table> {
  const { context } = frame;
  const tables = new OpenTables(context, undefined);
  const rowsOf = (name: string) => context.rows.get(name) as Table;
  const { plan, fields } = await checkPlan(writeOutStatements(frame.plan), {
    scan: async (scan) => (await tables.resolve(scan)).schema,
    input: (name) => rowsOf(name).schema,
    sql: () => Promise.reject(new Error("the plain engine reads no SQL")),
    readText: sqlReader.expression,
  });
  const inputs = new Map<string, EngineInput>();
  for (const [name, table] of context.rows as ReadonlyMap<string, Table>)
    inputs.set(name, {
      schema: table.schema,
      async *batches() {
        yield* table.batches;
      },
    });
  const scans = new Map<string, ScanPlan>();
  const replace = (step: Plan): Plan => {
    if (step.step !== "scan") return mapInputs(step, replace);
    const name = JSON.stringify(step);
    scans.set(name, step);
    return { step: "input", name };
  };
  const whole = replace(plan);
  for (const [name, scan] of scans) {
    const table = await tables.resolve(scan);
    inputs.set(name, { schema: table.schema, batches: () => table.scan({}) });
  }
  const batches = [];
  for await (const batch of plainEngine.run(whole, inputs, { functions: context.functions }))
    batches.push(batch);
  tables.release();
  return batches.length === 0 ? new arrow.Table(new arrow.Schema([...fields])) : new arrow.Table(batches);
}

const simpleStatement = /^SELECT (.+?) FROM frame(?: WHERE (.+) IS NOT NULL)?$/s;

/** The statements that frames are drawn with, as the steps that they mean. */
function writeOutStatements(plan: Plan): Plan {
  const below = mapInputs(plan, writeOutStatements);
  if (below.step !== "sql") return below;
  const [, names = "", tested] = simpleStatement.exec(below.text) ?? [];
  const [frame, ...others] = below.inputs;
  if (frame === undefined || others.length > 0 || names === "")
    throw new Error(`the plain engine does not read: ${below.text}`);
  const nameOf = (quoted: string) => quoted.slice(1, -1).replaceAll('""', '"');
  const column = (name: string) => ({ node: "column", name }) as const;
  const columns = (names.match(/"(?:[^"]|"")*"/g) ?? []).map((quoted) => {
    const name = nameOf(quoted);
    return { name, expression: column(name) };
  });
  const input: Plan =
    tested === undefined
      ? frame.plan
      : {
          step: "filter",
          input: frame.plan,
          predicates: [{ node: "not", operand: { node: "isNull", operand: column(nameOf(tested)) } }],
        };
  return { step: "project", input, columns };
}

export async function readPlainly(frame: Pick<Frame, "plan" | "context">): Promise<readonly RowObject[]> {
  const table = await collectPlainly(frame);
  return table.batches.flatMap((batch) => [...toRowObjects(batch as never)]) as readonly RowObject[];
}
