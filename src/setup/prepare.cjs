// Everything this clone needs beyond git, Node and Python. Each step does nothing when its work is done already.
"use strict";
const path = require("node:path");
const { build } = require("./build.cjs");
const { installChromium } = require("./chromium.cjs");
const { installPaimonServer } = require("./java.cjs");
const { withLock } = require("./lock.cjs");
const { installNodePackages, requireNode } = require("./node-packages.cjs");
const { environments, installPython } = require("./python.cjs");
const { stateFolder, takeStep } = require("./step.cjs");

/**
 * Prepares this clone and returns the paths of what it prepared.
 * @param wanted which of `notebooks` (JupyterLab), `testPython` (the Python peers), `chromium` and `paimon` (its Python
 *   client and its catalog server) are needed too
 * @returns `node`, and by what was wanted `jupyterPython`, `testPython`, `chromium`, `paimonPython` and `paimonServer`
 * @throws a step error, in words
 */
function prepare(wanted) {
  return withLock(path.join(stateFolder, "setup.lock"), () => {
    const node = takeStep("node packages", () => {
      installNodePackages();
      return requireNode();
    });
    takeStep("build", () => build(node));
    const paths = { node };
    if (wanted.notebooks) {
      paths.jupyterPython = takeStep("python with JupyterLab", () => installPython(environments.notebook));
    }
    if (wanted.testPython) {
      paths.testPython = takeStep("python for the tests", () => installPython(environments.test));
    }
    if (wanted.chromium) paths.chromium = takeStep("chromium", installChromium);
    if (wanted.paimon) {
      paths.paimonPython = takeStep("python with pypaimon", () => installPython(environments.paimon));
      paths.paimonServer = takeStep("paimon's catalog server", installPaimonServer);
    }
    return paths;
  });
}

module.exports = { prepare };
