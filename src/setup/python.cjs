// Python environments of our own, each with the packages of one requirements file.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { fingerprint, isStamped, root, runLogged, say, stamp, stepError } = require("./step.cjs");
const { findUv, installWithUv } = require("./uv.cjs");
const { createEnvironment, pythonOf } = require("./virtual-environment.cjs");

const candidates = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
const oldestMinor = 10;
const newestMinor = 13;

const daftFolder = path.join("src", "daft", "python");

/** The environment at `.dlf-lance/NAME` and the packages it is to hold. */
const environments = {
  notebook: { name: "python", requirements: path.join("src", "setup", "requirements-notebook.txt") },
  test: { name: "python-test", requirements: path.join("test", "requirements.txt") },
  // Apart, because pypaimon wants an older pyarrow than the others.
  paimon: { name: "python-paimon", requirements: path.join("test", "requirements-paimon.txt") },
  ray: { name: "python-ray", requirements: path.join(daftFolder, "requirements-ray.txt") },
};

let lastInstallation = Promise.resolve();

/** Makes the environment and installs its packages if need be; returns the path of its Python. */
async function installPython(environment) {
  const python = pythonOf(environment.name);
  const requirements = fs.readFileSync(path.join(root, environment.requirements));
  // The program behind the link names its version: another one does not see the packages installed for this one.
  const inputs = () => fingerprint([requirements, python, fs.realpathSync(python)]);
  if (fs.existsSync(python) && isStamped(environment.name, inputs())) return endClonesReach(python);
  // One after the other: environments share packages, which at the same time each would fetch.
  const installation = lastInstallation.then(() => installPackages(environment, findPython()));
  lastInstallation = installation.catch(() => {});
  await installation;
  stamp(environment.name, inputs());
  return endClonesReach(python);
}

/** With uv; with pip where uv is missing or fails. */
async function installPackages(environment, base) {
  const { name, requirements } = environment;
  say(`… installing the Python packages of ${requirements}`);
  const uv = await findUv(base);
  if (uv !== undefined) {
    try {
      await installWithUv(uv, environment, base);
      return;
    } catch (error) {
      if (!error.isStepError) throw error;
    }
  }
  say("… with pip, as uv cannot be used here: minutes");
  await createEnvironment(name, base);
  const options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"];
  const install = ["-m", "pip", "install"].concat(options, ["--requirement", requirements]);
  await runLogged(`${name}-pip`, pythonOf(name), install, {
    next: "see that PyPI can be reached and that the disk has 2 GB free, then run the same command again.",
  });
}

/** JupyterLab runs one of its CommonJS scripts, which Node would take for an ES module by this clone's package.json. */
function endClonesReach(python) {
  const manifest = path.join(path.dirname(path.dirname(python)), "package.json");
  if (!fs.existsSync(manifest)) fs.writeFileSync(manifest, '{ "type": "commonjs" }\n');
  return python;
}

/** The path of the first Python whose version will do. */
function findPython() {
  const seen = [];
  for (const program of candidates) {
    const found = askPython(program);
    if (found === undefined) continue;
    if (isSupported(found.version)) return found.path;
    seen.push(`${program} is ${found.version}`);
  }
  throw stepError(
    `Python 3.${oldestMinor} to 3.${newestMinor} is needed, and ${seen.join(", ") || "no python3 is installed"}.`,
    "install one of these Pythons so that `python3` starts it, then run the same command again.",
  );
}

function isSupported(version) {
  const parts = version.split(".").map(Number);
  return parts[0] === 3 && parts[1] >= oldestMinor && parts[1] <= newestMinor;
}

/** The version of a Python and the path of its program, which a shim on the PATH hides. */
function askPython(program) {
  const code = "import sys; print('%d.%d.%d' % sys.version_info[:3]); print(sys.executable)";
  const answer = childProcess.spawnSync(program, ["-c", code], { encoding: "utf8" });
  if (answer.status !== 0) return undefined;
  const [version, executable] = answer.stdout.trim().split(/\r?\n/);
  return { version, path: executable };
}

module.exports = { environments, installPython };
