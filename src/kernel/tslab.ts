/** The one import of tslab: its kernel, for those who choose it, and its `display`, which works in our cells too. */
import { createRequire } from "node:module";
import type * as TypeScript from "@tslab/typescript-for-tslab";

const load = createRequire(import.meta.url);

function requireFromTslab(near = load): NodeJS.Require {
  const locate = (from: NodeJS.Require): string => from.resolve("tslab/package.json");
  try {
    return createRequire(locate(near));
  } catch {
    return createRequire(locate(load));
  }
}

export function loadTypeScript(): typeof TypeScript {
  return requireFromTslab()("@tslab/typescript-for-tslab") as typeof TypeScript;
}

/**
 * Takes what cells show through tslab's own `display`. Loads TypeScript with tslab.
 *
 * @param near finds the copy of tslab that the cells import; where it finds none, they get ours
 */
export function onTslabDisplay(
  near: NodeJS.Require,
  show: (content: Record<string, unknown>, isUpdate: boolean) => void,
): void {
  const module = requireFromTslab(near)("./dist/jupyter.js") as { lastWriteDisplayData: unknown };
  module.lastWriteDisplayData = show;
}

/** Starts tslab's own kernel, whichever copies of tslab are near the notebook. */
export function startTslab(connectionFile: string): void {
  const { startKernel } = requireFromTslab()("./dist/main.js") as typeof import("tslab/dist/main.js");
  startKernel({ configPath: connectionFile, enableFindLocal: false });
}
