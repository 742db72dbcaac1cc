// `npm run test:cloud`: the workflow against the DLF that `DLF_*` variables name. Without them it does nothing, and says so.
"use strict";
const { prepare } = require("./prepare.cjs");
const { runMain, say } = require("./step.cjs");
const { runVitest } = require("./vitest.cjs");

async function testCloud() {
  if (!process.env.DLF_ENDPOINT && !process.env.DLF_PROFILE) {
    say("skipped: neither DLF_ENDPOINT nor DLF_PROFILE is set, so there is no DLF to test against");
    say(
      "Next: set DLF_ENDPOINT, DLF_WAREHOUSE and keys (docs/connect.md), or DLF_PROFILE, and run it again.",
    );
    return;
  }
  const paths = await prepare({});
  const options = ["test/cloud", "--reporter=verbose"].concat(process.argv.slice(2));
  process.exitCode = runVitest(paths, options, { DLF_LANCE_TEST_CLOUD: "1" });
  say("The report: .dlf-lance/output/cloud-report.md");
}

runMain(testCloud);
