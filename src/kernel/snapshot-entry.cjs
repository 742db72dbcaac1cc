// The program that `node --build-snapshot` runs: loads the compiler, teaches it what notebooks use, and says what the
// process does that starts from the snapshot. Such a program may require Node's own modules only, and its module
// loader must not have been touched; so it loads the others itself.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const vm = require("node:vm");
const v8 = require("node:v8");
const nodeModule = require("node:module");
const { fileURLToPath, pathToFileURL } = require("node:url");

const { entry, listing, scope } = JSON.parse(fs.readFileSync(0, "utf8"));
const cache = Object.create(null);
let typescript;

function createRequire(from) {
  const folder = path.dirname(from.startsWith("file:") ? fileURLToPath(from) : from);

  function requireHere(id) {
    return nodeModule.isBuiltin(id) ? requireBuiltin(id.replace("node:", "")) : load(requireHere.resolve(id));
  }
  requireHere.cache = cache;
  requireHere.resolve = (id) =>
    /^[./]/.test(id) ? findFile(path.resolve(folder, id)) : findPackageFile(folder, id);
  return requireHere;
}

function requireBuiltin(name) {
  if (name === "module") return ownModule;
  // It does not survive in a snapshot; TypeScript does without.
  if (name === "crypto") throw new Error("node:crypto is not loaded into the snapshot");
  return require(name);
}

/** Node's `module`, but for a `createRequire` that finds what is in the snapshot. */
const ownModule = new Proxy(nodeModule, {
  get: (target, name) => (name === "createRequire" ? createRequire : Reflect.get(target, name)),
});

function packageOf(id) {
  return id.split("/", id.startsWith("@") ? 2 : 1).join("/");
}

function findFile(place) {
  const found = ["", ".js", ".cjs", ".json", "/index.js"].map((end) => place + end).find(isFile);
  if (found !== undefined) return found;
  if (fs.existsSync(path.join(place, "package.json"))) return findMain(place);
  throw new Error(`Cannot find ${place}`);
}

function isFile(place) {
  return fs.statSync(place, { throwIfNoEntry: false })?.isFile() === true;
}

function findPackageFile(folder, id) {
  const name = packageOf(id);
  for (let above = folder; ; above = path.dirname(above)) {
    const found = path.join(above, "node_modules", name);
    if (fs.existsSync(found))
      return id === name ? findMain(found) : findFile(path.join(above, "node_modules", id));
    if (above === path.dirname(above)) throw new Error(`Cannot find the package ${name} from ${folder}`);
  }
}

function findMain(folder) {
  const { main = "index.js" } = JSON.parse(fs.readFileSync(path.join(folder, "package.json"), "utf8"));
  return findFile(path.join(folder, main));
}

function load(found) {
  const file = fs.realpathSync(found);
  const known = cache[file];
  if (known !== undefined) return known.exports;
  const module = { exports: {}, filename: file, id: file };
  cache[file] = module;
  const text = fs.readFileSync(file, "utf8");
  if (file.endsWith(".json")) {
    module.exports = JSON.parse(text);
    return module.exports;
  }
  const code = isOwn(file) ? toCommonJs(text, file) : text;
  const parameters = "exports, require, module, __filename, __dirname, __url";
  const run = vm.runInThisContext(`(function (${parameters}) {${code}\n})`, { filename: file });
  run(module.exports, createRequire(file), module, file, path.dirname(file), pathToFileURL(file).href);
  return module.exports;
}

/** The kernel's own files are ES modules. */
function isOwn(file) {
  return file.startsWith(path.dirname(entry) + path.sep);
}

function toCommonJs(text, file) {
  const ts = typescript;
  const replace = (context) => (source) => {
    const visit = (node) => {
      if (ts.isPropertyAccessExpression(node) && ts.isMetaProperty(node.expression)) {
        return ts.factory.createIdentifier("__url");
      }
      return ts.visitEachChild(node, visit, context);
    };
    return ts.visitNode(source, visit);
  };
  return ts.transpileModule(text, {
    fileName: file,
    compilerOptions: {
      module: ts.ModuleKind.CommonJS,
      target: ts.ScriptTarget.ESNext,
      esModuleInterop: true,
    },
    transformers: { before: [replace] },
  }).outputText;
}

const tslabFolder = path.dirname(findPackageFile(path.dirname(entry), "tslab/package.json"));
typescript = load(findPackageFile(tslabFolder, "@tslab/typescript-for-tslab"));
const compiler = load(entry);
const libraryFiles = compiler.teachCompiler(scope);
fs.writeFileSync(listing, JSON.stringify([...new Set([...Object.keys(cache), ...libraryFiles])]));

v8.startupSnapshot.setDeserializeMainFunction(compiler.serveCompiler);
