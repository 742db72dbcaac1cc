/** What one cell may cost to read, however large its value is. */

export const maxKeyText = 256;
export const maxItems = 100;
export const maxDepth = 8;
export const maxVectorValues = 65_536;

/** What may still be read of one cell; shared by all of its parts. */
export interface CellBudget {
  nodes: number;
  vectorValues: number;
}

export function newCellBudget(): CellBudget {
  return { nodes: 300, vectorValues: maxVectorValues };
}

/** In what the source of a text counts, bytes or UTF-16 units. */
export function textLimit(depth: number): number {
  return depth === 0 ? 1024 : 256;
}
