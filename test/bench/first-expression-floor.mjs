/** Prints the milliseconds that a bare script takes for what a first expression needs: Arrow, DuckDB, and one statement. */
const start = performance.now();
await import("apache-arrow");
const { DuckDBInstance } = await import("@duckdb/node-api");
const connection = await (await DuckDBInstance.create(":memory:")).connect();
await connection.run("SELECT 1 + 1");
console.log(performance.now() - start);
