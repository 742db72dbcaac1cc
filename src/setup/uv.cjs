// uv, which installs Python packages in a fifth of pip's time.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const { isStamped, fingerprint, runLogged, stamp } = require("./step.cjs");
const { createEnvironment, folderOf, programOf, pythonOf } = require("./virtual-environment.cjs");

const version = "0.13.8";
const name = "uv";
let found;

/** The path of uv, installed with pip if need be; undefined where there is none for this machine. */
function findUv(base) {
  if (found === undefined) {
    found = installUv(base).catch((error) => {
      if (!error.isStepError) throw error;
    });
  }
  return found;
}

async function installUv(base) {
  const program = programOf(name, "uv");
  const inputs = fingerprint([version, program]);
  if (isStamped(name, inputs) && fs.existsSync(program)) return program;
  await createEnvironment(name, base);
  // Ready-made only: without a wheel pip would compile it.
  const options = ["--disable-pip-version-check", "--no-input", "--progress-bar=off", "--only-binary=:all:"];
  const install = ["-m", "pip", "install"].concat(options, [`uv==${version}`]);
  await runLogged(`${name}-pip`, pythonOf(name), install, { next: "see that PyPI can be reached." });
  stamp(name, inputs);
  return program;
}

/**
 * Makes an environment and installs the packages of a requirements file into it, from the index that pip would ask.
 * @throws a step error when uv fails
 */
async function installWithUv(uv, environment, base) {
  const options = {
    env: Object.assign({ UV_PYTHON_DOWNLOADS: "never", UV_SYSTEM_CERTS: "1" }, findIndex(), process.env),
    next: "read the full log.",
  };
  fs.rmSync(folderOf(environment.name), { recursive: true, force: true });
  const create = ["venv", "--python", base, folderOf(environment.name)];
  await runLogged(`${environment.name}-venv`, uv, create, options);
  const install = ["pip", "install", "--python", pythonOf(environment.name), "--requirement"];
  await runLogged(environment.name, uv, install.concat(environment.requirements), options);
}

/** The index that pip is configured to ask, which uv does not look for. */
function findIndex() {
  const answer = childProcess.spawnSync(pythonOf(name), ["-m", "pip", "config", "list"], {
    encoding: "utf8",
  });
  const places = [":env:", "install", "global"].map((place) => `${place}.index-url='`);
  const lines = (answer.stdout || "").split(/\r?\n/);
  const line = places.flatMap((place) => lines.filter((text) => text.startsWith(place)))[0];
  return line === undefined ? {} : { UV_DEFAULT_INDEX: line.slice(line.indexOf("'") + 1, -1) };
}

module.exports = { findUv, installWithUv };
