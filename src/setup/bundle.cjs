// The JavaScript of dist/: the programs of src/ and what they share, in few files. Node takes about a millisecond for
// each file of an import, whatever it holds: modules that the same programs begin with are one file, and each that is
// loaded when it is used, with what it alone needs, is another.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root, runMain } = require("./step.cjs");

const programs = [
  "index",
  "run-kernel",
  "run-tslab",
  "cli/main",
  "kernel/front/front-thread",
  "local/worker",
  "zod-library",
];

/** What a kernel loads when it needs it, and without the rest. */
const loadedAlone = ["kernel/front/serve-front", "display/mime"];

/** Put into our files: of its 95 modules we use a part. The others are shared with notebooks, or native, or large. */
const bundled = ["zod"];

/** Writes the files into a folder. */
async function bundle(folder) {
  const { rolldown } = await import("rolldown");
  const { dependencies, optionalDependencies } = require(path.join(root, "package.json"));
  const libraries = Object.keys(Object.assign({}, dependencies, optionalDependencies)).filter(
    (name) => bundled.indexOf(name) < 0,
  );
  const inputs = locateModules(programs);
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(inputs),
    platform: "node",
    external: (name) =>
      name.startsWith("node:") ||
      libraries.some((library) => name === library || name.startsWith(`${library}/`)),
    preserveEntrySignatures: "allow-extension",
    checks: { ineffectiveDynamicImport: false },
  });
  await build.write({
    dir: folder,
    format: "esm",
    chunkFileNames: "shared/[name]-[hash].js",
    comments: { legal: true, annotation: false, jsdoc: false },
    sourcemap: true,
    sourcemapExcludeSources: true,
    codeSplitting: {
      includeDependenciesRecursively: false,
      groups: [{ debugName: "programs", name: nameByPrograms() }],
    },
  });
  await build.close();
  for (const name of bundled) copyLicense(name, folder);
}

/**
 * Names a module's file by the programs that begin with the module. What none of them does is left to the bundler, and so
 * is a program itself: whatever shares a file with it would be one of its exports.
 */
function nameByPrograms() {
  const entries = new Set(locateModules(programs).map(([, file]) => file));
  const beginnings = locateModules(programs.concat(loadedAlone));
  let reached;
  return (id, context) => {
    if (entries.has(id)) return null;
    reached = reached || beginnings.map(([, file]) => collectImports(file, context));
    const names = beginnings
      .filter((_, index) => reached[index].has(id))
      .map(([name]) => path.basename(name));
    return names.length === 0 ? null : names.join("+");
  };
}

function locateModules(names) {
  return names.map((name) => [name, path.join(root, "src", `${name}.ts`)]);
}

function collectImports(file, context, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const info = context.getModuleInfo(file);
  for (const id of info === null ? [] : info.importedIds) collectImports(id, context, found);
  return found;
}

/** Whoever passes on a copy of a library passes on its licence. */
function copyLicense(name, folder) {
  const file = path.join(folder, "shared", `${name}-LICENSE`);
  fs.copyFileSync(path.join(root, "node_modules", name, "LICENSE"), file);
}

if (require.main === module) runMain(() => bundle(process.argv[2]));
