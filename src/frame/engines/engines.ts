/** The engines, each loaded when a plan may need it. */
import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";
import { onFirstUse } from "../../load-when-used.ts";
import { findNearest } from "../../nearest.ts";
import { inputsOf, type Plan } from "../plan/plan.ts";
import { sharedHandle } from "./duckdb/open-handle.ts";
import type { Engine, EngineName, EngineWish, SqlReader } from "./engine.ts";

export interface EngineEntry {
  readonly name: EngineName;
  /** No plan like this one costs less there, if it runs there at all. */
  leastCost(plan: Plan): number;
  /** Whether it runs where it is asked for alone. */
  readonly isOnRequest?: boolean;
  load(): Promise<Engine>;
}

/** In the order in which they are asked. */
export const engines: readonly EngineEntry[] = [
  {
    name: "stream",
    leastCost: () => 0,
    load: onFirstUse(async () => (await import("./stream/stream.ts")).streamEngine),
  },
  {
    name: "aggregate",
    leastCost: () => 1,
    load: onFirstUse(async () => (await import("./aggregate/aggregate.ts")).aggregateEngine),
  },
  {
    name: "duckdb",
    leastCost: () => 2,
    load: onFirstUse(async () => (await import("./duckdb/duckdb-engine.ts")).duckdbEngine),
  },
  {
    name: "daft",
    isOnRequest: true,
    leastCost: () => Number.POSITIVE_INFINITY,
    load: onFirstUse(async () => (await import("./daft/daft-engine.ts")).daftEngine),
  },
  {
    name: "ray",
    isOnRequest: true,
    leastCost: () => Number.POSITIVE_INFINITY,
    load: onFirstUse(async () => (await import("./daft/daft-engine.ts")).rayEngine),
  },
];

/** So long after the first frame, or connection of a notebook, in milliseconds: people look at it before they ask for more. */
const warmUpDelay = 200;
let isWarmedUp = false;

/** Loads DuckDB in the background, so that the first expression does not wait for it. A process that ends does not either. */
export function warmUpEngines(): void {
  if (isWarmedUp) return;
  isWarmedUp = true;
  const load = () => {
    // What goes wrong is said where DuckDB is needed.
    void import("./duckdb/warm-up.ts").then(({ warmUp }) => warmUp()).catch(() => undefined);
  };
  setTimeout(load, warmUpDelay).unref();
}

/** Opens DuckDB for a plan that needs it while the plan is being checked, so that the run does not wait for both. */
export function openEngines(plan: Plan): void {
  if (!computes(plan)) return;
  // What goes wrong is said where DuckDB is needed.
  sharedHandle().catch(() => undefined);
  openDuckDb().catch(() => undefined);
}

const openDuckDb = onFirstUse(async () => (await import("./duckdb/database.ts")).sharedDatabase());

/** As plans are written. */
const computing: readonly Plan["step"][] = [
  "join",
  "sort",
  "window",
  "distinct",
  "unique",
  "set",
  "fillNull",
  "pivot",
  "sql",
];

function computes(plan: Plan): boolean {
  const isComputing =
    plan.step === "project" || plan.step === "extend"
      ? plan.columns.some(({ expression }) => expression.node !== "column")
      : computing.includes(plan.step);
  return isComputing || inputsOf(plan).some(computes);
}

/** @throws DlfLanceError InvalidInput, naming the engines, for anything but the name of one. */
export function checkEngineName(name: EngineWish): void {
  if (name === "here" || name === "lance" || engines.some((entry) => entry.name === name)) return;
  const names = ["here", "lance", ...engines.map((entry) => entry.name)];
  const nearest = typeof name === "string" ? findNearest(name, names) : undefined;
  const next = nearest === undefined ? `pass one of ${names.join(", ")}` : `did you mean ${nearest}?`;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot run a frame: no engine named ${typeof name === "string" ? name : describeValue(name)}; ${next}`,
  );
}

export const loadSqlReader: () => Promise<SqlReader> = onFirstUse(
  async () => (await import("./duckdb/statements/sql-reader.ts")).sqlReader,
);
