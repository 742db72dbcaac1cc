/**
 * Brings the modules a cell names within reach of its `require`, into which the compiler turns every import: ours
 * from wherever the notebook is, and those that only `import()` can load.
 */
import { existsSync, readFileSync } from "node:fs";
import { createRequire, isBuiltin, registerHooks } from "node:module";
import { dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { constants, runInThisContext } from "node:vm";

export interface CellModules {
  /** Loads ahead what the cell's `require` could not, of the modules it imports. */
  prepare(imports: readonly string[]): Promise<void>;
}

type Namespace = Readonly<Record<string, unknown>>;

/**
 * @param folder the notebook's folder
 * @param ownModule the module that always means ours, and what loads it
 * @param prepareTslab called before a cell loads tslab
 */
export function createCellModules(
  folder: string,
  ownModule: { readonly name: string; load(): Promise<Namespace> },
  prepareTslab: () => void,
): CellModules {
  const loaded = new Map<string, Namespace>();
  fallBackToOwnPackage();
  interceptRequire(loaded);

  async function loadAhead(id: string): Promise<void> {
    if (loaded.has(id)) return;
    if (id === ownModule.name) loaded.set(id, asCommonJs(await ownModule.load()));
    else if (isModuleFile(id) || isImportOnly(folder, id))
      loaded.set(id, asCommonJs(await importFrom(folder, id)));
  }

  return {
    prepare: async (imports) => {
      for (const id of imports) {
        if (id === "tslab") prepareTslab();
        else if (isBare(id) || isModuleFile(id)) await loadAhead(id);
      }
    },
  };
}

function isBare(id: string): boolean {
  return !/^[./]|^[a-z][a-z+.-]*:/i.test(id) && !isBuiltin(id);
}

/** `require` loads such a file beside the notebook too, unless it awaits. */
function isModuleFile(id: string): boolean {
  return /^\.{1,2}\/.*\.mjs$/.test(id);
}

/** tslab runs every cell with the `require` it keeps in this global. */
function interceptRequire(loaded: ReadonlyMap<string, Namespace>): void {
  const { __tslab__: scope } = globalThis as unknown as { __tslab__: { require: (id: string) => unknown } };
  scope.require = new Proxy(scope.require, {
    apply: (target, self, [id]: [string]) => loaded.get(id) ?? Reflect.apply(target, self, [id]),
  });
}

/** A package that is not found beside the notebook is looked for beside us; what libraries look for is left alone. */
function fallBackToOwnPackage(): void {
  const own = createRequire(import.meta.url);
  registerHooks({
    resolve: (id, context, next) => {
      try {
        return next(id, context);
      } catch (error) {
        const parent = context.parentURL ?? "";
        if (!isBare(id) || parent === import.meta.url || parent.includes("/node_modules/")) throw error;
        try {
          // For `require`, Node's own resolution does not look at `parentURL`.
          return context.conditions.includes("import")
            ? next(id, { ...context, parentURL: import.meta.url })
            : { url: pathToFileURL(own.resolve(id)).href, shortCircuit: true };
        } catch {
          throw error;
        }
      }
    },
  });
}

/** True for a package with an ES module entry only. `require` loads some of those too, but not all. */
function isImportOnly(folder: string, id: string): boolean {
  try {
    return isEsModule(createRequire(join(folder, "cell.js")).resolve(id));
  } catch (error) {
    return (error as { code?: string }).code === "ERR_PACKAGE_PATH_NOT_EXPORTED";
  }
}

function isEsModule(file: string): boolean {
  const extension = extname(file);
  if (extension !== ".js") return extension === ".mjs";
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (!existsSync(manifest)) continue;
    return (JSON.parse(readFileSync(manifest, "utf8")) as { type?: string }).type === "module";
  }
  return false;
}

function importFrom(folder: string, id: string): Promise<Namespace> {
  const importHere = runInThisContext("(id) => import(id)", {
    filename: join(folder, "cell.js"),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  }) as (id: string) => Promise<Namespace>;
  return importHere(id);
}

/** The namespace as compiled code expects to `require` it: live, and marked as an ES module. */
function asCommonJs(namespace: Namespace): Namespace {
  const copy = Object.defineProperty({}, "__esModule", { value: true });
  for (const name of Object.keys(namespace)) {
    Object.defineProperty(copy, name, { enumerable: true, configurable: true, get: () => namespace[name] });
  }
  return copy;
}
