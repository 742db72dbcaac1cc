// The options of our npm scripts: those that are known, and no others.
"use strict";
const { say, stepError } = require("./step.cjs");

/**
 * Reads the options given to an npm script.
 * @param command as a person types it, such as `npm start`
 * @param given the arguments behind the script's name
 * @param known each option with what it does
 * @returns the set of options; undefined after `--help`, which is answered here
 * @throws a step error for anything else
 */
function parseOptions(command, given, known) {
  const names = Object.keys(known);
  if (given.includes("--help")) {
    say(`usage: ${command}${names.map((name) => ` [-- ${name}]`).join("")}`);
    names.forEach((name) => {
      say(`  ${name}  ${known[name]}`);
    });
    return undefined;
  }
  const unknown = given.find((option) => !names.includes(option));
  if (unknown === undefined) return new Set(given);
  throw stepError(
    `Cannot run \`${command}\`: no option ${unknown}; the options are ${names.concat("--help").join(", ")}.`,
    `\`${command} -- --help\` says what they do.`,
  );
}

module.exports = { parseOptions };
