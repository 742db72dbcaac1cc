// Everything this clone needs beyond git, Node and Python. Each step does nothing when its work is done already.
"use strict";
const { build } = require("./build.cjs");
const { installChromium } = require("./chromium.cjs");
const { installPaimonServer } = require("./java.cjs");
const { withLock } = require("./lock.cjs");
const { installNodePackages, requireNode } = require("./node-packages.cjs");
const { environments, installPython } = require("./python.cjs");
const { finishAll, setupLock, takeStep } = require("./step.cjs");

/**
 * Prepares this clone, what does not need each other at the same time, and returns the paths of what it prepared.
 * @param wanted which of `notebooks` (JupyterLab), `testPython` (the Python peers), `chromium` and `paimon` (its Python
 *   client and its catalog server) and `ray` (Daft with Ray) are needed too
 * @param meanwhile work that needs no more than the npm packages and the build, done at the same time as the rest; gets the Node's path
 * @returns `node`, and by what was wanted `jupyterPython`, `testPython`, `chromium`, `paimonPython`, `paimonServer` and
 *   `rayPython`
 * @throws a step error, in words
 */
async function prepare(wanted, meanwhile) {
  return withLock(setupLock, async () => {
    const node = prepareNode();
    const works = { node };
    if (meanwhile !== undefined) works.meanwhile = node.then(meanwhile);
    if (wanted.notebooks) {
      works.jupyterPython = takeStep("python with JupyterLab", () => installPython(environments.notebook));
    }
    if (wanted.testPython) {
      works.testPython = takeStep("python for the tests", () => installPython(environments.test));
    }
    if (wanted.chromium) works.chromium = takeStep("chromium", installChromium);
    if (wanted.paimon) {
      works.paimonPython = takeStep("python with pypaimon", () => installPython(environments.paimon));
      works.paimonServer = takeStep("paimon's catalog server", installPaimonServer);
    }
    if (wanted.ray) works.rayPython = takeStep("python with Ray", () => installPython(environments.ray));
    const { meanwhile: _, ...paths } = await finishAll(works);
    return paths;
  });
}

/** The npm packages, and the build that they make; returns the path of a Node to run it with. */
async function prepareNode() {
  const node = await takeStep("node packages", async () => {
    await installNodePackages();
    return requireNode();
  });
  await takeStep("build", () => build(node));
  return node;
}

module.exports = { prepare };
