// What `npm test` says at its end, from vitest's JSON report.
"use strict";
const path = require("node:path");

const slowestShown = 20;
const linesOfFailure = 12;

/**
 * Counts of a report of vitest's JSON reporter. A file that could not be run at all counts as one failed test.
 */
function countTests(report) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
  );
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/** The slowest tests, slowest first, one line each, with files relative to `root`. */
function listSlowest(report, root) {
  const tests = [].concat(
    ...report.testResults.map((file) =>
      file.assertionResults.map((test) => ({
        duration: test.duration || 0,
        name: `${path.relative(root, file.name)}: ${test.fullName}`,
      })),
    ),
  );
  tests.sort((a, b) => b.duration - a.duration);
  return tests
    .slice(0, slowestShown)
    .map((test) => `${(test.duration / 1000).toFixed(2).padStart(8)} s  ${test.name}`);
}

/**
 * What failed, each with the first lines of its message: vitest prints them thousands of lines earlier. Files are relative
 * to `root`.
 */
function listFailures(report, root) {
  const failures = [];
  for (const file of report.testResults.filter((each) => each.status === "failed")) {
    const name = path.relative(root, file.name);
    const tests = file.assertionResults.filter((each) => each.status === "failed");
    for (const each of tests) failures.push(`${name}: ${each.fullName}\n${firstLines(each.failureMessages)}`);
    if (tests.length === 0) failures.push(`${name}: could not be run\n${firstLines([file.message])}`);
  }
  return failures;
}

function firstLines(messages) {
  const lines = (messages || []).filter(Boolean).join("\n").split("\n").slice(0, linesOfFailure);
  return lines.map((line) => `    ${line}`).join("\n");
}

module.exports = { countTests, listFailures, listSlowest };
