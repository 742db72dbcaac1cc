// `npm test`: sets this clone up, checks style and types, runs every test. Arguments after `--` go to vitest.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { prepare } = require("./prepare.cjs");
const { root, runLogged, runMain, say, stateFolder, takeStep } = require("./step.cjs");
const { countTests, listSlowest } = require("./test-report.cjs");

const modules = path.join(root, "node_modules");
const reportFile = path.join(stateFolder, "output", "tests.json");

function test() {
  const options = process.argv.slice(2);
  const paths = prepare({ notebooks: true, testPython: true, chromium: true, paimon: true });
  const failedChecks = [
    check("style", paths.node, [
      path.join(modules, "@biomejs", "biome", "bin", "biome"),
      "check",
      ".",
      "--diagnostic-level=error",
    ]),
    check("types", paths.node, [path.join(modules, "typescript", "bin", "tsc"), "-p", "tsconfig.json"]),
  ].filter((failure) => failure !== undefined);
  const environment = Object.assign({}, process.env, { DLF_LANCE_PREPARED: JSON.stringify(paths) });
  if (options.includes("--full")) environment.DLF_LANCE_TEST_SIZE = "full";
  const status = runTests(
    paths.node,
    options.filter((option) => option !== "--full"),
    environment,
  );
  const report = readReport();
  say("\nSlowest tests:");
  listSlowest(report, root).forEach(say);
  failedChecks.forEach(say);
  const counts = countTests(report);
  const failed = counts.failed + failedChecks.length;
  process.exitCode = status === 0 && failed === 0 && counts.passed > 0 ? 0 : 1;
  say(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
}

/** Runs one check; its failure is kept for the end, so that the tests still run. */
function check(name, node, programArguments) {
  try {
    takeStep(name, () =>
      runLogged(name, node, programArguments, {
        telling: "first lines",
        next: "`npm run check` shows everything.",
      }),
    );
    return undefined;
  } catch (error) {
    if (!error.isStepError) throw error;
    say(error.message.split("\n")[0]);
    return `\n${error.message}`;
  }
}

function runTests(node, options, environment) {
  fs.rmSync(reportFile, { force: true });
  const result = childProcess.spawnSync(
    node,
    [path.join(modules, "vitest", "vitest.mjs"), "run", "--reporter=default", "--reporter=json"].concat(
      [`--outputFile.json=${reportFile}`],
      options,
    ),
    { cwd: root, env: environment, stdio: ["ignore", "inherit", "inherit"] },
  );
  return result.status;
}

/** The report; when vitest left none, one broken file. */
function readReport() {
  if (fs.existsSync(reportFile)) return JSON.parse(fs.readFileSync(reportFile, "utf8"));
  const broken = { status: "failed", name: root, assertionResults: [] };
  return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [broken] };
}

runMain(test);
