import type { TypeScript } from "./tslab-types.ts";

/** The names that a cell declares and that have a value once they are reached; imports are not among them. */
export function declaredNames(ts: typeof TypeScript, source: string): string[] {
  const file = ts.createSourceFile("cell.ts", source, ts.ScriptTarget.Latest) as TypeScript.SourceFile & {
    readonly locals?: ReadonlyMap<TypeScript.__String, TypeScript.Symbol>;
  };
  const { bindSourceFile } = ts as unknown as { bindSourceFile(file: object, options: object): void };
  bindSourceFile(file, {});
  return [...(file.locals ?? [])]
    .filter(([, symbol]) => (symbol.flags & ts.SymbolFlags.Value) !== 0)
    .map(([name]) => ts.unescapeLeadingUnderscores(name));
}

/**
 * What is declared after a cell that did not come to its end: all that it declares but for the names it has not
 * reached, which are as they were before it.
 */
export function keptDeclarations(
  ts: typeof TypeScript,
  before: string,
  after: string,
  unreached: readonly string[],
): string {
  const names = new Set(unreached);
  const reached = chooseDeclarations(ts, after, (name) => !names.has(name));
  return reached + chooseDeclarations(ts, before, (name) => names.has(name), false);
}

/** `keepsTypes` is about the statements that declare a type alone. */
function chooseDeclarations(
  ts: typeof TypeScript,
  declarations: string,
  keeps: (name: string) => boolean,
  keepsTypes = true,
): string {
  const file = ts.createSourceFile("cells.d.ts", declarations, ts.ScriptTarget.Latest);
  const printer = ts.createPrinter();
  const isKept = (name: TypeScript.Node | undefined): boolean => keeps(name?.getText(file) ?? "");
  const choose = (statement: TypeScript.Statement): TypeScript.Statement[] => {
    if (ts.isVariableStatement(statement)) {
      const { declarationList: list, modifiers } = statement;
      const kept = list.declarations.filter(({ name }) => isKept(name));
      if (kept.length === 0) return [];
      const shorter = ts.factory.updateVariableDeclarationList(list, kept);
      return [ts.factory.updateVariableStatement(statement, modifiers, shorter)];
    }
    if (ts.isImportDeclaration(statement)) {
      const { importClause: clause, moduleSpecifier } = statement;
      const bindings = clause?.namedBindings;
      if (bindings === undefined || ts.isNamespaceImport(bindings)) {
        return isKept(clause?.name ?? bindings?.name) ? [statement] : [];
      }
      const kept = bindings.elements.filter(({ name }) => isKept(name));
      if (clause === undefined || kept.length === 0) return [];
      const named = ts.factory.updateNamedImports(bindings, kept);
      const shorter = ts.factory.updateImportClause(clause, clause.isTypeOnly, clause.name, named);
      return [ts.factory.createImportDeclaration(undefined, shorter, moduleSpecifier)];
    }
    const isValue =
      ts.isFunctionDeclaration(statement) ||
      ts.isClassDeclaration(statement) ||
      ts.isEnumDeclaration(statement) ||
      ts.isModuleDeclaration(statement);
    return (isValue ? isKept(statement.name) : keepsTypes) ? [statement] : [];
  };
  return file.statements
    .flatMap(choose)
    .map((statement) => `${printer.printNode(ts.EmitHint.Unspecified, statement, file)}\n`)
    .join("");
}
