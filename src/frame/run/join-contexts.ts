import { takeName } from "../plan/columns.ts";
import { mapInputs, type Plan } from "../plan/plan.ts";
import { type FrameContext, noTables, type TableLookup } from "./frame-context.ts";

export interface JoinedContexts {
  readonly context: FrameContext;
  /** A plan of the other frame, with the names that the joined context has for what it reads. */
  adopt(plan: Plan): Plan;
}

type Rows = FrameContext["rows"] extends ReadonlyMap<string, infer R> ? R : never;
type Names = ReadonlyMap<string | undefined, string | undefined>;

/** What the plans of both frames name. Each keeps its connection, and with it its credentials. */
export function joinContexts(own: FrameContext, other: FrameContext): JoinedContexts {
  const tables = own.tables === noTables ? other.tables : own.tables;
  const connections = new Map(own.connections);
  const nameOf = (lookup: TableLookup): string | undefined => {
    if (lookup === tables || lookup === noTables) return undefined;
    for (const [name, known] of connections) if (known === lookup) return name;
    const name = takeName("another connection", new Set(connections.keys()));
    connections.set(name, lookup);
    return name;
  };
  const names: Names = new Map([
    [undefined, nameOf(other.tables)],
    ...[...(other.connections ?? [])].map(([name, lookup]) => [name, nameOf(lookup)] as const),
  ]);
  const rows = new Map(own.rows);
  const rowNames = new Map([...other.rows].map(([name, table]) => [name, addRows(rows, name, table)]));
  const engine = own.engine ?? other.engine;
  const scaleOut = own.scaleOut ?? other.scaleOut;
  return {
    context: {
      ...(engine === undefined ? {} : { engine }),
      ...(scaleOut === undefined ? {} : { scaleOut }),
      tables,
      rows,
      functions: new Map([...own.functions, ...other.functions]),
      ...(connections.size === 0 ? {} : { connections }),
    },
    adopt: (plan) => rename(plan, names, rowNames),
  };
}

/** Two tables may have been given one name. */
function addRows(rows: Map<string, Rows>, name: string, table: Rows): string {
  if (rows.get(name) === table) return name;
  const free = takeName(name, new Set(rows.keys()));
  rows.set(free, table);
  return free;
}

function rename(plan: Plan, connections: Names, rows: ReadonlyMap<string, string>): Plan {
  if (plan.step === "input") return { ...plan, name: rows.get(plan.name) ?? plan.name };
  const renamed = mapInputs(plan, (input) => rename(input, connections, rows));
  if (renamed.step !== "scan" && renamed.step !== "sql") return renamed;
  const { connection, ...step } = renamed;
  const name = connections.get(connection);
  return name === undefined ? step : { ...step, connection: name };
}
