import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { EmitOptions } from "./emit.ts";
import { type Node, parseModule } from "./parse.ts";

/** What a folder's `tsconfig.json` says about the meaning of code. */
export interface ProjectOptions {
  readonly emit: EmitOptions;
  /** Patterns of specifiers, each with the absolute paths that are tried for it. */
  readonly paths: Readonly<Record<string, readonly string[]>>;
}

const read = new Map<string, { readonly stamp: string; readonly options: ProjectOptions }>();
const none: ProjectOptions = { emit: {}, paths: {} };

/** The options that hold in a folder, with all that its file extends; none where there is no readable file. */
export function readProjectOptions(folder: string): ProjectOptions {
  const file = join(folder, "tsconfig.json");
  const status = statSync(file, { throwIfNoEntry: false });
  if (status === undefined) return none;
  const stamp = `${status.mtimeMs} ${status.size}`;
  const before = read.get(file);
  if (before?.stamp === stamp) return before.options;
  const options = readFile(file, new Set());
  read.set(file, { stamp, options });
  return options;
}

const emitted = [
  "experimentalDecorators",
  "jsx",
  "jsxFactory",
  "jsxFragmentFactory",
  "jsxImportSource",
  "useDefineForClassFields",
] as const;

function readFile(file: string, seen: Set<string>): ProjectOptions {
  if (seen.has(file)) return none;
  seen.add(file);
  const content = readJson(file);
  const { extends: bases, compilerOptions = {} } = content as {
    extends?: string | readonly string[];
    compilerOptions?: Record<string, unknown>;
  };
  const inherited = (typeof bases === "string" ? [bases] : (bases ?? []))
    .map((base) => readFile(locateBase(base, file), seen))
    .reduce(
      (sum, base) => ({ emit: { ...sum.emit, ...base.emit }, paths: { ...sum.paths, ...base.paths } }),
      none,
    );
  const own = Object.fromEntries(
    emitted.flatMap((name) => (name in compilerOptions ? [[name, compilerOptions[name]]] : [])),
  );
  const root = resolve(
    dirname(file),
    typeof compilerOptions.baseUrl === "string" ? compilerOptions.baseUrl : ".",
  );
  const paths = compilerOptions.paths as Record<string, readonly string[]> | undefined;
  return {
    emit: { ...inherited.emit, ...own },
    // A file's `paths` replace those it extends.
    paths:
      paths === undefined
        ? inherited.paths
        : Object.fromEntries(
            Object.entries(paths).map(([pattern, places]) => [
              pattern,
              places.map((place) => resolve(root, place)),
            ]),
          ),
  };
}

function locateBase(base: string, from: string): string {
  const named = /\.json$/.test(base) ? base : `${base}.json`;
  if (/^\.{0,2}\//.test(base)) return resolve(dirname(from), named);
  const { resolve: find } = createRequire(pathToFileURL(from));
  for (const name of [base, named, `${base}/tsconfig.json`]) {
    try {
      return find(name);
    } catch {}
  }
  return named;
}

/** JSON with comments and commas at its ends. A file that cannot be read says nothing: the checker complains. */
function readJson(file: string): object {
  try {
    const { program, isValid } = parseModule(`(${readFileSync(file, "utf8")}\n)`, "js");
    const [statement] = program.body;
    if (!isValid || statement?.type !== "ExpressionStatement") return {};
    const value = readValue(statement.expression);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

function readValue(node: Node): unknown {
  switch (node.type) {
    case "Literal":
      return node.value;
    case "ArrayExpression":
      return node.elements.map((element) => (element === null ? null : readValue(element)));
    case "ObjectExpression":
      return Object.fromEntries(
        node.properties.flatMap((property) => {
          if (property.type !== "Property") return [];
          const { key } = property;
          const name = key.type === "Identifier" ? key.name : key.type === "Literal" ? String(key.value) : "";
          return [[name, readValue(property.value)]];
        }),
      );
    default:
      return undefined;
  }
}
