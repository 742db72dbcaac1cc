// vitest, with the paths that this clone has prepared.
"use strict";
const childProcess = require("node:child_process");
const path = require("node:path");
const { root } = require("./step.cjs");

/** Runs vitest with its output to ours; returns its status. */
function runVitest(paths, options, environment) {
  const result = childProcess.spawnSync(
    paths.node,
    [path.join(root, "node_modules", "vitest", "vitest.mjs"), "run"].concat(options),
    {
      cwd: root,
      env: Object.assign({}, process.env, { DLF_LANCE_PREPARED: JSON.stringify(paths) }, environment),
      stdio: ["ignore", "inherit", "inherit"],
    },
  );
  return result.status === null ? 1 : result.status;
}

module.exports = { runVitest };
