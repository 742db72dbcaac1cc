// `npm start`: sets this clone up, runs the tour against the embedded DLF and OSS, then opens the notebooks in JupyterLab.
"use strict";
const path = require("node:path");
const { jupyterEnvironment, openJupyterLab } = require("./jupyter-lab.cjs");
const { copyNotebooks } = require("./notebook-copies.cjs");
const { withLock } = require("./lock.cjs");
const { parseOptions } = require("./options.cjs");
const { prepare } = require("./prepare.cjs");
const { root, runLogged, runMain, say, setupLock, takeStep } = require("./step.cjs");
const { renderTour, reportTour, runTour } = require("./tour.cjs");

async function start() {
  const options = parseOptions("npm start", process.argv.slice(2), {
    "--no-lab": "stop before JupyterLab opens",
  });
  if (options === undefined) return;
  const { node, jupyterPython } = await prepare({ notebooks: true });
  const environment = jupyterEnvironment();
  // Two of one clone would write the same files, and the same tables.
  await withLock(setupLock, async () => {
    await takeStep("kernel", () => installKernel(node, path.dirname(path.dirname(jupyterPython))));
    const executed = await takeStep("tour", () => runTour(jupyterPython, environment));
    reportTour(executed);
    const page = await takeStep("page", () => renderTour(jupyterPython, environment));
    say(`The tour with its results: ${page}`);
  });
  say("dlf + lance + typescript: ok");
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (hasTerminal && !options.has("--no-lab")) {
    openJupyterLab(jupyterPython, environment, copyNotebooks());
    return;
  }
  say("");
  say("Next: `npm start` in a terminal opens JupyterLab on copies of the notebooks");
  say("      `npx --no-install dlf-lance kernel install` adds the kernel to the Jupyter you have");
}

function installKernel(node, prefix) {
  const launcher = path.join(root, "src", "launcher.cjs");
  return runLogged("kernel", node, [launcher, "kernel", "install", "--prefix", prefix, "--force"], {
    next: "read the full log, then run the same command again.",
  });
}

runMain(start);
