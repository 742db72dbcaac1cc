/** Why DuckDB does not run a plan, in a few words. Never leaves the engine. */
export class Abstention extends Error {}
