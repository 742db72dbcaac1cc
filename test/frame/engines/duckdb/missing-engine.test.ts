import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const engine = new URL("../../../../src/frame/engines/duckdb/statements/sql-reader.ts", import.meta.url).href;

/** Hides DuckDB from everything that is loaded after it. */
const hide = `
  const { Module } = await import("node:module");
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    if (request.startsWith("@duckdb/")) throw Object.assign(new Error("hidden"), { code: "MODULE_NOT_FOUND" });
    return resolve.call(this, request, ...rest);
  };
`;

test("where DuckDB's native library is left out, the error says how to install it", () => {
  const source = `${hide}
    const { sqlReader } = await import(${JSON.stringify(engine)});
    await sqlReader.tables("select 1").catch((error) => console.log(error.code, error.message));
  `;
  const text = execFileSync(process.execPath, ["--input-type=module", "--no-warnings", "-e", source], {
    encoding: "utf8",
  });
  expect(text).toBe(
    "Unsupported Cannot compute with rows: DuckDB's native library for this machine is not installed; " +
      "install dlf-lance again without --omit=optional\n",
  );
});
