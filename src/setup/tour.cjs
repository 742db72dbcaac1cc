// The tour notebook, run through the real kernel without a browser; the tracked notebook stays as it is.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root, runLogged, say, seconds, stateFolder, stepError } = require("./step.cjs");

const notebook = path.join("notebooks", "01_tour.ipynb");
const outputFolder = path.join(stateFolder, "output");
const longestCell = 300;

/** Runs every cell into `.dlf-lance/output/`, also after one has failed. Returns the executed notebook. */
async function runTour(python, environment) {
  const executed = path.join(outputFolder, path.basename(notebook));
  fs.rmSync(executed, { force: true });
  say(`… running ${notebook}: up to a minute`);
  await convert("tour", python, environment, [
    "--to=notebook",
    "--execute",
    "--allow-errors",
    `--ExecutePreprocessor.timeout=${longestCell}`,
    `--output=${path.basename(notebook, ".ipynb")}`,
    notebook,
  ]);
  return JSON.parse(fs.readFileSync(executed, "utf8"));
}

/** Renders the executed notebook; returns the page's path, relative to the clone. */
async function renderTour(python, environment) {
  const executed = path.join(outputFolder, path.basename(notebook));
  await convert("tour-page", python, environment, ["--to=html", executed]);
  return path.relative(root, executed.replace(/\.ipynb$/, ".html"));
}

function convert(name, python, environment, options) {
  return runLogged(
    name,
    python,
    ["-m", "nbconvert", "--log-level=WARN", `--output-dir=${outputFolder}`].concat(options),
    {
      env: environment,
      next: "read the full log; `npm start -- --no-lab` tries again.",
    },
  );
}

/** Says one line for each code cell; throws a step error that names the first cell that failed. */
function reportTour(executed) {
  const cells = executed.cells.filter((cell) => cell.cell_type === "code");
  cells.forEach((cell, index) => {
    const failure = findFailure(cell);
    if (failure === undefined && cell.execution_count !== null) {
      say(`    ✓ ${titleOf(cell)}  ${runTime(cell)}`);
      return;
    }
    throw stepError(
      `✗ ${notebook}, code cell ${index + 1} of ${cells.length} (${titleOf(cell)}): ${failure || "it did not run"}`,
      "open the notebook in JupyterLab with `npm start` once the cause is fixed.",
    );
  });
  if (cells.length === 0) throw stepError(`✗ ${notebook} has no code cells.`, "restore it with git.");
}

function findFailure(cell) {
  const error = cell.outputs.find((output) => output.output_type === "error");
  return error === undefined ? undefined : `${error.ename}: ${error.evalue}`;
}

/** The cell's first line, without the marks of a comment. */
function titleOf(cell) {
  const source = [].concat(cell.source).join("");
  const line = source.split("\n").find((text) => text.trim() !== "") || "";
  return line.replace(/^\s*\/\/\s*/, "").trim();
}

function runTime(cell) {
  const times = cell.metadata.execution || {};
  const start = Date.parse(times["iopub.status.busy"]);
  const end = Date.parse(times["iopub.status.idle"]);
  return Number.isNaN(end - start) ? "" : seconds(end - start);
}

module.exports = { notebook, renderTour, reportTour, runTour };
