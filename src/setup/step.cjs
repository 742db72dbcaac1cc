// One step of the set-up: it is timed, its output goes to a log, and its failure is put into words.
// Like all of this folder it runs under the machine's own Node before anything is installed, so it is
// old-syntax JavaScript without dependencies.
"use strict";
const childProcess = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.join(__dirname, "..", "..");
const stateFolder = path.join(root, ".dlf-lance");
/** Held by whoever changes what a clone has set up. */
const setupLock = path.join(stateFolder, "setup.lock");
const shownLogLines = 15;
const longestRun = 30 * 60 * 1000;

function say(text) {
  process.stdout.write(`${text}\n`);
}

function seconds(milliseconds) {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/**
 * An error for a person: what went wrong, in its own lines, and what to do next.
 * @param {string} sentence
 * @param {string} next
 * @param {string[]} [details]
 */
function stepError(sentence, next, details) {
  return asStepError([sentence].concat(details || [], `Next: ${next}`).join("\n"));
}

function asStepError(message) {
  return Object.assign(new Error(message), { isStepError: true });
}

function quoteLog(logFile, telling) {
  const lines = fs
    .readFileSync(logFile, "utf8")
    .split(/[\r\n]+/)
    .filter((line) => line.trim() !== "");
  const shown = telling === "first lines" ? lines.slice(0, shownLogLines) : lines.slice(-shownLogLines);
  return shown.map((line) => `  | ${line}`).concat(`Full log: ${path.relative(root, logFile)}`);
}

/**
 * Runs a program to its end, its output in `.dlf-lance/logs/NAME.log`.
 * @param options `env`; `next`: what a person should do if it fails; `telling`: which part of the output is
 *   quoted then, "first lines" or else the last ones
 * @throws a step error when it cannot be started, is killed, or ends with another status than 0
 */
async function runLogged(name, program, programArguments, options) {
  const logFile = path.join(stateFolder, "logs", `${name}.log`);
  fs.mkdirSync(path.dirname(logFile), { recursive: true });
  const log = fs.openSync(logFile, "w");
  const result = await runToEnd(program, programArguments, {
    cwd: root,
    env: options.env || process.env,
    stdio: ["ignore", log, log],
  });
  fs.closeSync(log);
  if (result.status === 0) return;
  const words = [path.basename(program)].concat(programArguments.slice(0, 3));
  const command = words.map((word) => word.replace(`${root}${path.sep}`, "")).join(" ");
  throw stepError(`\`${command}\` ${describeEnd(result)}.`, options.next, quoteLog(logFile, options.telling));
}

/** How a program ended: its `status`, or the `signal` or `error` that kept it from one. */
function runToEnd(program, programArguments, options) {
  return new Promise((resolve) => {
    const start = Date.now();
    const child = childProcess.spawn(
      program,
      programArguments,
      Object.assign({ timeout: longestRun }, options),
    );
    child.on("error", (error) => resolve({ error }));
    child.on("exit", (status, signal) =>
      resolve({ status, signal, isTooLong: Date.now() - start >= longestRun }),
    );
  });
}

function describeEnd(result) {
  if (result.error && result.error.code === "ENOENT") return "is not installed";
  if (result.isTooLong) return `did not end within ${seconds(longestRun)}`;
  if (result.error) return `could not be run (${result.error.code})`;
  if (result.signal) return `was stopped by ${result.signal}`;
  return `ended with status ${result.status}`;
}

/** Times `work`, and says when it is done; a step error names the step. Returns what `work` returns. */
async function takeStep(name, work) {
  const start = Date.now();
  try {
    const result = await work();
    say(`✓ ${name}  ${seconds(Date.now() - start)}`);
    return result;
  } catch (error) {
    if (error.isStepError) error.message = `✗ ${name}: ${error.message}`;
    throw error;
  }
}

/**
 * Waits until all work of an object of promises is done, also after some has failed; returns an object of the results.
 * @throws the first failure; when several are step errors, one error of all their words
 */
async function finishAll(works) {
  const names = Object.keys(works);
  const ends = await Promise.allSettled(names.map((name) => works[name]));
  const errors = new Set(ends.flatMap((end) => (end.status === "rejected" ? [end.reason] : [])));
  const unexpected = Array.from(errors).find((error) => !error.isStepError);
  if (unexpected !== undefined) throw unexpected;
  if (errors.size > 0) throw asStepError(Array.from(errors, (error) => error.message).join("\n\n"));
  return Object.fromEntries(ends.map((end, index) => [names[index], "value" in end && end.value]));
}

/** A short fingerprint of texts and buffers, for stamps. */
function fingerprint(parts) {
  const hash = crypto.createHash("sha256");
  for (const part of parts) hash.update(`${part.length}:`).update(part);
  return hash.digest("hex");
}

/** True when `name` was last finished with these very inputs. */
function isStamped(name, inputs) {
  try {
    return fs.readFileSync(path.join(stateFolder, "stamps", name), "utf8") === inputs;
  } catch (_missing) {
    return false;
  }
}

function stamp(name, inputs) {
  const file = path.join(stateFolder, "stamps", name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, inputs);
}

/** Runs a command's `main`; a failure put into words is printed as it is, any other with its stack. */
async function runMain(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`${error.isStepError ? error.message : error.stack}\n`);
    process.exitCode = 1;
  }
}

module.exports = {
  root,
  setupLock,
  stateFolder,
  say,
  seconds,
  stepError,
  quoteLog,
  runLogged,
  takeStep,
  finishAll,
  fingerprint,
  isStamped,
  stamp,
  runMain,
};
