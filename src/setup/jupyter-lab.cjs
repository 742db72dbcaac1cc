// JupyterLab, with all that it writes inside the clone, and its log in a file.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { isRunning } = require("./lock.cjs");
const { quoteLog, root, say, stateFolder, stepError } = require("./step.cjs");

const firstNotebook = "01_tour.ipynb";
const state = path.join(stateFolder, "jupyter");
const logFile = path.join(stateFolder, "logs", "jupyterlab.log");
const runtimes = path.join(state, "runtime");
/** Of this server alone: another of this clone may be running. */
const runtime = path.join(runtimes, String(process.pid));
const pollInterval = 100;

/** The environment of Jupyter's programs and the kernels they start. */
function jupyterEnvironment() {
  fs.mkdirSync(state, { recursive: true });
  process.once("exit", () => fs.rmSync(runtime, { recursive: true, force: true }));
  return Object.assign({ DLF_LANCE_DATA: path.join(stateFolder, "lake") }, process.env, {
    IPYTHONDIR: path.join(state, "ipython"),
    JUPYTER_CONFIG_DIR: path.join(state, "configuration"),
    JUPYTER_DATA_DIR: path.join(state, "data"),
    JUPYTER_RUNTIME_DIR: runtime,
    JUPYTERLAB_SETTINGS_DIR: path.join(state, "settings"),
    JUPYTERLAB_WORKSPACES_DIR: path.join(state, "workspaces"),
    XDG_CACHE_HOME: path.join(state, "cache"),
  });
}

/** Opens a folder of notebooks, says the address, and ends when JupyterLab ends. */
function openJupyterLab(python, environment, folder) {
  const others = removeLeftRuntimes();
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, others.length > 0 ? "a" : "w", 0o600);
  const isRoot = process.getuid !== undefined && process.getuid() === 0;
  const options = ["-m", "jupyterlab", "-y", `--ServerApp.root_dir=${folder}`]
    .concat(isRoot ? ["--allow-root"] : [])
    .concat(hasBrowser() ? [] : ["--no-browser"])
    .concat(firstNotebook);
  const lab = childProcess.spawn(python, options, {
    cwd: folder,
    env: environment,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  let hasStarted = false;
  const waiting = setInterval(() => {
    const address = readAddress();
    if (address === undefined) return;
    clearInterval(waiting);
    hasStarted = true;
    say("");
    say(`JupyterLab: ${address}`);
    say(
      `The notebooks are copies, in ${path.relative(root, folder)}. Next: run the cells one by one; Ctrl-C here stops it.`,
    );
  }, pollInterval);
  // Ctrl-C reaches JupyterLab too, which stops its kernels first: stay until it has.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => lab.kill("SIGTERM"));
  lab.on("exit", (code, signal) => {
    clearInterval(waiting);
    if (hasStarted) {
      process.exitCode = code === null ? 1 : code;
      return;
    }
    const error = stepError(
      `✗ JupyterLab ended before it had an address (${signal || `status ${code}`}).`,
      "correct what the log names, then run the same command again.",
      quoteLog(logFile),
    );
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}

/** Removes what servers that are gone have left; returns the names of those that are running. */
function removeLeftRuntimes() {
  const others = fs.existsSync(runtimes)
    ? fs.readdirSync(runtimes).filter((name) => name !== path.basename(runtime))
    : [];
  const running = others.filter((name) => isRunning(Number(name)));
  others
    .filter((name) => running.indexOf(name) < 0)
    .forEach((name) => {
      fs.rmSync(path.join(runtimes, name), { recursive: true, force: true });
    });
  return running;
}

/** Without a desktop Python opens text browsers, which take the terminal. */
function hasBrowser() {
  if (process.platform !== "linux") return true;
  return Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY || process.env.BROWSER);
}

/** The first notebook's address, token included, once the server has printed it. */
function readAddress() {
  try {
    const name = fs.readdirSync(runtime).find((file) => /^jpserver-\d+\.json$/.test(file));
    if (name === undefined) return undefined;
    const server = JSON.parse(fs.readFileSync(path.join(runtime, name), "utf8"));
    return `${server.url}lab/tree/${firstNotebook}?token=${server.token}`;
  } catch (_notYet) {
    return undefined;
  }
}

module.exports = { jupyterEnvironment, openJupyterLab };
