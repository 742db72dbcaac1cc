import type { CellSource } from "../source/cell-source.ts";
import type { FrontStart } from "../wire/thread-messages.ts";

/** Gives notice of the first cell that names something of the prelude: its module is loaded while the cell is checked. */
export function createPreludeNotice(
  { module, names }: FrontStart["prelude"],
  give: () => void,
): (source: CellSource) => void {
  let isGiven = false;
  return ({ code, identifiers }) => {
    if (isGiven || !(names.some((name) => identifiers.has(name)) || code.includes(module))) return;
    isGiven = true;
    give();
  };
}
