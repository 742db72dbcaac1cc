import type { TypeScript } from "./tslab-types.ts";

/**
 * True when a cell awaits outside every function: also by `for await`, and where `@ts-ignore` hides the
 * diagnostic from which tslab concludes it.
 */
export function hasTopLevelAwait(ts: typeof TypeScript, source: string): boolean {
  const visit = (node: TypeScript.Node): boolean => {
    if (ts.isFunctionLike(node) || ts.isClassLike(node)) return false;
    if (ts.isAwaitExpression(node)) return true;
    if (ts.isForOfStatement(node) && node.awaitModifier !== undefined) return true;
    return ts.forEachChild(node, (child) => visit(child) || undefined) ?? false;
  };
  return visit(ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest, false));
}
