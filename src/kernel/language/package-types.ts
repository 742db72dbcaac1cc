/** Finds the declarations of packages that lie next to this one, for notebooks that have none of that name. */
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

interface Manifest {
  readonly types?: unknown;
  readonly typings?: unknown;
  readonly main?: unknown;
  readonly exports?: unknown;
}

const own = createRequire(import.meta.url);

/** The folder that holds `node/`, Node's own types. */
export function nodeTypesFolder(): string {
  return dirname(dirname(own.resolve("@types/node/package.json")));
}

/**
 * Absolute path of the declarations of a module, such as `zod` or `zod/mini`; undefined where there are none within our
 * reach.
 */
export function findPackageTypes(name: string): string | undefined {
  const [, packageName = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(\/.*)?$/.exec(name) ?? [];
  const folder = findFolder(packageName);
  const found = folder === undefined ? undefined : findEntry(folder, rest);
  if (found !== undefined) return found;
  const types = findFolder(`@types/${packageName.replace(/^@/, "").replace("/", "__")}`);
  return types === undefined ? undefined : findEntry(types, rest);
}

function findFolder(packageName: string): string | undefined {
  return own.resolve
    .paths(packageName)
    ?.map((folder) => join(folder, packageName))
    .find((folder) => existsSync(join(folder, "package.json")));
}

function findEntry(folder: string, rest: string): string | undefined {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Manifest;
  const exported = manifest.exports === undefined ? undefined : targetOf(manifest.exports, `.${rest}`);
  const named =
    rest === ""
      ? (exported ?? manifest.types ?? manifest.typings ?? manifest.main ?? "index")
      : (exported ?? rest);
  return typeof named === "string" ? findDeclarations(join(folder, named)) : undefined;
}

/** @see https://nodejs.org/api/packages.html#exports */
function targetOf(exports: unknown, path: string): string | undefined {
  if (typeof exports !== "object" || exports === null)
    return path === "." ? chooseTarget(exports) : undefined;
  const entries = exports as Readonly<Record<string, unknown>>;
  if (!Object.keys(entries).some((key) => key.startsWith(".")))
    return path === "." ? chooseTarget(exports) : undefined;
  if (path in entries) return chooseTarget(entries[path]);
  for (const [key, target] of Object.entries(entries)) {
    const [start = "", end = ""] = key.split("*");
    if (!key.includes("*") || !path.startsWith(start) || !path.endsWith(end)) continue;
    const filling = path.slice(start.length, path.length - end.length);
    return chooseTarget(target)?.replaceAll("*", filling);
  }
  return undefined;
}

const conditions = new Set(["types", "import", "node", "default"]);

function chooseTarget(target: unknown): string | undefined {
  if (typeof target === "string") return target;
  if (Array.isArray(target)) return target.map(chooseTarget).find((found) => found !== undefined);
  if (typeof target !== "object" || target === null) return undefined;
  for (const [condition, inner] of Object.entries(target)) {
    const found = conditions.has(condition) ? chooseTarget(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Those of a file of JavaScript lie next to it. */
function findDeclarations(path: string): string | undefined {
  if (/\.d\.[mc]?ts$/.test(path)) return existsSync(path) ? path : undefined;
  const bare = path.replace(/\.([mc]?)js$/, "");
  const kind = /\.([mc])js$/.exec(path)?.[1] ?? "";
  return [`${bare}.d.${kind}ts`, `${bare}.d.ts`, join(path, "index.d.ts")].find((file) => existsSync(file));
}
