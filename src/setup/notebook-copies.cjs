// Copies of the notebooks to work in, so that git sees no change.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { fingerprint, isStamped, root, stamp } = require("./step.cjs");

const source = path.join(root, "notebooks");
const copies = path.join(root, "my-notebooks");

/** Brings the copies up to date, but for those that somebody has changed; returns their folder. */
function copyNotebooks(from, to) {
  const [sourceFolder, folder] = [from || source, to || copies];
  fs.mkdirSync(folder, { recursive: true });
  fs.readdirSync(sourceFolder)
    .filter((name) => name.endsWith(".ipynb"))
    .forEach((name) => {
      const file = path.join(folder, name);
      const isOurs = !fs.existsSync(file) || isStamped(stampOf(folder, name), contentOf(file));
      if (!isOurs) return;
      fs.copyFileSync(path.join(sourceFolder, name), file);
      stamp(stampOf(folder, name), contentOf(file));
    });
  return folder;
}

function stampOf(folder, name) {
  return `notebook-${fingerprint([folder]).slice(0, 8)}-${name}`;
}

function contentOf(file) {
  return fingerprint([fs.readFileSync(file)]);
}

module.exports = { copyNotebooks };
