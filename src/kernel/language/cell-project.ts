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
}

export type KnownNames = ReadonlyMap<string, KnownName>;

/** What a cell is called in documents that have names of it: `slotː3`, or `archiveː.cellː12`. */
export type WhereIs = (cell: number) => string;

// A dot in front would hide them from `include`; a list of `files` costs twice the time and three times the memory.
export const projectName = "~cells.json";
export const preludeName = "~prelude.d.ts";
/** Leads to all cells, and to the names that every cell has. */
export const hubModule = "./~cell-hub";
export const hubName = "~cell-hub.ts";
export const archiveName = "~cell-archive.ts";
/** Stands for the declarations of a module that is hidden. */
export const nothingName = "~nothing.d.ts";
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

/** Names as a cell has them, without where the documents have them from. */
export function withoutPlaces(text: string): string {
  return text.replace(/(?:packageː|slotː\d+|(?:archiveː\.)?cellː\d+)\./g, "");
}

/** Types are named after the cells that declare them, where their own name does not say enough. */
export function nameCellTypes(text: string, cellOf: (slot: number) => number | undefined): string {
  return text.replace(cellReference, (whole, opening, slotOfPath, slot, archived, name) => {
    const cell = archived === undefined ? cellOf(Number(slotOfPath ?? slot)) : Number(archived);
    if (cell === undefined) return whole;
    return name === undefined ? `${opening ?? ""}cell ${cell}` : `${name} (cell ${cell})`;
  });
}

const cellReference =
  /(?:(import\()?"[^"]*\/~cell-(?:(\d+)|archive)"\)?|slotː(\d+)|archiveː|(?=cellː))(?:\.?cellː(\d+))?(?:\.([\w$.]+))?/g;

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
    include: ["~cell-*", "~draft*", preludeName, nothingName, tablesName],
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
 * The cell, and below it what it has from earlier ones: positions in the document are the cell's own.
 *
 * @param brought see {@link namesToBring}
 */
export function composeCell(source: CellSource, brought: KnownNames, whereIs: WhereIs): string {
  const own = [...source.names].filter(([, { exported }]) => !exported).map(([name]) => name);
  return `${restAt(source)}\n;${importHub([brought], whereIs)}${bring(brought, whereIs)}export { ${own.join(", ")} };`;
}

/** Every name that stands in the text, also where the text means another one: that costs nothing. */
export function namesToBring(source: CellSource, known: KnownNames): KnownNames {
  const found = new Map<string, KnownName>();
  for (const name of source.identifiers) {
    const from = source.names.has(name) ? undefined : known.get(name);
    if (from !== undefined) found.set(name, from);
  }
  return found;
}

export interface ArchivedCell {
  readonly number: number;
  readonly source: CellSource;
  readonly brought: KnownNames;
}

/** Many cells in one document, each a namespace. Nobody asks what is wrong in it: `await` may stand there. */
export function composeArchive(cells: readonly ArchivedCell[], whereIs: WhereIs): string {
  const parts = cells.map(({ number, source, brought }) => {
    const places = source.exportPlaces ?? [];
    const code = [0, ...places].map((start, index) => source.code.slice(start, places[index]));
    return `export namespace cellː${number} {${bring(brought, whereIs)}${code.join("export ")}\n}\n`;
  });
  const hub = importHub(
    cells.map(({ brought }) => brought),
    whereIs,
  );
  return `${hub}${parts.join("")}export {};`;
}

/**
 * The checker follows each name back through all statements before it, and gives up after two thousand assignments; at
 * a loop it remembers what it found. 12,000 statements of one line take a fiftieth of the time.
 */
function restAt({ code, restingPlaces }: CellSource): string {
  const parts = [0, ...restingPlaces].map((start, index) => code.slice(start, restingPlaces[index]));
  return parts.join(";while(0);");
}

/** A document imports one module, whatever it has from others: a new text with the same imports is read by itself. */
function importHub(brought: readonly KnownNames[], whereIs: WhereIs): string {
  const parts = new Set(
    brought.flatMap((names) =>
      [...names.values()].map((known) => placeOf(known, whereIs).replace(/\..*/, "")),
    ),
  );
  return `import { ${[...parts].join(", ")} } from ${JSON.stringify(hubModule)};`;
}

function placeOf({ cell }: KnownName, whereIs: WhereIs): string {
  return cell === undefined ? "packageː" : whereIs(cell);
}

/** What is imported cannot be assigned to. */
function bring(brought: KnownNames, whereIs: WhereIs): string {
  const parts = [...brought].map(([name, known]) => {
    const from = `${placeOf(known, whereIs)}.${name}`;
    return known.kind === "let" ? `declare let ${name}: typeof ${from};` : `import ${name} = ${from};`;
  });
  return parts.join("");
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
  whereIs: WhereIs,
  helpers = "",
): string {
  const imported = new Set(
    [...code.matchAll(/\bimport\s([^'"]*?)\bfrom\b/g)].flatMap(
      ([, clause = ""]) => clause.match(/[\w$]+/g) ?? [],
    ),
  );
  const brought = new Map([...known].filter(([name]) => !names.has(name) && !imported.has(name)));
  const head = [...brought].map(([name, from]) => `import ${name} = ${placeOf(from, whereIs)}.${name};`);
  return `${importHub([brought], whereIs)}${head.join("")}${helpers}export {};\n${code}`;
}

/** Lines that stand above the cell in {@link composeDraft}. */
export const linesAboveDraft = 1;
