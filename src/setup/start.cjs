// `npm start`: sets this clone up, runs the tour against the embedded DLF and OSS, then opens it in JupyterLab.
"use strict";
const childProcess = require("node:child_process");
const path = require("node:path");
const { prepare } = require("./prepare.cjs");
const { root, runLogged, runMain, say, stateFolder, takeStep } = require("./step.cjs");
const { notebook, renderTour, reportTour, runTour } = require("./tour.cjs");

function start() {
  const options = process.argv.slice(2);
  const { node, jupyterPython } = prepare({ notebooks: true });
  const environment = Object.assign({ DLF_LANCE_DATA: path.join(stateFolder, "lake") }, process.env);
  takeStep("kernel", () => installKernel(node, path.dirname(path.dirname(jupyterPython))));
  const executed = takeStep("tour", () => runTour(jupyterPython, environment));
  reportTour(executed);
  const page = takeStep("page", () => renderTour(jupyterPython, environment));
  say(`The tour with its results: ${page}`);
  say("dlf + lance + typescript: ok");
  const hasTerminal = process.stdin.isTTY && process.stdout.isTTY;
  if (hasTerminal && !options.includes("--no-lab")) openJupyterLab(jupyterPython, environment);
}

function installKernel(node, prefix) {
  const launcher = path.join(root, "src", "launcher.cjs");
  runLogged("kernel", node, [launcher, "kernel", "install", "--prefix", prefix, "--force"], {
    next: "read the full log, then run the same command again.",
  });
}

/** Opens the tour in JupyterLab, and ends when that ends. */
function openJupyterLab(python, environment) {
  say("JupyterLab opens now; Ctrl-C here ends it.");
  const asRoot = process.getuid !== undefined && process.getuid() === 0 ? ["--allow-root"] : [];
  const lab = childProcess.spawn(python, ["-m", "jupyterlab", notebook].concat(asRoot), {
    cwd: root,
    env: environment,
    stdio: "inherit",
  });
  // Ctrl-C reaches JupyterLab too, which asks before it ends: stay until it has.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => lab.kill("SIGTERM"));
  lab.on("exit", (code) => {
    process.exitCode = code === null ? 1 : code;
  });
}

runMain(start);
