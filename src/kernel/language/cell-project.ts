/**
 * The documents in which the type checker sees a notebook. They lie in the notebook's folder, so that cells import as
 * files there would, and exist in memory alone.
 */
import type { CellSource, DeclarationKind } from "../source/cell-source.ts";
import type { CellScope } from "./checker.ts";

/** A name of an earlier cell, or of the scope that every cell has. */
export interface KnownName {
  /** The cell that declares it latest; absent for the scope's own. */
  readonly cell?: number;
  readonly kind: DeclarationKind;
  /** Its module, as a cell imports it. */
  readonly module: string;
}

export type KnownNames = ReadonlyMap<string, KnownName>;

// A dot in front would hide them from `include`; a list of `files` costs twice the time and three times the memory.
export const projectName = "~cells.json";
export const preludeName = "~prelude.d.ts";
/** The tables that are known by name. */
export const tablesName = "~tables.d.ts";

/** Names that this package's files suggest to import are not in scope: each would cost a second. */
export const serverSettings = {
  "js/ts": {
    customConfigFileName: projectName,
    suggest: { autoImports: false },
    // Else it asks npm's registry for declarations, and installs them in a cache.
    tsserver: { automaticTypeAcquisition: { enabled: false } },
  },
};

export function nameDraft({ language }: Pick<CellSource, "language">): string {
  return `~draft.${language}`;
}

/** What a cell is imported as that has this document. */
export function moduleOf(document: string): string {
  return `./${document.replace(/\.tsx?$/, "")}`;
}

/** Types are named after the cells that declare them, where their own name does not say enough. */
export function nameCellTypes(text: string, cellOf: (module: string) => number | undefined): string {
  return text.replace(/(import\()?"[^"]*(\/~cell-\d+)"(?:\)\.([\w$.]+))?/g, (whole, opening, path, name) => {
    const cell = cellOf(`.${path}`);
    if (cell === undefined) return whole;
    return name === undefined ? `${opening ?? ""}cell ${cell}` : `${name} (cell ${cell})`;
  });
}

/** What the notebook's folder says in its `tsconfig.json`, as far as ours would override it. */
export interface UserOptions {
  readonly paths: Readonly<Record<string, readonly string[]>>;
  readonly typeRoots: readonly string[];
}

/**
 * @param user undefined where the notebook's folder has no `tsconfig.json`; else its options hold, but for those
 *   without which a cell is none
 * @param packages absolute paths of declarations, by the name that they are imported by
 * @param nodeTypes the folder of Node's own types: one set of them, whatever the notebook's packages bring along
 * @param revision another number has the server look again for every module: it remembers what it did not find
 */
export function composeProject(
  user: UserOptions | undefined,
  packages: ReadonlyMap<string, string>,
  nodeTypes: string,
  revision: number,
): string {
  const ownPaths = Object.fromEntries([...packages].map(([name, file]) => [name, [file]]));
  return JSON.stringify({
    ...(user === undefined ? {} : { extends: "./tsconfig.json" }),
    include: ["~cell-*", "~draft*", preludeName, tablesName],
    exclude: [],
    files: [],
    references: [],
    compilerOptions: {
      ...(user === undefined ? { strict: true, lib: ["esnext"], jsx: "react-jsx", ...looser } : {}),
      ...fixed,
      paths: { ...user?.paths, ...ownPaths, "~revision": [`./~revision-${revision}`] },
      typeRoots: [nodeTypes, ...(user?.typeRoots ?? [])],
    },
  });
}

/** What is caught is `any`: cells print it, and rarely narrow it. */
const looser = { useUnknownInCatchVariables: false };

const fixed = {
  // Without its rule on implicit any an empty array would be `never[]`: the rule stays, its complaints are dropped.
  noImplicitAny: true,
  target: "esnext",
  module: "preserve",
  moduleResolution: "bundler",
  moduleDetection: "force",
  allowImportingTsExtensions: true,
  resolveJsonModule: true,
  allowJs: true,
  checkJs: false,
  skipLibCheck: true,
  noEmit: true,
  declaration: false,
  composite: false,
  incremental: false,
  importHelpers: false,
  verbatimModuleSyntax: false,
  isolatedModules: false,
  isolatedDeclarations: false,
  erasableSyntaxOnly: false,
  noUnusedLocals: false,
  noUnusedParameters: false,
  allowUnreachableCode: true,
  allowUnusedLabels: true,
  // The names of a frame's columns stand in what is said of a wrong one; long types are cut here.
  noErrorTruncation: true,
} as const;

/** What every cell has in scope without an import of ours. */
export function composePrelude({ declarations }: CellScope): string {
  return `/// <reference types="node" />\n${declarations}`;
}

/**
 * The cell, and below it what it has from earlier ones: positions in the document are the cell's own. Every name that
 * stands in its text is brought in, also where the text means another one: that costs nothing.
 */
export function composeCell(source: CellSource, known: KnownNames): string {
  const brought = [...source.identifiers].filter((name) => known.has(name) && !source.names.has(name));
  const own = [...source.names].filter(([, { exported }]) => !exported).map(([name]) => name);
  const tail = brought.map((name) => bring(name, known.get(name) as KnownName));
  return `${source.code}\n;${tail.join("")}export { ${own.join(", ")} };`;
}

/** The cells that a cell has names from. */
export function earlierCells(source: CellSource, known: KnownNames): ReadonlySet<number> {
  const cells = [...source.identifiers].flatMap((name) => known.get(name)?.cell ?? []);
  return new Set(cells);
}

/** An import cannot be assigned to. */
function bring(name: string, { kind, module }: KnownName): string {
  return kind === "let"
    ? `declare let ${name}: typeof import("${module}").${name};`
    : `import { ${name} } from ${JSON.stringify(module)};`;
}

/**
 * A cell while it is written, with everything in scope in a first line, where broken text cannot eat it. A name that
 * it declares itself hides the import, though not for its own import.
 *
 * @param helpers declarations, in one line, of what only this draft uses
 */
export function composeDraft(
  code: string,
  { names }: Pick<CellSource, "names">,
  known: KnownNames,
  helpers = "",
): string {
  const imported = new Set(
    [...code.matchAll(/\bimport\s([^'"]*?)\bfrom\b/g)].flatMap(
      ([, clause = ""]) => clause.match(/[\w$]+/g) ?? [],
    ),
  );
  const brought = [...known].filter(([name]) => !names.has(name) && !imported.has(name));
  const head = brought.map(([name, { module }]) => `import { ${name} } from ${JSON.stringify(module)};`);
  return `${head.join("")}${helpers}export {};\n${code}`;
}

/** Lines that stand above the cell in {@link composeDraft}. */
export const linesAboveDraft = 1;
