// What test files need beyond Node and the npm packages, found in what they and the files they import ask for.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { root } = require("./step.cjs");

const testFolder = path.join(root, "test");

/** What a test asks for by name (see test/global-setup.ts), and what has to be prepared for it. */
const preparedFor = {
  jupyterPython: "notebooks",
  testPython: "testPython",
  chromium: "chromium",
  paimonPython: "paimon",
  paimonServer: "paimon",
  rayPython: "ray",
};

/** What takes too long for every run: a JDK and Maven, or minutes of a browser. `npm test -- FILE` runs each by itself. */
const onlyInFull = [
  "test/browser/charts.test.ts",
  "test/contract/paimon.test.ts",
  "test/interop/table-life.test.ts",
];

/** All test files whose path holds one of the filters, as vitest chooses them; all there are without a filter. */
function chooseTestFiles(filters) {
  const files = listFiles(testFolder).filter((file) => file.endsWith(".test.ts"));
  if (filters.length === 0) return files;
  return files.filter((file) => filters.some((filter) => file.includes(filter.replace(/^\.\//, ""))));
}

/** What `prepare` has to make ready for these files. */
function findNeeds(files) {
  const text = readWithImports(files);
  const names = Object.keys(preparedFor).filter((name) => text.includes(`inject("${name}")`));
  return Object.fromEntries(names.map((name) => [preparedFor[name], true]));
}

/**
 * Whether a file tests code in its own process alone: no Python, JDK or browser, no program that it starts, such as
 * TypeScript's, no lake, and no generated cases, of which there are as many as the size of the run asks for.
 */
function isUnitTest(file) {
  const other =
    /\binject\("|"node:child_process"|\bsizes\.|"fast-check"|local\/start\.ts"|local\/lake\/|duckdb|start-checker\.ts"|from "typescript/;
  return !other.test(readWithImports([file]));
}

/** The text of the files, and of all in the test folder that they import, however far around. */
function readWithImports(files) {
  const seen = new Map();
  const visit = (file) => {
    if (seen.has(file) || !fs.existsSync(file)) return;
    const text = fs.readFileSync(file, "utf8");
    seen.set(file, text);
    for (const [, target] of text.matchAll(/(?:from|import\()\s*"(\.[^"]+)"/g)) {
      const imported = path.resolve(path.dirname(file), target);
      if (imported.startsWith(testFolder)) visit(imported);
    }
  };
  files.forEach(visit);
  return [...seen.values()].join("\n");
}

function listFiles(folder) {
  return fs
    .readdirSync(folder, { withFileTypes: true })
    .flatMap((entry) => {
      const file = path.join(folder, entry.name);
      return entry.isDirectory() ? listFiles(file) : [file];
    })
    .sort();
}

module.exports = { chooseTestFiles, findNeeds, isUnitTest, onlyInFull };
