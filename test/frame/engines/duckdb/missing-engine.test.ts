import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";

const engine = new URL("../../../../src/frame/engines/duckdb/statements/sql-reader.ts", import.meta.url).href;

const index = new URL("../../../../src/index.ts", import.meta.url).href;

/** Hides DuckDB from everything that is loaded after it. */
const hide = `
  const { Module } = await import("node:module");
  const resolve = Module._resolveFilename;
  Module._resolveFilename = function (request, ...rest) {
    if (request.startsWith("@duckdb/")) throw Object.assign(new Error("hidden"), { code: "MODULE_NOT_FOUND" });
    return resolve.call(this, request, ...rest);
  };
`;

function runScript(source: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "--no-warnings", "-e", source], {
    encoding: "utf8",
  });
}

/** Ends when DuckDB is loaded, or cannot be. */
const look = `
  const { createRequire } = await import("node:module");
  const { setTimeout } = await import("node:timers/promises");
  const { cache } = createRequire("/");
  const { fromRows } = await import(${JSON.stringify(index)});
  const isLoaded = () => Object.keys(cache).some((path) => path.endsWith("duckdb.node"));
  const frame = fromRows({ x: [1] });
  const before = isLoaded();
  for (let waits = 0; waits < mostWaits && !isLoaded(); waits++) await setTimeout(50);
  console.log(before, isLoaded(), (await frame.count()));
`;

test("DuckDB is loaded behind the first frame, and where it cannot be nothing is said", () => {
  expect(runScript(`const mostWaits = 600; ${look}`)).toBe("false true 1\n");
  expect(runScript(`const mostWaits = 20; ${hide} ${look}`)).toBe("false false 1\n");
});

test("where DuckDB's native library is left out, the error says how to install it", () => {
  const source = `${hide}
    const { sqlReader } = await import(${JSON.stringify(engine)});
    await sqlReader.tables("select 1").catch((error) => console.log(error.code, error.message));
  `;
  expect(runScript(source)).toBe(
    "Unsupported Cannot compute with rows: DuckDB's native library for this machine is not installed; " +
      "install dlf-lance again without --omit=optional\n",
  );
});
