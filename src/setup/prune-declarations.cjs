// Of each file of declarations, what the names of the door lead to: a checker then reads none of the libraries that our
// insides alone use, a third of all files that a notebook's first cell would wait for.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/**
 * Rewrites the files that the entry leads to, and returns the paths of these: the others are needed by nobody.
 * Names are followed as text: what bears the name of something that is used counts as used.
 */
function pruneDeclarations(entry) {
  const files = new Map();
  const get = (file) => {
    if (!files.has(file)) files.set(file, readDeclarations(file));
    return files.get(file);
  };

  const useExport = (file, name) => {
    const { exports } = get(file);
    const found = exports.get(name);
    if (found === undefined) throw new Error(`${file} exports no ${name}`);
    if (found.specifier !== undefined) found.specifier.isUsed = true;
    if (found.file !== undefined) useExport(found.file, found.local);
    else useLocal(file, found.local);
  };
  const useLocal = (file, name) => {
    const { statements, imports } = get(file);
    for (const each of statements.filter((statement) => statement.names.has(name))) useStatement(file, each);
    const imported = imports.get(name);
    if (imported === undefined || imported.isUsed) return;
    imported.isUsed = true;
    if (imported.file === undefined) return;
    if (imported.name !== undefined) useExport(imported.file, imported.name);
    else for (const each of get(imported.file).exports.keys()) useExport(imported.file, each);
  };
  const useStatement = (file, statement) => {
    if (statement.isUsed) return;
    statement.isUsed = true;
    for (const word of statement.words) useLocal(file, word);
    for (const type of statement.importTypes) useExport(type.file, type.name);
  };

  for (const name of Array.from(get(entry).exports.keys())) useExport(entry, name);
  for (const [file, declarations] of files) fs.writeFileSync(file, writeUsed(declarations));
  return Array.from(files.keys());
}

function readDeclarations(file) {
  // Loaded when it is used: a fresh clone reads this file before any package is there.
  const { parseSync } = require("oxc-parser");
  const text = fs.readFileSync(file, "utf8");
  /** @type {any} A statement is known by the properties it has. */
  const { program, errors } = parseSync(file, text, { lang: "dts", sourceType: "module" });
  if (errors.length > 0) throw new Error(`${file}: ${errors[0].message}`);
  const imports = new Map();
  const exports = new Map();
  let end = 0;
  const statements = program.body.map((node) => {
    // With the comments above it.
    const statement = {
      text: text.slice(end, node.end),
      node,
      names: new Set(),
      words: new Set(),
      importTypes: /** @type {{ file: string, name: string }[]} */ ([]),
    };
    end = node.end;
    const target = node.source ? resolve(file, node.source.value) : undefined;
    if (node.type === "ExportAllDeclaration") throw new Error(`${file}: export * is not followed`);
    if (node.type === "ImportDeclaration") {
      statement.specifiers = node.specifiers.map((specifier) => {
        const name = specifier.imported?.name;
        const used = { text: text.slice(specifier.start, specifier.end), file: target, name, isUsed: false };
        imports.set(specifier.local.name, used);
        return used;
      });
    } else if (node.type === "ExportNamedDeclaration" && !node.declaration) {
      statement.specifiers = node.specifiers.map((specifier) => {
        const used = { text: text.slice(specifier.start, specifier.end), isUsed: false };
        exports.set(specifier.exported.name, { file: target, local: specifier.local.name, specifier: used });
        return used;
      });
    } else {
      const declaration = node.declaration || node;
      namesOf(declaration).forEach((name) => {
        statement.names.add(name);
        if (node.type === "ExportNamedDeclaration") exports.set(name, { local: name });
      });
      visit(declaration, (each) => {
        if (each.type === "Identifier") statement.words.add(each.name);
        if (each.type === "TSImportType") {
          const name = each.qualifier && (each.qualifier.name || each.qualifier.left.name);
          const typed = resolve(file, each.source.value);
          if (typed !== undefined) statement.importTypes.push({ file: typed, name });
        }
      });
    }
    return statement;
  });
  return { statements, imports, exports };
}

/** The file that a specifier means; undefined for a library. */
function resolve(file, specifier) {
  return specifier.startsWith(".")
    ? path.join(path.dirname(file), specifier).replace(/\.[tj]s$/, ".d.ts")
    : undefined;
}

function namesOf(declaration) {
  if (declaration.type === "VariableDeclaration") return declaration.declarations.map(({ id }) => id.name);
  return declaration.id?.name ? [declaration.id.name] : [];
}

function visit(node, act) {
  if (typeof node !== "object" || node === null) return;
  if (typeof node.type === "string") act(node);
  for (const part of Object.values(node)) visit(part, act);
}

function writeUsed({ statements }) {
  return `${statements.map(writeStatement).join("").trim()}\nexport {};\n`;
}

function writeStatement({ node, specifiers, text, isUsed }) {
  if (specifiers === undefined) return isUsed ? text : "";
  // What an import does is not declared.
  const used = specifiers.filter((each) => each.isUsed).map((each) => each.text);
  if (used.length === 0) return "";
  if (used.length === specifiers.length) return text;
  const word = node.type === "ImportDeclaration" ? "import" : "export";
  const kind = (node.importKind || node.exportKind) === "type" ? " type" : "";
  return `\n${word}${kind} { ${used.join(", ")} }${node.source ? ` from ${node.source.raw}` : ""};`;
}

module.exports = { pruneDeclarations };
