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
  const page: Page = { checker, anchors: new Map(), classes: new Set(entries.map(({ symbol }) => symbol)) };
  const remaining = new Set(entries.toSorted((a, b) => compareNames(a.name, b.name)));
  const chapters = sections.map(({ title, folders }) => {
    const chosen = [...remaining].filter(({ file }) => folders.some((folder) => file.startsWith(folder)));
    for (const entry of chosen) remaining.delete(entry);
    const values = chosen.filter(({ declarations }) => !declarations.every(isType));
    return { title, values, types: chosen.filter((entry) => !values.includes(entry)) };
  });
  for (const { title, values, types } of chapters) {
    noteAnchor(page, title);
    for (const { name } of values) noteAnchor(page, name);
    if (types.length > 0) noteAnchor(page, titleOfTypes(title));
    for (const { name } of types) noteAnchor(page, name);
  }
  const parts = [header];
  for (const { title, values, types } of chapters) {
    parts.push(`## ${title}`, listOf(values, page), ...values.map((entry) => describeEntry(entry, page)));
    if (types.length === 0) continue;
    parts.push(`### ${titleOfTypes(title)}`, ...types.map((entry) => describeEntry(entry, page)));
  }
  return `${parts.join("\n\n")}\n`;
}

/** What entries are written with. */
interface Page {
  readonly checker: ts.TypeChecker;
  /** The anchor that GitHub gives each heading; of equal ones the later have a number. */
  readonly anchors: Map<string, string>;
  readonly classes: ReadonlySet<ts.Symbol>;
}

function noteAnchor({ anchors }: Page, heading: string): void {
  const anchor = heading
    .toLowerCase()
    .replace(/[^\w -]/g, "")
    .replaceAll(" ", "-");
  const taken = [...anchors.values()].filter((other) => other.replace(/-\d+$/, "") === anchor).length;
  anchors.set(heading, taken === 0 ? anchor : `${anchor}-${taken}`);
}

function titleOfTypes(title: string): string {
  return `Types: ${title.toLowerCase()}`;
}

/** The names of a section, each a link to its entry. */
function listOf(entries: readonly Entry[], page: Page): string {
  return entries.map(({ name }) => linkTo(name, page)).join(" · ");
}

function linkTo(name: string, { anchors }: Page): string {
  const anchor = anchors.get(name) ?? anchors.get(`types.${name}`);
  return anchor === undefined ? `\`${name}\`` : `[\`${name}\`](#${anchor})`;
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

function describeEntry({ name, declarations, symbol }: Entry, page: Page): string {
  const lines = [`#### \`${name}\``];
  const words = docOf(symbol, page);
  if (words !== "") lines.push(words);
  for (const declaration of declarations) {
    if (ts.isFunctionDeclaration(declaration)) {
      const isImplementation = declaration.body !== undefined && declarations.length > 1;
      if (!isImplementation) lines.push(fence(signatureOf(declaration, name)));
    } else if (ts.isClassDeclaration(declaration)) {
      lines.push(...membersOf(declaration, page));
    } else if (ts.isInterfaceDeclaration(declaration)) {
      lines.push(...propertiesOf(declaration, page));
    } else if (ts.isTypeAliasDeclaration(declaration)) {
      lines.push(fence(`type ${name.replace("types.", "")} = ${dedent(declaration.type.getText())}`));
    }
  }
  return lines.join("\n\n");
}

function membersOf(declaration: ts.ClassDeclaration, page: Page): string[] {
  const { checker } = page;
  const members = new Map<string, { readonly signatures: string[]; words: string }>();
  const all = [
    ...declaration.members,
    ...inheritedMembers(declaration, page),
    ...mergedMembers(declaration, checker),
  ];
  const described = basesOf(declaration, checker).filter((base) => page.classes.has(base));
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
      words: symbol === undefined || isFromElsewhere(member) ? "" : docOf(symbol, page),
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
  return [
    ...described.map((base) => `Everything that ${linkTo(base.name, page)} has, and:`),
    ...[...members.values()].map(({ signatures, words }) =>
      words === "" ? fence(signatures.join("\n")) : `${fence(signatures.join("\n"))}\n\n${words}`,
    ),
  ];
}

/** True of a member such as `toString`, whose only docstring is that of JavaScript's own. */
function isFromElsewhere(member: ts.ClassElement | ts.TypeElement): boolean {
  return ts.isMethodDeclaration(member) && ts.getJSDocCommentsAndTags(member).length === 0;
}

function basesOf(declaration: ts.ClassDeclaration, checker: ts.TypeChecker): ts.Symbol[] {
  return (declaration.heritageClauses ?? [])
    .filter((clause) => clause.token === ts.SyntaxKind.ExtendsKeyword)
    .flatMap((clause) => clause.types)
    .flatMap((type) => checker.getTypeAtLocation(type.expression).symbol ?? []);
}

/** What a class has from those that it extends within the package and that have no entry. */
function inheritedMembers(declaration: ts.ClassDeclaration, page: Page): ts.ClassElement[] {
  return basesOf(declaration, page.checker)
    .filter((base) => !page.classes.has(base))
    .flatMap((base) => base.declarations ?? [])
    .filter(ts.isClassDeclaration)
    .filter((base) => !base.getSourceFile().isDeclarationFile)
    .flatMap((base) => [...base.members, ...inheritedMembers(base, page)]);
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

function propertiesOf(declaration: ts.InterfaceDeclaration, page: Page): string[] {
  const rows = declaration.members.filter(ts.isPropertySignature).map((member) => {
    const symbol = page.checker.getSymbolAtLocation(member.name);
    const words = symbol === undefined ? "" : docOf(symbol, page).replaceAll("\n", " ");
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

function docOf(symbol: ts.Symbol, page: Page): string {
  const text = withLinks(ts.displayPartsToString(symbol.getDocumentationComment(page.checker)), page);
  const tags = symbol.getJsDocTags(page.checker).flatMap(({ name, text }) => {
    const words = withLinks(ts.displayPartsToString(text), page);
    if (name === "throws") return [`Throws ${words}`];
    if (name === "param") return [`- \`${words.replace(/^(\w+) (?:- )?/, "$1`: ")}`];
    if (name === "returns") return [`Returns ${words}`];
    if (name === "see") return [`See ${words}`];
    return name === "example" ? [/[\n`]/.test(words) ? words : `\`${words}\``] : [];
  });
  return [text, ...tags].filter((part) => part !== "").join("\n\n");
}

/** `{@link x}` as a link to the entry of x on the page, or as its name. */
function withLinks(text: string, page: Page): string {
  return text
    .replace(
      /\{@link ([^}|]+?)\s*(?:\|\s*([^}]+))?\}/g,
      (_, target: string, words?: string) => words ?? linkTo(target, page),
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
