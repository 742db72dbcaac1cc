// `npm run bench`: sets this clone up and runs the benchmark; arguments after `--` go to it.
"use strict";
const childProcess = require("node:child_process");
const path = require("node:path");
const { prepare } = require("./prepare.cjs");
const { root, runMain } = require("./step.cjs");

async function bench() {
  const paths = await prepare({ testPython: true });
  const result = childProcess.spawnSync(
    paths.node,
    [path.join("test", "bench", "bench.ts")].concat(process.argv.slice(2)),
    {
      cwd: root,
      env: Object.assign({}, process.env, { DLF_LANCE_PREPARED: JSON.stringify(paths) }),
      stdio: "inherit",
    },
  );
  process.exitCode = result.status === 0 ? 0 : 1;
}

runMain(bench);
