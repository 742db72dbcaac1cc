// Python environments of our own, each with the packages of one requirements file.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { installDebianPackages } = require("./debian.cjs");
const { fingerprint, isStamped, root, runLogged, say, stamp, stateFolder, stepError } = require("./step.cjs");

const candidates = ["python3", "python3.13", "python3.12", "python3.11", "python3.10"];
const oldestMinor = 10;
const newestMinor = 13;

/** The environment at `.dlf-lance/NAME` and the packages it is to hold. */
const environments = {
  notebook: { name: "python", requirements: path.join("src", "setup", "requirements-notebook.txt") },
  test: { name: "python-test", requirements: path.join("test", "requirements.txt") },
  // Apart, because pypaimon wants an older pyarrow than the others.
  paimon: { name: "python-paimon", requirements: path.join("test", "requirements-paimon.txt") },
};

/** Where an environment's Python is, whether or not it exists yet. */
function pythonOf(environment) {
  return path.join(stateFolder, environment.name, "bin", "python");
}

/** Makes the environment and installs its packages if need be; returns the path of its Python. */
function installPython(environment) {
  const python = pythonOf(environment);
  const requirements = fs.readFileSync(path.join(root, environment.requirements));
  // The program behind the link names its version: another one does not see the packages installed for this one.
  const inputs = () => fingerprint([requirements, python, fs.realpathSync(python)]);
  if (fs.existsSync(python) && isStamped(environment.name, inputs())) return endClonesReach(python);
  const base = findPython();
  say(`… installing the Python packages of ${environment.requirements}: about a minute`);
  createEnvironment(environment.name, base);
  const options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off"];
  runLogged(
    environment.name,
    python,
    ["-m", "pip", "install"].concat(options, ["--requirement", environment.requirements]),
    {
      next: "see that PyPI can be reached and that the disk has 2 GB free, then run the same command again.",
    },
  );
  stamp(environment.name, inputs());
  return endClonesReach(python);
}

/** JupyterLab runs one of its CommonJS scripts, which Node would take for an ES module by this clone's package.json. */
function endClonesReach(python) {
  const manifest = path.join(path.dirname(path.dirname(python)), "package.json");
  if (!fs.existsSync(manifest)) fs.writeFileSync(manifest, '{ "type": "commonjs" }\n');
  return python;
}

function createEnvironment(name, program) {
  const folder = path.join(stateFolder, name);
  const create = () =>
    runLogged(`${name}-venv`, program, ["-m", "venv", "--clear", folder], {
      next: "install Python's venv module (Debian, Ubuntu: `apt-get install python3-venv`), then run the same command again.",
    });
  try {
    create();
  } catch (error) {
    if (!installDebianPackages(`${name}-venv-packages`, ["python3-venv"])) throw error;
    create();
  }
}

/** The first Python whose version will do. */
function findPython() {
  const seen = [];
  for (const program of candidates) {
    const version = askVersion(program);
    if (version !== undefined && isSupported(version)) return program;
    if (version !== undefined) seen.push(`${program} is ${version}`);
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

function askVersion(program) {
  const code = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
  const answer = childProcess.spawnSync(program, ["-c", code], { encoding: "utf8" });
  return answer.status === 0 ? answer.stdout.trim() : undefined;
}

module.exports = { environments, installPython, pythonOf };
