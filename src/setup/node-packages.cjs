// The npm packages of package-lock.json, and a Node that is new enough to run them.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const launcher = require("../launcher.cjs");
const { root, runLogged, say, stepError } = require("./step.cjs");

/** True when node_modules holds what package-lock.json asks for; packages of other platforms may be missing. */
function hasNodePackages(folder) {
  const wanted = readPackages(path.join(folder, "package-lock.json"));
  const installed = readPackages(path.join(folder, "node_modules", ".package-lock.json"));
  if (wanted === undefined || installed === undefined) return false;
  const ownOptional = Object.keys(wanted[""]?.optionalDependencies || {});
  return Object.keys(wanted)
    .filter((place) => place !== "")
    .every((place) => {
      const found = installed[place];
      if (found === undefined) {
        return wanted[place].optional === true && !ownOptional.includes(place.replace("node_modules/", ""));
      }
      return found.version === wanted[place].version;
    });
}

function readPackages(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")).packages;
  } catch (_missing) {
    return undefined;
  }
}

/** Installs the packages if need be. */
async function installNodePackages() {
  if (hasNodePackages(root)) return;
  say("… installing the npm packages of package-lock.json: one to three minutes");
  // npm may replace the Node inside node_modules, so neither it nor its scripts may run on that one.
  const searchPath = (process.env.PATH || "")
    .split(path.delimiter)
    .filter((folder) => !folder.includes("node_modules"))
    .join(path.delimiter);
  const install = ["ci", "--include=dev", "--include=optional", "--loglevel=error"];
  await runLogged("node-packages", "npm", install, {
    env: Object.assign({}, process.env, { PATH: searchPath }),
    telling: "first lines",
    next: "see that the npm registry can be reached and that the disk has 1 GB free, then run the same command again.",
  });
}

/** The path of a Node that can run this project. */
function requireNode() {
  const node = launcher.findNode();
  if (node !== undefined) return node;
  throw stepError(
    `this Node is ${process.versions.node}, which is too old, and the newer one in node_modules is missing.`,
    "allow npm to run the install script of the package `node` (is ignore-scripts set?), remove node_modules, and run the same command again.",
  );
}

module.exports = { hasNodePackages, installNodePackages, requireNode };
