// A Python environment of this clone, in `.dlf-lance/NAME`.
"use strict";
const path = require("node:path");
const { installDebianPackages } = require("./debian.cjs");
const { runLogged, stateFolder } = require("./step.cjs");

function folderOf(name) {
  return path.join(stateFolder, name);
}

/** Where a program of the environment is, whether or not it exists yet. */
function programOf(name, program) {
  return path.join(folderOf(name), "bin", program);
}

function pythonOf(name) {
  return programOf(name, "python");
}

/** Makes an environment that has pip, in place of one that is there. */
async function createEnvironment(name, base) {
  const create = () =>
    runLogged(`${name}-venv`, base, ["-m", "venv", "--clear", folderOf(name)], {
      next: "install Python's venv module (Debian, Ubuntu: `apt-get install python3-venv`), then run the same command again.",
    });
  try {
    await create();
  } catch (error) {
    if (!(await installDebianPackages(`${name}-venv-packages`, ["python3-venv"]))) throw error;
    await create();
  }
}

module.exports = { createEnvironment, folderOf, programOf, pythonOf };
