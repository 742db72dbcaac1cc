// The JavaScript of dist/: the programs of src/ and what they share, in few files. Node takes about a millisecond for
// each file of an import, whatever it holds.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./step.cjs");

const programs = [
  "index.ts",
  "run-kernel.ts",
  "run-tslab.ts",
  "cli/main.ts",
  "kernel/front/front-thread.ts",
  "local/worker.ts",
];

/** Put into our files: of its 95 modules we use a part. The others are shared with notebooks, or native, or large. */
const bundled = ["zod"];

/** Writes the files into a folder, and returns their paths in it. */
function bundle(folder) {
  const { dependencies, optionalDependencies } = require(path.join(root, "package.json"));
  const { metafile } = require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: programs.map((file) => path.join("src", file)),
    outbase: "src",
    outdir: folder,
    chunkNames: "shared/[hash]",
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node22.19",
    external: Object.keys(Object.assign({}, dependencies, optionalDependencies)).filter(
      (name) => bundled.indexOf(name) < 0,
    ),
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: "error",
  });
  const licenses = bundled.map((name) => copyLicense(name, folder));
  return Object.keys(metafile.outputs)
    .map((file) => path.relative(folder, path.join(root, file)))
    .concat(licenses);
}

/** Whoever passes on a copy of a library passes on its licence. */
function copyLicense(name, folder) {
  const file = path.join("shared", `${name}-LICENSE`);
  fs.copyFileSync(path.join(root, "node_modules", name, "LICENSE"), path.join(folder, file));
  return file;
}

module.exports = { bundle };
