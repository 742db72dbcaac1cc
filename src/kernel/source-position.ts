/** Leads a place in the code that runs back to the line of the cell it came from. */
import { SourceMap } from "node:module";

/** The two source maps, as JSON, that lead from the code that runs back to the cell. */
export interface CellMaps {
  readonly runToEmitted: string;
  readonly emittedToSource: string;
}

/** Both count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Undefined where the compiler added the code. */
export type PositionLookup = (position: Position) => Position | undefined;

/** tslab compiles a cell with one line before it. */
const linesBeforeCell = 1;

/** `lineCount` is that of the code that runs: what tslab puts after it belongs to nobody. */
export function createPositionLookup(maps: CellMaps, isAsync: boolean, lineCount: number): PositionLookup {
  const wrapper = isAsync ? "(async function(exports, require) { " : "(function(exports, require) { ";
  let chain: readonly SourceMap[] | undefined;
  return ({ line, column }) => {
    if (line > lineCount) return undefined;
    chain ??= [parseMap(maps.runToEmitted), parseMap(maps.emittedToSource)];
    let place = { line: line - 1, column: column - 1 - (line === 1 ? wrapper.length : 0) };
    for (const map of chain) {
      const entry = map.findEntry(place.line, place.column);
      if (!("originalLine" in entry)) return undefined;
      place = { line: entry.originalLine, column: entry.originalColumn };
    }
    const cellLine = place.line - linesBeforeCell;
    return cellLine < 0 ? undefined : { line: cellLine + 1, column: place.column + 1 };
  };
}

function parseMap(json: string): SourceMap {
  return new SourceMap(JSON.parse(json) as ConstructorParameters<typeof SourceMap>[0]);
}
