// A Chromium for the tests that look at a real notebook page.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { installDebianPackages } = require("./debian.cjs");
const { stepError } = require("./step.cjs");

const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** The path of a Chromium: `$CHROMIUM`, else one on the PATH; undefined when there is none. */
function findChromium() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const folders = (process.env.PATH || "").split(path.delimiter).filter((folder) => folder !== "");
  const places = names.flatMap((name) => folders.map((folder) => path.join(folder, name)));
  return places.find((place) => fs.existsSync(place));
}

/** The path of a Chromium, installed if need be. */
async function installChromium() {
  const next = "install Chromium, or set CHROMIUM to the path of one, then run the same command again.";
  if (findChromium() === undefined) {
    await installDebianPackages("chromium", ["chromium", "fonts-dejavu-core"]);
  }
  const chromium = findChromium();
  if (chromium === undefined) throw stepError(`none of ${names.join(", ")} is on the PATH.`, next);
  return chromium;
}

module.exports = { findChromium, installChromium };
