/** What cells import: our package wherever the notebook is, packages of the notebook's folder, and its own files. */
import { createRequire, isBuiltin, registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, runInThisContext } from "node:vm";
import { onTslabDisplay } from "../tslab.ts";
import type { CellOrder } from "../wire/thread-messages.ts";
import type { Boxes } from "./boxes.ts";
import { serveLocalModules } from "./local-modules.ts";
import { explainImport } from "./missing-package.ts";
import { loadOnce, type Prelude } from "./prelude.ts";

export type Namespace = Readonly<Record<string, unknown>>;

export interface CellModules {
  readonly meta: ImportMeta;
  /** Loads the prelude before a cell names it. */
  loadPrelude(): void;
  /** Brings into scope what the cell is the first to name. */
  prepare(order: CellOrder): Promise<void>;
  /** Puts a file that exists in memory only next to the notebook. */
  define(file: string, text: string): void;
  /** Cells have declared these: they are not the prelude's any more. */
  leave(names: Iterable<string>): void;
  import(specifier: string, options?: ImportCallOptions): Promise<Namespace>;
  /** As {@link CellModules.import}; empty for a package that has declarations alone. */
  importTypes(specifier: string, options?: ImportCallOptions): Promise<Namespace>;
}

export function createCellModules(parts: {
  /** The notebook's. */
  readonly folder: string;
  readonly prelude: Prelude;
  readonly boxes: Boxes;
  /** Shows what a cell shows through tslab's own `display`. */
  readonly showForTslab: (content: Record<string, unknown>, isUpdate: boolean) => void;
  /** Called with the code of each module next to the notebook. */
  readonly onCode: (address: string, path: string, map: string) => void;
}): CellModules {
  const { folder, prelude, boxes, showForTslab, onCode } = parts;
  const filename = join(folder, "cell.js");
  const requireHere = createRequire(filename);
  const loadPrelude = loadOnce(prelude);
  fallBackToOwnPackage();
  const localModules = serveLocalModules(folder, prelude.module, onCode);
  const importHere = runInThisContext("(specifier, options) => import(specifier, options)", {
    filename,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (specifier: string, options?: ImportCallOptions) => Promise<Namespace>;
  /** The prelude's names that no cell has declared, until they are loaded. */
  const awaited = new Set(prelude.names);
  for (const [name, value] of Object.entries({
    require: Object.assign(explainRequire, requireHere),
    __filename: filename,
    __dirname: folder,
  })) {
    boxes.set(name, value);
  }

  function explainRequire(specifier: string): unknown {
    try {
      return requireHere(specifier);
    } catch (error) {
      throw explainImport(specifier, folder, error);
    }
  }

  async function load(specifier: string, options?: ImportCallOptions): Promise<Namespace> {
    if (specifier === prelude.module) return loadPrelude();
    if (specifier === "tslab") onTslabDisplay(requireHere, showForTslab);
    localModules.refresh();
    try {
      return await importHere(specifier, options);
    } catch (error) {
      throw explainImport(specifier, folder, error);
    }
  }

  return {
    meta: {
      url: pathToFileURL(filename).href,
      filename,
      dirname: folder,
      main: false,
      resolve: (specifier) => resolveAddress(specifier, filename, requireHere),
    },
    // The cell that needs it says what fails.
    loadPrelude: () => void loadPrelude().catch(() => {}),
    prepare: async ({ bound, declared }) => {
      localModules.refresh();
      const names = awaited;
      if (!bound.names.some((name) => names.has(name) && !declared.has(name))) return;
      const loaded = await loadPrelude();
      for (const name of names) boxes.set(name, loaded[name]);
      names.clear();
    },
    define: (file, text) => localModules.define(join(folder, file), text),
    leave: (names) => {
      for (const name of names) awaited.delete(name);
    },
    import: load,
    importTypes: async (specifier, options) => {
      try {
        return await load(specifier, options);
      } catch (error) {
        if ((error as { code?: unknown } | null)?.code === "ERR_MODULE_NOT_FOUND" && isBare(specifier))
          return {};
        throw error;
      }
    },
  };
}

function resolveAddress(specifier: string, filename: string, requireHere: NodeJS.Require): string {
  if (!isBare(specifier) && !isBuiltin(specifier)) return new URL(specifier, pathToFileURL(filename)).href;
  return isBuiltin(specifier)
    ? `node:${specifier.replace(/^node:/, "")}`
    : pathToFileURL(requireHere.resolve(specifier)).href;
}

function isBare(specifier: string): boolean {
  return !/^[./]|^[a-z][a-z+.-]*:/i.test(specifier) && !isBuiltin(specifier);
}

/** A package that is not found next to the notebook is looked for next to this one; what libraries look for is left alone. */
function fallBackToOwnPackage(): void {
  const own = createRequire(import.meta.url);
  registerHooks({
    resolve: (specifier, context, next) => {
      try {
        return next(specifier, context);
      } catch (error) {
        const parent = context.parentURL ?? "";
        if (!isBare(specifier) || parent === import.meta.url || parent.includes("/node_modules/"))
          throw error;
        try {
          // For `require`, Node's own resolution does not look at `parentURL`.
          return context.conditions.includes("import")
            ? next(specifier, { ...context, parentURL: import.meta.url })
            : { url: pathToFileURL(own.resolve(specifier)).href, shortCircuit: true };
        } catch {
          throw error;
        }
      }
    },
  });
}
