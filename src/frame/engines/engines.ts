/** The engines, each loaded when a plan may need it. */
import type { Plan } from "../plan/plan.ts";
import type { Engine, EngineName, SqlReader } from "./engine.ts";

export interface EngineEntry {
  readonly name: EngineName;
  /** No plan like this one costs less there, if it runs there at all. */
  leastCost(plan: Plan): number;
  load(): Promise<Engine>;
}

/** In the order in which they are asked. */
export const engines: readonly EngineEntry[] = [
  {
    name: "stream",
    leastCost: () => 0,
    load: async () => (await import("./stream/stream.ts")).streamEngine,
  },
  {
    name: "aggregate",
    leastCost: () => 1,
    load: async () => (await import("./aggregate/aggregate.ts")).aggregateEngine,
  },
  {
    name: "duckdb",
    leastCost: () => 2,
    load: async () => (await import("./duckdb/duckdb-engine.ts")).duckdbEngine,
  },
];

export async function loadSqlReader(): Promise<SqlReader> {
  return (await import("./duckdb/statements/sql-reader.ts")).sqlReader;
}
