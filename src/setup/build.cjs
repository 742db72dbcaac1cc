// dist/, compiled from src/ whenever src/ has changed.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { fingerprint, isStamped, root, runLogged, stamp } = require("./step.cjs");

const dist = path.join(root, "dist");
const configuration = ["package.json", "tsconfig.json", "tsconfig.build.json"];

/** Brings dist/ up to date, without checking types: `npm test` does that. */
function build(node) {
  const sources = listSources(path.join(root, "src"));
  const inputs = fingerprint(
    [].concat(
      sources.map((file) => path.relative(root, file)),
      sources.map((file) => fs.readFileSync(file)),
      configuration.map((name) => fs.readFileSync(path.join(root, name))),
      fs.readFileSync(path.join(root, "node_modules", "typescript", "package.json")),
    ),
  );
  if (isStamped("build", inputs) && fs.existsSync(path.join(dist, "index.js"))) return;
  const compiler = path.join(root, "node_modules", "typescript", "bin", "tsc");
  runLogged("build", node, [compiler, "-p", "tsconfig.build.json", "--noCheck"], {
    telling: "first lines",
    next: "run `npm run check` to see every error.",
  });
  removeOrphans(dist);
  stamp("build", inputs);
}

function listSources(folder) {
  return listFiles(folder).filter((file) => file.endsWith(".ts"));
}

/** Removes compiled files whose source is gone, so that nothing keeps working by accident. */
function removeOrphans(folder) {
  listFiles(folder).forEach((file) => {
    const source = path.join(root, "src", path.relative(dist, file)).replace(/(\.d\.ts|\.js)$/, ".ts");
    if (!fs.existsSync(source)) fs.unlinkSync(file);
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
