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

/** What frames run on: a frame that computes loads nearly all of it. */
const engines = ["stream/stream", "aggregate/aggregate", "duckdb/duckdb-engine", "duckdb/database"].map(
  (name) => `frame/engines/${name}`,
);

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
  for (const name of bundled) copyLicense(name, "LICENSE", folder);
  await bundleArrow(rolldown, folder);
}

/** One file with all that apache-arrow exports: its 134 modules take three times as long to load. See `src/arrow.ts`. */
async function bundleArrow(rolldown, folder) {
  const library = path.join(root, "node_modules", "apache-arrow");
  const { version } = require(path.join(library, "package.json"));
  const build = await rolldown({
    input: path.join(library, "Arrow.node.mjs"),
    platform: "node",
    treeshake: false,
  });
  await build.write({
    file: path.join(folder, "shared", `apache-arrow-${version}.cjs`),
    format: "cjs",
    exports: "named",
    esModule: true,
    minify: { compress: false, mangle: false },
    comments: { legal: true },
  });
  await build.close();
  copyLicense("apache-arrow", "LICENSE.txt", folder);
  copyLicense("apache-arrow", "NOTICE.txt", folder);
}

/**
 * Names a module's file by the programs that begin with the module, or else as one of the engines. The others are left to the
 * bundler, and so is a program itself: whatever shares a file with it would be one of its exports.
 */
function nameByPrograms() {
  const entries = new Set(locateModules(programs).map(([, file]) => file));
  const beginnings = locateModules(programs.concat(loadedAlone));
  let reached, ofEngines;
  return (id, context) => {
    if (entries.has(id)) return null;
    reached = reached || beginnings.map(([, file]) => collectImports(file, context));
    ofEngines = ofEngines || collectAllImports(locateModules(engines), context);
    const names = beginnings
      .filter((_, index) => reached[index].has(id))
      .map(([name]) => path.basename(name));
    if (names.length > 0) return names.join("+");
    return ofEngines.has(id) ? "engines" : null;
  };
}

function locateModules(names) {
  return names.map((name) => [name, path.join(root, "src", `${name}.ts`)]);
}

function collectAllImports(modules, context) {
  const found = new Set();
  for (const [, file] of modules) collectImports(file, context, found);
  return found;
}

function collectImports(file, context, found = new Set()) {
  if (found.has(file)) return found;
  found.add(file);
  const info = context.getModuleInfo(file);
  for (const id of info === null ? [] : info.importedIds) collectImports(id, context, found);
  return found;
}

/** Whoever passes on a copy of a library passes on its licence. */
function copyLicense(name, text, folder) {
  const file = path.join(folder, "shared", `${name}-${path.basename(text, ".txt")}`);
  fs.copyFileSync(path.join(root, "node_modules", name, text), file);
}

if (require.main === module) runMain(() => bundle(process.argv[2]));
