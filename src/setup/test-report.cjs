// What `npm test` says at its end, from vitest's JSON report.
"use strict";
const path = require("node:path");

const slowestShown = 20;

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

module.exports = { countTests, listSlowest };
