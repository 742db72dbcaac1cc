// Keeps two set-ups of one clone from working at the same time.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

const pollInterval = 200;
const graceForEmptyLock = 5000;

/** Runs `work` while this process alone holds the lock file; a lock left by a dead process is taken over. */
async function withLock(file, work) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  while (!tryLock(file)) await new Promise((resolve) => setTimeout(resolve, pollInterval));
  try {
    return await work();
  } finally {
    fs.unlinkSync(file);
  }
}

function tryLock(file) {
  try {
    fs.writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  if (isAbandoned(file)) fs.rmSync(file, { force: true });
  return false;
}

function isAbandoned(file) {
  try {
    const holder = Number(fs.readFileSync(file, "utf8"));
    if (holder > 0) return !isRunning(holder);
    return Date.now() - fs.statSync(file).mtimeMs > graceForEmptyLock;
  } catch (_released) {
    return false;
  }
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

module.exports = { isRunning, withLock };
