// Debian packages, where we may install them.
"use strict";
const fs = require("node:fs");
const { runLogged, say } = require("./step.cjs");

/** The last installation: apt-get refuses to work twice at the same time. */
let last = Promise.resolve();

/**
 * Installs packages with apt-get when this is root on Debian or a relative of it; returns false when it is not.
 * @throws a step error when apt-get fails
 */
async function installDebianPackages(name, packages) {
  const isRoot = process.getuid !== undefined && process.getuid() === 0;
  if (!isRoot || !fs.existsSync("/usr/bin/apt-get")) return false;
  const installation = last.then(() => install(name, packages));
  last = installation.catch(() => {});
  await installation;
  return true;
}

async function install(name, packages) {
  say(`… installing ${packages.join(" and ")} with apt-get`);
  const options = {
    env: Object.assign({}, process.env, { DEBIAN_FRONTEND: "noninteractive" }),
    next: `install ${packages.join(" and ")} yourself, then run the same command again.`,
  };
  try {
    await runLogged(`${name}-list`, "apt-get", ["update"], options);
  } catch (error) {
    // One unreachable source fails the whole update, although the packages may come from another.
    if (!error.isStepError) throw error;
  }
  await runLogged(name, "apt-get", ["install", "--yes", "--no-install-recommends"].concat(packages), options);
}

module.exports = { installDebianPackages };
