/** What a file of src exports is used by another: the rest is its own affair, or nobody's. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { type EcmaScriptModule, parseSync } from "oxc-parser";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
/** What starts a program, or is the package itself. */
const entries = ["index.ts", "run-kernel.ts", "run-tslab.ts", "cli/main.ts"].map((name) =>
  join(root, "src", name),
);

const listSources = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(({ name }) => /(?<!\.d)\.m?ts$/.test(name))
    .map(({ parentPath, name }) => join(parentPath, name));

/** The names that a module imports from files of ours, or passes on from them, as FILE#NAME; all of a file as FILE#*. */
function* listUses(file: string, text: string, module: EcmaScriptModule): Iterable<string> {
  const put = (specifier: string, name: string | null | undefined) =>
    `${resolve(dirname(file), specifier)}#${name ?? "*"}`;
  for (const { moduleRequest, entries } of module.staticImports) {
    for (const { importName } of entries) yield put(moduleRequest.value, importName.name);
  }
  for (const entry of module.staticExports.flatMap(({ entries }) => entries)) {
    if (entry.moduleRequest !== null) yield put(entry.moduleRequest.value, entry.importName.name);
  }
  for (const [, specifier = "", name] of text.matchAll(/\bimport\(\s*"(\.[^"]+)",?\s*\)(?:\.(\w+))?/g)) {
    // A type is named behind the import; a module that is loaded while the program runs gives all it has.
    yield put(specifier, name === "then" ? undefined : name);
  }
}

test("no file exports a name that no other file uses", () => {
  const modules = ["src", "test"].flatMap(listSources).map((file) => {
    const text = readFileSync(file, "utf8");
    return { file, text, module: parseSync(file, text).module };
  });
  const used = new Set(modules.flatMap(({ file, text, module }) => [...listUses(file, text, module)]));
  const exported = modules
    .filter(({ file }) => file.startsWith(join(root, "src")) && !entries.includes(file))
    .flatMap(({ file, text, module }) =>
      module.staticExports.flatMap(({ entries }) =>
        entries.map(({ exportName, isType }) => ({ file, text, name: exportName.name ?? "default", isType })),
      ),
    );
  expect(exported.length).toBeGreaterThan(1_000);
  const unused = exported.filter(({ file, text, name, isType }) => {
    if (used.has(`${file}#${name}`) || used.has(`${file}#*`)) return false;
    // The types of what a function takes and gives have names for whoever calls it, also where nobody writes them yet.
    const declaresType = isType || new RegExp(`^export (?:interface|type) ${name}\\b`, "m").test(text);
    return !(declaresType && text.split(new RegExp(`\\b${name}\\b`)).length > 2);
  });
  expect(unused.map(({ file, name }) => `${relative(root, file)}: ${name}`)).toEqual([]);
});
