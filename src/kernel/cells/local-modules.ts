/**
 * The user's own modules: files next to the notebook, outside `node_modules`. They may be TypeScript whatever a
 * `package.json` says, may be imported under any spelling, and are loaded again once they have been edited.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire, type LoadFnOutput, type LoadHookContext, registerHooks } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { codeFolder } from "../../package-folder.ts";
import { emitModule } from "../source/emit.ts";
import { readProjectOptions } from "../source/project-options.ts";

export interface LocalModules {
  /** A file that is in memory alone; it hides the one on disk. */
  define(path: string, text: string): void;
  /** Looks for edits: what is imported from now on is as the files are. */
  refresh(): void;
}

interface LocalFile {
  stamp: string;
  /** How often it, or what it imports, has changed. */
  version: number;
  /** The files that import it. */
  readonly importers: Set<string>;
}

const load = createRequire(import.meta.url);

/**
 * Has Node load the modules next to a notebook as the user means them; once per process.
 *
 * @param ownModule this package, whose one instance serves the notebook and its modules alike
 * @param onCode hears of the code of each module that was translated, and of its source map
 */
export function serveLocalModules(
  folder: string,
  ownModule: string,
  onCode: (address: string, path: string, map: string) => void,
): LocalModules {
  const files = new Map<string, LocalFile>();
  const inMemory = new Map<string, string>();

  function track(path: string, importer: string | undefined): LocalFile {
    let file = files.get(path);
    if (file === undefined) {
      file = { stamp: stampOf(path), version: 0, importers: new Set() };
      files.set(path, file);
    }
    if (importer !== undefined) file.importers.add(importer);
    return file;
  }

  /** The file that a specifier means; undefined where Node is to find it. */
  function locate(specifier: string, parent: string): string | undefined {
    const path = pathOf(specifier, parent);
    if (path !== undefined) return findFile(path);
    for (const [pattern, places] of Object.entries(readProjectOptions(folder).paths)) {
      const part = matchPattern(pattern, specifier);
      if (part === undefined) continue;
      const found = places
        .map((place) => findFile(place.replace("*", part)))
        .find((file) => file !== undefined);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  function findFile(path: string): string | undefined {
    const extension = extname(path);
    const stem = path.slice(0, path.length - extension.length);
    const candidates = [
      path,
      ...(sources[extension] ?? []).map((other) => stem + other),
      ...extensions.map((other) => path + other),
      ...extensions.map((other) => join(path, `index${other}`)),
    ];
    return candidates.find(
      (candidate) => inMemory.has(candidate) || statSync(candidate, { throwIfNoEntry: false })?.isFile(),
    );
  }

  function renew(path: string, seen: Set<string>): void {
    const file = files.get(path);
    if (file === undefined || seen.has(path)) return;
    seen.add(path);
    file.version += 1;
    delete load.cache[path];
    for (const importer of file.importers) renew(importer, seen);
  }

  registerHooks({
    resolve: (specifier, context, next) => {
      const { parentURL: parent } = context;
      if (!isOfNotebook(parent)) return next(specifier, context);
      const isImport = context.conditions.includes("import");
      const located = locate(specifier, parent);
      const found =
        located !== undefined && inMemory.has(located)
          ? { url: pathToFileURL(located).href, shortCircuit: true }
          : next(located === undefined ? specifier : isImport ? pathToFileURL(located).href : located, {
              ...context,
              ...(specifier === ownModule ? { parentURL: import.meta.url } : {}),
            });
      if (!isOfNotebook(found.url)) return found;
      const path = fileURLToPath(withoutVersion(found.url));
      const importer = fileURLToPath(withoutVersion(parent));
      const { version } = track(path, importer);
      const attributes = extname(path) === ".json" ? { type: "json" } : undefined;
      return {
        ...found,
        // What is required has no address but its path.
        ...(version > 0 && isImport ? { url: `${withoutVersion(found.url)}?v=${version}` } : {}),
        ...(attributes === undefined || !isImport
          ? {}
          : { importAttributes: { ...context.importAttributes, ...attributes } }),
      };
    },
    load: (address, context, next) => {
      if (!isOfNotebook(address)) return next(address, context);
      const path = fileURLToPath(withoutVersion(address));
      return loadSource(address, path, context) ?? next(address, context);
    },
  });

  function loadSource(address: string, path: string, context: LoadHookContext): LoadFnOutput | undefined {
    const loader = loaders[extname(path)];
    if (loader === undefined) {
      // A module that says it is none, by what `npm init` writes.
      if (extname(path) !== ".js" || context.format !== "commonjs") return undefined;
      const source = readFileSync(path, "utf8");
      return /^\s*(import\s*["'{*\w]|export\s)/m.test(source)
        ? { format: "module", shortCircuit: true, source }
        : undefined;
    }
    const isCommonJs = extname(path) === ".cts";
    const { emit } = readProjectOptions(folder);
    const emitted = emitModule(
      inMemory.get(path) ?? readFileSync(path, "utf8"),
      path,
      isCommonJs ? "cjs" : "esm",
      loader,
      emit,
    );
    onCode(isCommonJs ? path : address, path, emitted.map);
    return { format: isCommonJs ? "commonjs" : "module", shortCircuit: true, source: emitted.code };
  }

  return {
    define: (path, text) => {
      inMemory.set(path, text);
      renew(path, new Set());
    },
    refresh: () => {
      const seen = new Set<string>();
      for (const [path, file] of files) {
        const stamp = stampOf(path);
        if (stamp === file.stamp) continue;
        file.stamp = stamp;
        renew(path, seen);
      }
    },
  };
}

const loaders: Readonly<Record<string, "ts" | "tsx" | "jsx">> = {
  ".ts": "ts",
  ".mts": "ts",
  ".cts": "ts",
  ".tsx": "tsx",
  ".jsx": "jsx",
};

/** Tried for a specifier without an extension, in this order. */
const extensions = [".ts", ".tsx", ".mts", ".js", ".mjs", ".jsx", ".json", ".cts", ".cjs"];
/** What is written for a file that TypeScript reads under another name. */
const sources: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx", ".jsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
  ".jsx": [".tsx"],
};

/** The path of a specifier that names a file; undefined for a package. */
function pathOf(specifier: string, parent: string): string | undefined {
  if (specifier.includes("?")) return undefined;
  if (/^\.{1,2}(\/|$)/.test(specifier))
    return resolve(dirname(fileURLToPath(withoutVersion(parent))), specifier);
  if (specifier.startsWith("/")) return specifier;
  return specifier.startsWith("file:") ? fileURLToPath(specifier) : undefined;
}

/** What the star of a pattern stands for; the empty text where it has none. */
function matchPattern(pattern: string, specifier: string): string | undefined {
  const [before = "", after] = pattern.split("*");
  if (after === undefined) return pattern === specifier ? "" : undefined;
  const isMatch =
    specifier.length >= before.length + after.length &&
    specifier.startsWith(before) &&
    specifier.endsWith(after);
  return isMatch ? specifier.slice(before.length, specifier.length - after.length) : undefined;
}

function withoutVersion(address: string): string {
  return address.replace(/\?v=\d+$/, "");
}

function isOfNotebook(address: string | undefined): address is string {
  return (
    address?.startsWith("file:") === true &&
    !address.includes("/node_modules/") &&
    !address.startsWith(codeFolder) &&
    !address.endsWith(".node")
  );
}

/** The empty text for a file that is gone. */
function stampOf(path: string): string {
  const status = statSync(path, { throwIfNoEntry: false });
  return status === undefined ? "" : `${status.mtimeMs} ${status.size} ${status.ino}`;
}
