/** Imported first: what the package is made of fails in other words on an older Node. */
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major < 22 || (major === 22 && minor < 19)) {
  throw new Error(
    `Cannot load dlf-lance: this is Node ${process.versions.node}, and it needs 22.19 or newer; ` +
      "install a newer Node, or add one to this project: npm install node@24",
  );
}
