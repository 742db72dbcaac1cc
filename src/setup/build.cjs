// dist/, made of src/ whenever src/ has changed: declarations file by file, and JavaScript in few files.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { pruneDeclarations } = require("./prune-declarations.cjs");
const { fingerprint, isStamped, root, runLogged, runMain, stamp } = require("./step.cjs");

const dist = path.join(root, "dist");
const inputFiles = [
  "package.json",
  "tsconfig.json",
  "tsconfig.build.json",
  "src/setup/bundle.cjs",
  "src/setup/prune-declarations.cjs",
  "node_modules/typescript/package.json",
  "node_modules/rolldown/package.json",
  "node_modules/zod/package.json",
  "node_modules/apache-arrow/package.json",
];

/** Brings dist/ up to date, without checking types: `npm test` does that. */
async function build(node) {
  const sources = listSources(path.join(root, "src"));
  const inputs = fingerprint([
    ...sources.map((file) => path.relative(root, file)),
    ...sources.map((file) => fs.readFileSync(file)),
    ...inputFiles.map((name) => fs.readFileSync(path.join(root, name))),
  ]);
  if (isStamped("build", inputs) && fs.existsSync(path.join(dist, "index.js"))) return;
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  await runLogged("build", node, [compiler, "-p", "tsconfig.build.json", "--noCheck"], {
    telling: "first lines",
    next: "run `npm run check` to see every error.",
  });
  const declarations = pruneDeclarations(path.join(dist, "index.d.ts"));
  removeOthers(dist, declarations);
  await runLogged("bundle", node, [path.join(__dirname, "bundle.cjs"), dist], {
    next: "run `npm run check` to see every error.",
  });
  stamp("build", inputs);
}

function listSources(folder) {
  return listFiles(folder).filter((file) => file.endsWith(".ts"));
}

/** Removes what nobody needs, such as what an earlier build has left. */
function removeOthers(folder, needed) {
  listFiles(folder).forEach((file) => {
    if (needed.indexOf(file) < 0) fs.unlinkSync(file);
  });
}

function listFiles(folder) {
  const found = [];
  fs.readdirSync(folder, { withFileTypes: true }).forEach((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...listFiles(file));
    else found.push(file);
  });
  return found.sort();
}

module.exports = { build };
if (require.main === module) runMain(() => build(process.execPath));
