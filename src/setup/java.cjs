// A JDK, Maven, and what Maven fetches: Paimon's own catalog server, which the tests compare with.
"use strict";
const childProcess = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");
const { installDebianPackages } = require("./debian.cjs");
const { fingerprint, isStamped, root, runLogged, say, stamp, stateFolder, stepError } = require("./step.cjs");

const sources = path.join("test", "contract", "paimon");
const folder = path.join(stateFolder, "paimon");
const oldestVersion = 11;
const programs = ["java", "javac", "mvn"];

/** Makes the server ready to start; returns the `java` arguments for it, without its own options. */
async function installPaimonServer() {
  await installJava();
  const [libraries, classes] = ["lib", "classes"].map((name) => path.join(folder, name));
  const programSources = ["DlfTestServer.java", "DlfSignatures.java"].map((name) => path.join(sources, name));
  const read = (file) => fs.readFileSync(path.join(root, file));
  const inputs = fingerprint(
    [askVersion("javac"), read(path.join(sources, "pom.xml"))].concat(programSources.map(read)),
  );
  if (!isStamped("paimon", inputs) || !fs.existsSync(classes)) {
    say("… fetching Paimon's catalog server: 86 MB the first time");
    fs.rmSync(folder, { recursive: true, force: true });
    fs.mkdirSync(classes, { recursive: true });
    const goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies";
    await runLogged(
      "paimon-libraries",
      "mvn",
      ["-q", "-B", "-f", path.join(sources, "pom.xml"), goal, `-DoutputDirectory=${libraries}`],
      { next: "see that Maven's repository can be reached, then run the same command again." },
    );
    const compile = ["-nowarn", "-cp", path.join(libraries, "*"), "-d", classes].concat(programSources);
    await runLogged("paimon-server", "javac", compile, {
      next: "use a JDK from 11 to 21, then run the same command again.",
    });
    stamp("paimon", inputs);
  }
  return ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"].concat(
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=off",
    ["-cp", `${classes}${path.delimiter}${path.join(libraries, "*")}`, "DlfTestServer"],
  );
}

async function installJava() {
  if (listMissing().length > 0) await installDebianPackages("java", ["default-jdk-headless", "maven"]);
  const missing = listMissing();
  if (missing.length === 0) return;
  throw stepError(
    `not on the PATH, or too old: ${missing.join(", ")}.`,
    `install a JDK (${oldestVersion} or newer) and Maven, then run the same command again.`,
  );
}

function listMissing() {
  return programs.filter((program) => {
    const version = askVersion(program);
    return version === undefined || (program === "javac" && Number(version.split(".")[0]) < oldestVersion);
  });
}

/** The version that a program tells; undefined when it is not installed. */
function askVersion(program) {
  const answer = childProcess.spawnSync(program, ["-version"], { encoding: "utf8" });
  if (answer.status !== 0) return undefined;
  const found = /(\d+(?:\.\d+)*)/.exec(`${answer.stdout}${answer.stderr}`);
  return found === null ? undefined : found[1];
}

module.exports = { installPaimonServer };
