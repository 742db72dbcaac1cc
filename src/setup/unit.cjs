// `npm run test:unit`: the tests that need Node alone. Arguments after `--` go to vitest.
"use strict";
const { prepare } = require("./prepare.cjs");
const { runMain } = require("./step.cjs");
const { chooseTestFiles, isUnitTest } = require("./test-needs.cjs");
const { runVitest } = require("./vitest.cjs");

async function testUnits() {
  const paths = await prepare({});
  process.exitCode = runVitest(paths, process.argv.slice(2).concat(chooseTestFiles([]).filter(isUnitTest)));
}

runMain(testUnits);
