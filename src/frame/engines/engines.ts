import { aggregateEngine } from "./aggregate/aggregate.ts";
import type { Engine } from "./engine.ts";
import { memoryEngine } from "./memory/memory.ts";
import { sqlEngine } from "./sql/sql.ts";
import { topEngine } from "./top/top.ts";

/** All that can run what is above the scans; of those that can, the one of least cost does. */
export const engines: readonly Engine[] = [aggregateEngine, topEngine, sqlEngine, memoryEngine];
