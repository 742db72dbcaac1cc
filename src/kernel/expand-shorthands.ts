import type { TypeScript } from "./tslab-types.ts";

/**
 * Writes `{ name }` as `{ name: exports.name }` where an earlier cell declared the name. tslab does this for every
 * other use of such a name, but leaves this one to a `ReferenceError`.
 */
export function expandShorthands(
  ts: typeof TypeScript,
  checker: TypeScript.TypeChecker,
  isEarlier: (file: TypeScript.SourceFile) => boolean,
): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { factory } = ts;

  function expand(
    property: TypeScript.ShorthandPropertyAssignment,
  ): TypeScript.PropertyAssignment | undefined {
    const declarations = checker.getShorthandAssignmentValueSymbol(property)?.declarations ?? [];
    if (!declarations.some((declaration) => isEarlier(declaration.getSourceFile()))) return undefined;
    const value = factory.createPropertyAccessExpression(
      factory.createIdentifier("exports"),
      property.name.text,
    );
    const fallback = property.objectAssignmentInitializer;
    return factory.createPropertyAssignment(
      factory.createIdentifier(property.name.text),
      fallback === undefined ? value : factory.createAssignment(value, fallback),
    );
  }

  return (context) => {
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      return ts.isShorthandPropertyAssignment(node) ? (expand(node) ?? visited) : visited;
    };
    return (file) => ts.visitEachChild(file, visit, context);
  };
}
