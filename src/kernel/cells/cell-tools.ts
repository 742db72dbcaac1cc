/** What the code of a cell calls, as `source/bind.ts` writes it. */
import type { Boxes } from "./boxes.ts";
import { type BuiltIns, protectMethods } from "./built-ins.ts";
import type { CellModules, Namespace } from "./cell-modules.ts";
import { showsItself } from "./display-value.ts";

export interface CellTools {
  /** The cell's value. */
  value?: unknown;
  /** The place of its code that awaited last, or of its value while that is shown, as `bind` counts it. */
  place: number;
  readonly meta: ImportMeta;
  /** It is about to await there, and first what this returns. */
  pass(place: number): Promise<never> | undefined;
  /** Shows what `await frame.show()` gives in the middle of a cell. */
  show(value: unknown): Promise<void>;
  /** It has come as far as to these declarations. */
  reach(...names: string[]): void;
  /** An enum or a namespace starts over: those of one cell would add to the other's. */
  renew(name: string): void;
  import(specifier: string, options?: ImportCallOptions): Promise<Namespace>;
  /** Of a module whose names are used as types alone there may be no code. */
  importTypes(specifier: string, options?: ImportCallOptions): Promise<Namespace>;
  pick(module: Namespace, key: string): unknown;
  /** A name of the cell follows what a module exports; without `key`, it is the module. */
  link(box: unknown, name: string, module: Namespace, key?: string): void;
}

/** What a run of a cell leaves behind. */
export interface CellTrace {
  readonly tools: CellTools;
  readonly reached: ReadonlySet<string>;
  /** What started over and was not reached is as it was before. */
  restore(): void;
}

export function createCellTools(
  boxes: Boxes,
  modules: CellModules,
  checkpoint: () => Promise<never> | undefined,
  display: (value: unknown) => Promise<void>,
  builtIns: Pick<BuiltIns, "protect">,
): CellTrace {
  const reached = new Set<string>();
  const before = new Map<string, unknown>();
  const tools: CellTools = {
    place: -1,
    meta: modules.meta,
    pass: (place) => {
      tools.place = place;
      return checkpoint();
    },
    show: async (value) => {
      // What another object's `show` returns is not for the reader.
      if (showsItself(value)) await display(value);
    },
    ...protectMethods(
      {
        reach: (...names: string[]) => {
          for (const name of names) reached.add(name);
        },
        renew: (name: string) => {
          before.set(name, boxes.read(name));
          boxes.set(name, undefined);
        },
        import: modules.import,
        importTypes: modules.importTypes,
        link: (_box: unknown, name: string, module: Namespace, key?: string) => {
          if (key === undefined) boxes.set(name, module);
          else boxes.link(name, () => pick(module, key));
          reached.add(name);
        },
      },
      builtIns,
    ),
    pick,
  };
  return {
    tools,
    reached,
    restore: () => {
      for (const [name, value] of before) if (!reached.has(name)) boxes.set(name, value);
    },
  };
}

/** A name that Node has not found in a CommonJS module is looked for in what the module exports. */
function pick(module: Namespace, key: string): unknown {
  if (key in module) return module[key];
  const { default: exported } = module;
  return typeof exported === "object" || typeof exported === "function"
    ? (exported as Namespace | null)?.[key]
    : undefined;
}
