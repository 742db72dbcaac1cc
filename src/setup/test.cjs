// `npm test`: sets this clone up, checks style and types, runs every test. With names of test files after `--` it prepares
// what these need, and runs them alone. Other arguments go to vitest.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { prepare } = require("./prepare.cjs");
const { root, runLogged, runMain, say, stateFolder, takeStep } = require("./step.cjs");
const { chooseTestFiles, findNeeds, onlyInFull } = require("./test-needs.cjs");
const { countTests, listFailures, listSlowest } = require("./test-report.cjs");
const { runVitest } = require("./vitest.cjs");

const modules = path.join(root, "node_modules");
const reportFile = path.join(stateFolder, "output", "tests.json");

async function test() {
  const options = process.argv.slice(2);
  const filters = options.filter((option) => !option.startsWith("-") && chooseTestFiles([option]).length > 0);
  if (filters.length > 0) {
    const paths = await prepare(findNeeds(chooseTestFiles(filters)));
    process.exitCode = runVitest(paths, withoutSize(options), sizeOf(options));
    return;
  }
  const isFull = options.includes("--full");
  const excluded = isFull ? [] : onlyInFull.map((file) => `--exclude=${file}`);
  const failedChecks = [];
  const paths = await prepare(
    { notebooks: true, testPython: true, chromium: true, paimon: isFull, ray: isFull },
    async (node) => failedChecks.push(...(await checkStyleAndTypes(node))),
  );
  fs.rmSync(reportFile, { force: true });
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${reportFile}`];
  const status = runVitest(paths, reporters.concat(excluded, withoutSize(options)), sizeOf(options));
  const report = readReport();
  say("\nSlowest tests:");
  listSlowest(report, root).forEach(say);
  const failures = listFailures(report, root).concat(failedChecks);
  if (failures.length > 0) say("\nFailed:");
  failures.forEach(say);
  const counts = countTests(report);
  const failed = counts.failed + failedChecks.length;
  process.exitCode = status === 0 && failed === 0 && counts.passed > 0 ? 0 : 1;
  say(`\n${counts.passed} passed, ${failed} failed, ${counts.skipped} skipped`);
}

/** Returns the failures, in words. */
async function checkStyleAndTypes(node) {
  const biome = path.join(modules, "@biomejs", "biome", "bin", "biome");
  const compiler = path.join(modules, "typescript", "bin", "tsc");
  const failures = [
    await check("style", node, [biome, "check", ".", "--diagnostic-level=error"]),
    await check("types", node, [compiler, "-p", "tsconfig.json"]),
    await check("types of the set-up", node, [compiler, "-p", path.join("src", "setup")]),
  ];
  return failures.filter((failure) => failure !== undefined);
}

/** Runs one check; its failure is kept for the end, so that the tests still run. */
async function check(name, node, programArguments) {
  try {
    await takeStep(name, () =>
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

function withoutSize(options) {
  return options.filter((option) => option !== "--full");
}

function sizeOf(options) {
  return options.includes("--full") ? { DLF_LANCE_TEST_SIZE: "full" } : {};
}

/** The report; when vitest left none, one broken file. */
function readReport() {
  if (fs.existsSync(reportFile)) return JSON.parse(fs.readFileSync(reportFile, "utf8"));
  const broken = { status: "failed", name: root, assertionResults: [] };
  return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0, testResults: [broken] };
}

runMain(test);
