/** Where the compiler finds what a cell, or one of its libraries, imports. */
import { dirname, resolve as resolvePath } from "node:path";
import { fileURLToPath } from "node:url";
import type { NotebookFolder } from "./notebook-folder.ts";
import type { TypeScript } from "./tslab-types.ts";

/** Where the types of the module are that always means ours. */
export interface OwnTypes {
  readonly module: string;
  /** Absolute path of its declarations. */
  readonly types: string;
}

type Lookup = Required<
  Pick<TypeScript.CompilerHost, "resolveModuleNameLiterals" | "resolveTypeReferenceDirectiveReferences">
>;
type FoundModule = TypeScript.ResolvedModuleWithFailedLookupLocations;
type FoundTypes = TypeScript.ResolvedTypeReferenceDirectiveWithFailedLookupLocations;

const ownFile = fileURLToPath(new URL("../../cell.ts", import.meta.url));

/**
 * Resolves from the importing file and then from this package, so that a notebook anywhere knows our types. What the
 * notebook's own files import is looked up anew each time: a package may have been installed since.
 */
export function createModuleLookup(
  ts: typeof TypeScript,
  own: OwnTypes,
  folder: NotebookFolder,
  isLibrary: (path: string) => boolean,
): (options: TypeScript.CompilerOptions, system: TypeScript.System) => Lookup {
  const real = ts.sys;
  const ours: TypeScript.ResolvedModuleFull = {
    resolvedFileName: own.types,
    extension: own.types.endsWith(".d.ts") ? ts.Extension.Dts : ts.Extension.Ts,
    isExternalLibraryImport: true,
  };
  let libraryModules: TypeScript.ModuleResolutionCache | undefined;
  const libraryTypes = new Map<string, FoundTypes>();

  /** A module the notebook has beside it: a file, or a cell that is a module. */
  function resolveRelative(
    name: string,
    file: string,
    options: TypeScript.CompilerOptions,
    system: TypeScript.System,
  ): FoundModule {
    const path = resolvePath(dirname(file), name);
    const isInFolder = folder.has(path) || path === folder.virtual;
    if (isInFolder || !folder.has(file)) return ts.resolveModuleName(name, file, options, system);
    return ts.resolveModuleName(name, folder.toReal(file) ?? file, options, real);
  }

  function resolvePackage(name: string, file: string, options: TypeScript.CompilerOptions): FoundModule {
    const place = folder.toReal(file);
    const found = place === undefined ? undefined : ts.resolveModuleName(name, place, options, real);
    if (found?.resolvedModule === undefined) {
      return ts.resolveModuleName(name, ownFile, options, real, libraryModules);
    }
    const { resolvedModule } = found;
    const resolvedFileName = folder.toVirtual(resolvedModule.resolvedFileName);
    // A package of the notebook's own workspace is reached through a link, and is no library.
    return isLibrary(resolvedModule.resolvedFileName)
      ? found
      : { ...found, resolvedModule: { ...resolvedModule, resolvedFileName } };
  }

  function resolveTypes(name: string, file: string, options: TypeScript.CompilerOptions): FoundTypes {
    // One set of Node's types, whatever the notebook's packages bring with them.
    const place = name === "node" || !isLibrary(file) ? ownFile : file;
    const key = `${name}\n${dirname(place)}`;
    const found =
      libraryTypes.get(key) ??
      ts.resolveTypeReferenceDirective(name, place, { ...options, typeRoots: [] }, real);
    libraryTypes.set(key, found);
    return found;
  }

  return (options, system) => {
    libraryModules ??= ts.createModuleResolutionCache(dirname(ownFile), (name) => name, options);
    return {
      resolveModuleNameLiterals: (literals, file) =>
        literals.map(({ text: name }) => {
          if (name === own.module) return { resolvedModule: ours };
          if (isLibrary(file)) return ts.resolveModuleName(name, file, options, real, libraryModules);
          const isRelative = /^\.{1,2}(\/|$)/.test(name);
          return isRelative
            ? resolveRelative(name, file, options, system)
            : resolvePackage(name, file, options);
        }),
      resolveTypeReferenceDirectiveReferences: (
        references: readonly (string | { fileName: string })[],
        file: string,
      ) =>
        references.map((reference) =>
          resolveTypes(typeof reference === "string" ? reference : reference.fileName, file, options),
        ),
    };
  };
}
