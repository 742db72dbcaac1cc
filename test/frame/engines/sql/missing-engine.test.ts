import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const engine = new URL("../../../../src/frame/engines/sql/sql.ts", import.meta.url).href;

/** Hides DuckDB from everything that is loaded after it. */
const hide = `
  const { Module } = await import("node:module");
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    if (request.startsWith("@duckdb/")) throw Object.assign(new Error("hidden"), { code: "MODULE_NOT_FOUND" });
    return resolve.call(this, request, ...rest);
  };
`;

test("without DuckDB the engine says which command installs it, and takes no plan", () => {
  const source = `${hide}
    const { sqlEngine, sqlReader } = await import(${JSON.stringify(engine)});
    const plan = { step: "limit", input: { step: "input", name: "t" }, count: 1, offset: 0 };
    console.log(sqlEngine.prepare(plan, new Map()).reasons.join());
    await sqlReader.tables("select 1").catch((error) => console.log(error.code, error.message));
  `;
  const text = execFileSync(process.execPath, ["--input-type=module", "--no-warnings", "-e", source], {
    encoding: "utf8",
  });
  expect(text).toBe(
    "DuckDB is not installed (npm install @duckdb/node-api@1.5.5-r.5)\n" +
      "Unsupported Cannot read SQL: the engine DuckDB is not installed; run `npm install @duckdb/node-api@1.5.5-r.5` and start again.\n",
  );
});
