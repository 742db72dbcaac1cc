/** The shipped declarations, as the compilers of users read them. */
import { execFile } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type TypeScript from "typescript-in-process";
import { beforeAll, expect, test } from "vitest";
import { installPackage, installTime } from "./installed-package.ts";

const load = createRequire(import.meta.url);

/** The oldest compiler that must read them: that of tslab. */
const typescript = load("@tslab/typescript-for-tslab") as typeof TypeScript;

const program = `
import { col, connect, read } from "dlf-lance";

const lake = await connect();
export const names: readonly string[] = await lake.listTables("default");
export const frame = read("default.t").where(col("id").gt(1)).select("id");
export const rows: readonly unknown[] = await frame.limit(2).toObjects();
// @ts-expect-error: a name that is not there is seen, so types are more than "any"
lake.tables();
`;

let folder: string;
beforeAll(async () => {
  folder = join((await installPackage()).project, "declarations");
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "program.ts"), program);
}, installTime);

test.each(["node10", "node16", "bundler"] as const)(
  "TypeScript 5.0.4 reads them under %s",
  (way) => {
    expect(typescript.version).toBe("5.0.4");
    const { ModuleKind, ModuleResolutionKind, ScriptTarget } = typescript;
    const file = join(folder, "program.ts");
    const options: TypeScript.CompilerOptions = {
      lib: ["lib.es2022.d.ts"],
      target: ScriptTarget.ES2022,
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      module: way === "node16" ? ModuleKind.Node16 : ModuleKind.ESNext,
      moduleResolution: {
        node10: ModuleResolutionKind.Node10,
        node16: ModuleResolutionKind.Node16,
        bundler: ModuleResolutionKind.Bundler,
      }[way],
    };
    const built = typescript.createProgram([file], options);
    const ours = built.getSourceFiles().filter(({ fileName }) => fileName.includes("/dlf-lance/dist/"));
    expect(ours.length).toBeGreaterThan(50);
    const problems = typescript
      .getPreEmitDiagnostics(built)
      // The declarations of other packages are theirs: not all of them are for so old a compiler.
      .filter(
        (found) => found.file === undefined || [file, ...ours.map(nameOf)].includes(found.file.fileName),
      )
      .map(
        (found) =>
          `${found.file?.fileName}: ${typescript.flattenDiagnosticMessageText(found.messageText, " ")}`,
      );
    expect(problems).toEqual([]);
  },
  180_000,
);

function nameOf({ fileName }: { readonly fileName: string }): string {
  return fileName;
}

test.each(["node16", "bundler"])("TypeScript 7 reads them under %s", async (way) => {
  const compiler = resolve(import.meta.dirname, "../node_modules/typescript/bin/tsc");
  const module = way === "node16" ? "node16" : "esnext";
  const options = [
    "--noEmit",
    "--strict",
    "--target",
    "es2022",
    "--module",
    module,
    "--moduleResolution",
    way,
  ];
  await promisify(execFile)(process.execPath, [compiler, ...options, "--skipLibCheck", "program.ts"], {
    cwd: folder,
  });
});
