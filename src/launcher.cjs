#!/usr/bin/env node
// Old-syntax JavaScript on purpose: it must be able to say in words that a Node is too old.
"use strict";
var childProcess = require("child_process");
var fs = require("fs");
var path = require("path");

var oldest = [22, 19];
var root = path.join(__dirname, "..");

function isNewEnough(version) {
  var parts = version.split(".").map(Number);
  return parts[0] > oldest[0] || (parts[0] === oldest[0] && parts[1] >= oldest[1]);
}

/** A Node that is new enough: this one, or the npm package `node` next to this one; else undefined. */
function findNode() {
  return isNewEnough(process.versions.node) ? process.execPath : findPackagedNode();
}

function findPackagedNode() {
  var manifest, packaged;
  try {
    manifest = require.resolve("node/package.json", { paths: [root] });
  } catch (_missing) {
    return undefined;
  }
  packaged = path.join(path.dirname(manifest), "bin", "node");
  return fs.existsSync(packaged) ? packaged : undefined;
}

/** Runs `arguments_` under a newer Node in a child that shares our terminal, and ends as it ends. */
function runUnder(node, arguments_) {
  var child = childProcess.spawn(node, arguments_, { stdio: "inherit" });
  /** @type {NodeJS.Signals[]} */
  var signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  signals.forEach(function (signal) {
    process.on(signal, function () {
      // A terminal sends Ctrl-C to child and parent alike; a program that signals only us expects us to pass it on.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  });
  child.on("exit", function (code, signal) {
    process.exitCode = signal ? 1 : code;
  });
}

function main() {
  var entry = path.join(root, "dist", "cli", "main.js");
  if (!fs.existsSync(entry)) {
    process.stderr.write("dlf-lance is not built yet. Run: npm run build\n");
    return process.exit(1);
  }
  var node = findNode();
  if (node === undefined) {
    process.stderr.write(
      "dlf-lance needs Node " +
        oldest.join(".") +
        " or newer, and this is " +
        process.versions.node +
        ". Install a newer Node, or add one to this project: npm install node@24\n",
    );
    return process.exit(1);
  }
  if (node === process.execPath) require(entry);
  else runUnder(node, [entry].concat(process.argv.slice(2)));
}

module.exports = { findNode: findNode };
if (require.main === module) main();
