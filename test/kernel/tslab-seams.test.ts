/** What the kernel relies on inside tslab: each of these breaks the kernel when a new version moves it. */
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { adaptTypeScript } from "../../src/kernel/adapted-typescript.ts";
import { createNotebookFolder } from "../../src/kernel/notebook-folder.ts";
import type { CellMaps } from "../../src/kernel/source-position.ts";
import {
  compilerVersion,
  createExecutor,
  loadConverters,
  loadTypeScript,
  onTslabDisplay,
} from "../../src/kernel/tslab.ts";
import type { Converter, TypeScript } from "../../src/kernel/tslab-types.ts";

const load = createRequire(import.meta.url);
const folder = mkdtempSync(join(tmpdir(), "dlf-lance-seams-"));
const before = process.cwd();

let ts: typeof TypeScript;
let maps: CellMaps | undefined;
let converter: Converter;

beforeAll(() => {
  process.chdir(folder);
  const types = fileURLToPath(new URL("./fixtures/prelude.d.ts", import.meta.url));
  ts = loadTypeScript();
  const adapted = adaptTypeScript(
    ts,
    { module: "test-prelude", types },
    createNotebookFolder(),
    new Map(),
    (latest) => {
      maps = latest;
    },
  );
  converter = loadConverters(adapted).createConverter();
});

afterAll(() => {
  converter.close();
  process.chdir(before);
  rmSync(folder, { recursive: true });
});

test("the versions are those that were tried", () => {
  expect(load("tslab/package.json").version).toBe("1.0.22");
  expect(load("tslab/package.json").exports).toBeUndefined();
  expect(compilerVersion()).toBe("5.0.4");
  expect(ts.version).toBe("5.0.4");
});

test("the modules that are imported past tslab's main file export what is used", () => {
  expect(load("tslab/dist/converter.js")).toMatchObject({ createConverter: expect.any(Function) });
  expect(load("tslab/dist/executor.js")).toMatchObject({ createExecutor: expect.any(Function) });
  expect(load("tslab/dist/inspect.js")).toMatchObject({ printQuickInfo: expect.any(Function) });
  expect(load("tslab/dist/metadata.js")).toMatchObject({ getCodeMetadata: expect.any(Function) });
  expect(load("tslab/dist/jupyter.js")).toHaveProperty("lastWriteDisplayData");
  expect(ts).toMatchObject({
    bindSourceFile: expect.any(Function),
    getPreEmitDiagnosticsOfFiles: expect.any(Function),
  });
});

test("the converter answers code, declarations and the variable of the last value, and takes our options", () => {
  const result = converter.convert('import { greet } from "test-prelude";\n', "const a = greet('x'); a");
  expect(result).toMatchObject({ diagnostics: [], lastExpressionVar: "tsLastExpr" });
  expect(result.output).toContain("exports.greet");
  expect(result.declOutput).toContain("declare const a: string");
  expect(maps).toEqual({
    runToEmitted: expect.stringContaining('"mappings"'),
    emittedToSource: expect.stringContaining('"mappings"'),
  });
  expect(converter.convert("", "await 1").hasToplevelAwait).toBe(true);
});

test("a diagnostic has the code, the text and a place that counts from the cell's beginning", () => {
  const { diagnostics } = converter.convert("", "1;\n const n: number = 'x'");
  expect(diagnostics).toEqual([
    {
      start: { offset: 10, line: 1, character: 7 },
      end: { offset: 11, line: 1, character: 8 },
      messageText: "Type 'string' is not assignable to type 'number'.",
      category: 1,
      code: 2322,
      fileName: undefined,
    },
  ]);
});

test("the executor hands over values and errors as they are, keeps names in locals and can be interrupted", async () => {
  const values: unknown[] = [];
  const errors: unknown[] = [];
  const sink = {
    log: (value: unknown) => values.push(value),
    error: (error: unknown) => errors.push(error),
  };
  const executor = createExecutor(folder, converter, () => ({}), sink);
  executor.locals.given = { itself: true };
  const scope = (globalThis as unknown as { __tslab__: { exports: object; require: unknown } }).__tslab__;
  expect(scope.require).toBeTypeOf("function");
  expect(scope.exports).toBe(executor.locals);
  expect(await executor.execute("const kept = 1; ({ kept })")).toBe(true);
  expect(values).toEqual([{ kept: 1 }]);
  expect(executor.locals.kept).toBe(1);
  expect(await executor.execute("throw null")).toBe(false);
  expect(errors).toEqual([null]);
  const waiting = executor.execute("await new Promise(() => {})");
  executor.interrupt();
  expect(await waiting).toBe(false);
  expect((errors[1] as Error).message).toBe("Interrupted asynchronously");
});

test("tslab's display calls the function that is put into its module", () => {
  const shown: unknown[] = [];
  onTslabDisplay((content, isUpdate) => shown.push([content, isUpdate ?? false]));
  load("tslab").display.html("<b>x</b>");
  expect(shown).toEqual([[{ data: { "text/html": "<b>x</b>" }, metadata: {}, transient: {} }, false]]);
});
