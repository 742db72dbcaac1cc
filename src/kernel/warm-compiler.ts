/** Teaches the compiler, before there is a notebook, what most notebooks ask of it. */
import { cellScopeDeclarations } from "./cell-scope.ts";
import { loadCompiler } from "./compiler.ts";
import { declarePrelude, type Prelude } from "./prelude.ts";

/** The packages that notebooks import beside the prelude. Each makes every start slower by the size of its types. */
const packages = ["@lancedb/lancedb", "apache-arrow", "undici", "zod"];

/** Answers the declaration files that were read. */
export function warmCompiler(prelude: Prelude): readonly string[] {
  const compiler = loadCompiler(prelude);
  const imports = packages.map((name, index) => `import * as package${index} from "${name}";`);
  compiler.warmUp(declarePrelude(prelude) + cellScopeDeclarations, [
    `${imports.join("\n")}\n${packages.map((_, index) => `package${index};`).join("\n")}`,
    `${prelude.names.join(";\n")};\nconst text: number = "a type error";`,
    "const items = [1, 2].map((item) => ({ item, text: String(item) })); console.log(await Promise.all(items)); items",
    // Last, so that the next cell finds a program like its own.
    "const answer = 6 * 7; answer",
  ]);
  return compiler.libraryFiles();
}
