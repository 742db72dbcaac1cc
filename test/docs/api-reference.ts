/**
 * The reference of the package as Markdown, from the declarations and docstrings behind `src/index.ts`. TypeDoc would do this, but
 * it runs on TypeScript 5 as a peer, and the package's own TypeScript is 7.
 */
import { resolve } from "node:path";
import ts from "typescript-in-process";

const sections = [
  { title: "Connect", folders: ["connect.ts", "connection.ts", "catalog/"] },
  {
    title: "Frames",
    folders: ["frame/frame.ts", "frame/from-rows.ts", "frame/files/", "frame/run/", "frame/display/"],
  },
  { title: "Expressions", folders: ["frame/builder/", "frame/expression/", "frame/functions/"] },
  { title: "Tables", folders: ["lake/", "table/"] },
  { title: "Looking at data", folders: ["display/", "chart/", "frame/plot/"] },
  { title: "Errors, secrets and the rest", folders: [""] },
] as const;

interface Entry {
  readonly name: string;
  readonly file: string;
  readonly declarations: readonly ts.Declaration[];
  readonly symbol: ts.Symbol;
}

/** Writes the reference for what a module exports. */
export function writeApiReference(root: string): string {
  const program = ts.createProgram([resolve(root, "src/index.ts")], {
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    allowImportingTsExtensions: true,
    noEmit: true,
    skipLibCheck: true,
  });
  const checker = program.getTypeChecker();
  const door = program.getSourceFile(resolve(root, "src/index.ts"));
  const module = door && checker.getSymbolAtLocation(door);
  if (module === undefined) throw new Error("src/index.ts exports nothing");
  const listEntries = (exporting: ts.Symbol, prefix: string): Entry[] =>
    checker.getExportsOfModule(exporting).flatMap((exported) => {
      const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
      if (symbol.flags & ts.SymbolFlags.ValueModule) return listEntries(symbol, `${exported.name}.`);
      const declarations = symbol.declarations ?? [];
      const file = (declarations[0]?.getSourceFile().fileName ?? "").slice(resolve(root, "src").length + 1);
      return [{ name: `${prefix}${exported.name}`, file, declarations, symbol }];
    });
  const entries = listEntries(module, "");
  const remaining = new Set(entries.toSorted((a, b) => compareNames(a.name, b.name)));
  const parts = [header];
  for (const { title, folders } of sections) {
    const chosen = [...remaining].filter(({ file }) => folders.some((folder) => file.startsWith(folder)));
    for (const entry of chosen) remaining.delete(entry);
    const values = chosen.filter(({ declarations }) => !declarations.every(isType));
    const types = chosen.filter((entry) => !values.includes(entry));
    parts.push(`## ${title}`, ...values.map((entry) => describeEntry(entry, checker)));
    if (types.length > 0)
      parts.push(`### Types: ${title.toLowerCase()}`, ...types.map((entry) => describeEntry(entry, checker)));
  }
  return `${parts.join("\n\n")}\n`;
}

const header = `# API reference

Everything that \`import … from "dlf-lance"\` offers, from the docstrings of the source. What calls take is named within
\`types\`: \`import type { types } from "dlf-lance"\`, then \`types.ReadOptions\`. A test keeps this page up to date:
\`npx vitest run test/docs/api.test.ts -u\` writes it.`;

/** By letters alone, whatever the machine's language. */
function compareNames(a: string, b: string): number {
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  return left < right ? -1 : left > right ? 1 : a < b ? -1 : 1;
}

function isType(declaration: ts.Declaration): boolean {
  return ts.isInterfaceDeclaration(declaration) || ts.isTypeAliasDeclaration(declaration);
}

function describeEntry({ name, declarations, symbol }: Entry, checker: ts.TypeChecker): string {
  const lines = [`#### \`${name}\``];
  const words = docOf(symbol, checker);
  if (words !== "") lines.push(words);
  for (const declaration of declarations) {
    if (ts.isFunctionDeclaration(declaration)) {
      const isImplementation = declaration.body !== undefined && declarations.length > 1;
      if (!isImplementation) lines.push(fence(signatureOf(declaration, name)));
    } else if (ts.isClassDeclaration(declaration)) {
      lines.push(...membersOf(declaration, checker));
    } else if (ts.isInterfaceDeclaration(declaration)) {
      lines.push(...propertiesOf(declaration, checker));
    } else if (ts.isTypeAliasDeclaration(declaration)) {
      lines.push(fence(`type ${name.replace("types.", "")} = ${dedent(declaration.type.getText())}`));
    }
  }
  return lines.join("\n\n");
}

function membersOf(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): string[] {
  const members = new Map<string, { readonly signatures: string[]; words: string }>();
  const all = [
    ...declaration.members,
    ...inheritedMembers(declaration, checker),
    ...mergedMembers(declaration, checker),
  ];
  for (const member of all) {
    const name = member.name;
    if (name === undefined || !ts.isIdentifier(name)) continue;
    if (
      ts.canHaveModifiers(member) &&
      ts.getModifiers(member)?.some((modifier) => modifier.kind === ts.SyntaxKind.PrivateKeyword)
    )
      continue;
    const symbol = checker.getSymbolAtLocation(name);
    if (symbol?.getJsDocTags(checker).some((tag) => tag.name === "internal")) continue;
    const known = members.get(name.text) ?? {
      signatures: [],
      words: symbol === undefined ? "" : docOf(symbol, checker),
    };
    members.set(name.text, known);
    const isBody = ts.isMethodDeclaration(member) && member.body !== undefined && known.signatures.length > 0;
    if (ts.isMethodSignature(member)) known.signatures.push(signatureOf(member, name.text));
    if (ts.isMethodDeclaration(member) && !isBody) known.signatures.push(signatureOf(member, name.text));
    if (ts.isGetAccessor(member) || ts.isPropertyDeclaration(member)) {
      const type = member.type === undefined ? "" : `: ${dedent(member.type.getText())}`;
      known.signatures.push(`${name.text}${type}`);
    }
  }
  return [...members.values()].map(({ signatures, words }) =>
    words === "" ? fence(signatures.join("\n")) : `${fence(signatures.join("\n"))}\n\n${words}`,
  );
}

/** What a class has from those that it extends within the package. */
function inheritedMembers(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): ts.ClassElement[] {
  return (declaration.heritageClauses ?? [])
    .filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap((clause) => clause.types)
    .flatMap((type) => checker.getTypeAtLocation(type.expression).symbol?.declarations ?? [])
    .filter(ts.isClassDeclaration)
    .filter((base) => !base.getSourceFile().isDeclarationFile)
    .flatMap((base) => [...base.members, ...inheritedMembers(base, checker)]);
}

/** What a class has from interfaces that its merged interface extends. */
function mergedMembers(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): ts.TypeElement[] {
  const symbol = declaration.name && checker.getSymbolAtLocation(declaration.name);
  return (symbol?.declarations ?? [])
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ heritageClauses }) => heritageClauses ?? [])
    .flatMap(({ types }) => types)
    .flatMap((type) => checker.getTypeAtLocation(type.expression).symbol?.declarations ?? [])
    .filter(ts.isInterfaceDeclaration)
    .flatMap(({ members }) => [...members]);
}

function propertiesOf(declaration: ts.InterfaceDeclaration, checker: ts.TypeChecker): string[] {
  const rows = declaration.members.filter(ts.isPropertySignature).map((member) => {
    const symbol = checker.getSymbolAtLocation(member.name);
    const words = symbol === undefined ? "" : docOf(symbol, checker).replaceAll("\n", " ");
    const type = (member.type?.getText() ?? "unknown").replace(/\s+/g, " ").replaceAll("|", "\\|");
    return `| \`${member.name.getText()}${member.questionToken === undefined ? "" : "?"}\` | \`${type}\` | ${words.replaceAll("|", "\\|")} |`;
  });
  return rows.length === 0 ? [] : [["| property | type | |", "| --- | --- | --- |", ...rows].join("\n")];
}

/** A call as people read it: parameters with their types, without type parameters. */
function signatureOf(
  declaration: ts.FunctionDeclaration | ts.MethodDeclaration | ts.MethodSignature,
  name: string,
): string {
  const own = declaration.parameters.filter((parameter) => parameter.name.getText() !== "this");
  const parameters = own.map((parameter) => dedent(parameter.getText())).join(", ");
  const type = declaration.type === undefined ? "" : `: ${plainType(dedent(declaration.type.getText()))}`;
  return `${name}(${parameters})${type}`;
}

/** The types that carry a column's bookkeeping, as the expression they are. */
function plainType(type: string): string {
  return /^(Computed|Expression)</.test(type) ? "Expression" : type;
}

function docOf(symbol: ts.Symbol, checker: ts.TypeChecker): string {
  const text = plainLinks(ts.displayPartsToString(symbol.getDocumentationComment(checker)));
  const tags = symbol.getJsDocTags(checker).flatMap(({ name, text }) => {
    const words = plainLinks(ts.displayPartsToString(text));
    if (name === "throws") return [`Throws ${words}`];
    if (name === "param") return [`- \`${words.replace(/^(\w+) (?:- )?/, "$1`: ")}`];
    if (name === "returns") return [`Returns ${words}`];
    if (name === "see") return [`See ${words}`];
    return name === "example" ? [/[\n`]/.test(words) ? words : `\`${words}\``] : [];
  });
  return [text, ...tags].filter((part) => part !== "").join("\n\n");
}

function plainLinks(text: string): string {
  return text
    .replace(
      /\{@link ([^}|]+?)(?:\s*\|\s*([^}]+))?\}/g,
      (_, target: string, words?: string) => words ?? `\`${target}\``,
    )
    .trim();
}

function fence(code: string): string {
  return `\`\`\`ts no-run\n${code}\n\`\`\``;
}

function dedent(text: string): string {
  return text
    .replace(/\n\s+/g, " ")
    .replace(/\(\s+/g, "(")
    .replace(/,?\s+\)/g, ")");
}
