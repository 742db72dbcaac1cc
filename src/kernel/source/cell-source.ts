/** What a cell declares and uses, read from its text alone. */
import { readLastObject } from "./last-object.ts";
import { findLostConditions, type LostCondition } from "./lost-conditions.ts";
import { childrenOf } from "./nodes.ts";
import {
  type BindingPattern,
  type CellLanguage,
  type Declaration,
  type ExportDefaultDeclarationKind,
  type ImportDeclaration,
  type Node,
  type Parsed,
  parseModule,
  type Statement,
  type TSTypeName,
  type VariableDeclaration,
} from "./parse.ts";
import { placeOf, type Widening } from "./places.ts";
import { findTables, type NamedTables } from "./table-names.ts";

export type DeclarationKind =
  | "let"
  | "const"
  | "function"
  | "class"
  | "enum"
  | "namespace"
  | "type"
  | "import";

export interface DeclaredName {
  /** Of `var` and `let` alike `let`: later cells may assign to it. With a type of that name too, the value's. */
  readonly kind: DeclarationKind;
  /** It has no value: a type, an interface, or an import that says `type`. */
  readonly isType: boolean;
  /** `declare`: the value is there already, and the cell makes none. */
  readonly isAmbient: boolean;
  /** The cell says `export` itself. */
  readonly exported: boolean;
}

export interface CellSource {
  /** As it is checked and run. See {@link CellSource.widening} for where it differs from what was written. */
  readonly code: string;
  readonly language: CellLanguage;
  /** What the cell declares at its top, `var` in blocks too. */
  readonly names: ReadonlyMap<string, DeclaredName>;
  /** Every name that stands in the text; also words of its strings and comments. */
  readonly identifiers: ReadonlySet<string>;
  /** The last statement is an expression. */
  readonly hasValue: boolean;
  /** Where in {@link CellSource.code} that statement begins, in UTF-16 units, unless it is an `export default`. */
  readonly valueStart: number | undefined;
  /** False where the parser could not read the text: `names` may be empty then, and the checker says why. */
  readonly isParsed: boolean;
  /** The parenthesis put before a last `{ a: 1, b: 2 }`, which is an object and no block. */
  readonly widening: Widening | undefined;
  readonly tables: NamedTables;
  readonly lostConditions: readonly LostCondition[];
  /** In a long cell, ends of statements that end their line, in steps of {@link statementsApart}. */
  readonly restingPlaces: readonly number[];
  /**
   * Where an `export` makes all that the cell declares the exports of a namespace. Undefined for what no namespace can
   * hold: imports, exports by name, `using`, `var` in blocks, declarations for every cell.
   */
  readonly exportPlaces: readonly number[] | undefined;
}

const statementsApart = 100;

/** Reads a cell. Never throws for what it holds. */
export function analyseCell(written: string): CellSource {
  // A file's first line may name its interpreter: to the checker it is a comment, and where a cell runs it would be none.
  const { code, widening } = readLastObject(written.replace(/^#!/, "//"));
  const [parsed, language] = parseCell(code);
  const { body } = parsed.program;
  const last = body.findLast(({ type }) => type !== "EmptyStatement");
  return {
    code,
    language,
    names: collectNames(body),
    identifiers: new Set(code.match(identifier)),
    hasValue:
      last?.type === "ExpressionStatement" ||
      (last?.type === "ExportDefaultDeclaration" && !/Declaration$/.test(last.declaration.type)),
    valueStart: last?.type === "ExpressionStatement" ? last.start : undefined,
    isParsed: parsed.isValid,
    widening,
    tables: findTables(code, body),
    lostConditions: findLostConditions(code, body),
    restingPlaces: findRestingPlaces(code, body),
    exportPlaces: parsed.isValid ? findExportPlaces(body) : undefined,
  };
}

function findExportPlaces(body: readonly Statement[]): readonly number[] | undefined {
  if (hoistedVariables(body).length > 0) return undefined;
  const places: number[] = [];
  for (const node of body) {
    switch (node.type) {
      case "ImportDeclaration":
      case "TSImportEqualsDeclaration":
      case "ExportAllDeclaration":
      case "ExportDefaultDeclaration":
      case "TSExportAssignment":
      case "TSNamespaceExportDeclaration":
        return undefined;
      case "ExportNamedDeclaration":
        if (node.declaration === null) return undefined;
        break;
      case "VariableDeclaration":
        if (/using/.test(node.kind)) return undefined;
        places.push(node.start);
        break;
      case "TSModuleDeclaration":
        if (nameOfNamespace(node) === undefined) return undefined;
        places.push(node.start);
        break;
      default:
        if (readDeclaration(node as Declaration) !== undefined) places.push(node.start);
    }
  }
  return places;
}

function findRestingPlaces(code: string, body: readonly Statement[]): readonly number[] {
  const places: number[] = [];
  for (let index = statementsApart - 1; index + 1 < body.length; index += statementsApart) {
    const [statement, next] = body.slice(index, index + 2);
    // An overload's signature stands right before the next one.
    if (statement === undefined || next === undefined || isSignature(statement)) continue;
    if (code.slice(statement.end, next.start).includes("\n")) places.push(statement.end);
  }
  return places;
}

function isSignature(node: Statement): boolean {
  const declaration = "declaration" in node ? node.declaration : node;
  return declaration?.type === "TSDeclareFunction";
}

const identifier = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

function parseCell(code: string): [Parsed, CellLanguage] {
  const parsed = parseModule(code, "ts");
  if (parsed.isValid) return [parsed, "ts"];
  const withTags = parseModule(code, "tsx");
  // Of text that is neither, the one that makes sense further on.
  return withTags.isValid || firstFault(withTags) > firstFault(parsed) ? [withTags, "tsx"] : [parsed, "ts"];
}

function firstFault({ faults }: Parsed): number {
  return Math.min(...faults.map(({ start }) => start));
}

/** Line and column, both from 1, of a place in {@link CellSource.code}, in what was written. */
export function placeInCell(
  { widening }: Pick<CellSource, "widening">,
  place: { readonly line: number; readonly column: number },
): { line: number; column: number } {
  return placeOf(widening, place);
}

function collectNames(body: readonly Statement[]): ReadonlyMap<string, DeclaredName> {
  const names = new Map<string, DeclaredName>();
  const exported = new Set<string>();

  function add(name: string, kind: DeclarationKind, marks: { isAmbient?: boolean; exported?: boolean } = {}) {
    const known = names.get(name);
    const isType = kind === "type";
    // The first declaration of a value names its kind: `function f` with `namespace f`, `class A` with `interface A`.
    const isNews = known === undefined || (known.isType && !isType);
    names.set(name, {
      kind: isNews ? kind : known.kind,
      isType: isNews ? isType : known.isType,
      isAmbient: (known === undefined || known.isType || known.isAmbient) && marks.isAmbient === true,
      exported: marks.exported === true || known?.exported === true,
    });
  }

  function addDeclaration(node: Declaration | ExportDefaultDeclarationKind, isExported = false): void {
    const found = readDeclaration(node);
    if (found === undefined) return;
    const isAmbient = "declare" in node && node.declare === true;
    for (const name of found.names) add(name, found.kind, { isAmbient, exported: isExported });
  }

  function addImports(node: ImportDeclaration): void {
    for (const specifier of node.specifiers) {
      const isType =
        node.importKind === "type" ||
        (specifier.type === "ImportSpecifier" && specifier.importKind === "type");
      add(specifier.local.name, isType ? "type" : "import");
    }
  }

  for (const node of body) {
    switch (node.type) {
      case "ImportDeclaration":
        addImports(node);
        break;
      case "ExportNamedDeclaration":
        if (node.declaration !== null) addDeclaration(node.declaration, true);
        else if (node.source === null) {
          for (const { local, exported: outside } of node.specifiers) {
            // Exported under another name it is not yet exported under its own.
            if (nameOf(local) === nameOf(outside)) exported.add(nameOf(local));
          }
        }
        break;
      case "ExportDefaultDeclaration":
        addDeclaration(node.declaration);
        break;
      default:
        addDeclaration(node as Declaration);
    }
  }
  for (const declaration of hoistedVariables(body)) {
    for (const { id } of declaration.declarations) {
      for (const name of namesOfPattern(id)) if (!names.has(name)) add(name, "let");
    }
  }
  for (const name of exported) {
    const known = names.get(name);
    if (known !== undefined) names.set(name, { ...known, exported: true });
  }
  return names;
}

/** Undefined for what declares nothing: statements, expressions, `declare global`. */
function readDeclaration(
  node: Declaration | ExportDefaultDeclarationKind,
): { readonly kind: DeclarationKind; readonly names: readonly string[] } | undefined {
  switch (node.type) {
    case "VariableDeclaration":
      return {
        kind: node.kind === "let" || node.kind === "var" ? "let" : "const",
        names: node.declarations.flatMap(({ id }) => namesOfPattern(id)),
      };
    case "FunctionDeclaration":
    case "TSDeclareFunction":
      return { kind: "function", names: node.id === null ? [] : [node.id.name] };
    case "ClassDeclaration":
      return { kind: "class", names: node.id === null ? [] : [node.id.name] };
    case "TSEnumDeclaration":
      return { kind: "enum", names: [node.id.name] };
    case "TSModuleDeclaration": {
      const name = nameOfNamespace(node);
      if (name === undefined) return undefined;
      return { kind: holdsOnlyTypes(node) ? "type" : "namespace", names: [name] };
    }
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
      return { kind: "type", names: [node.id.name] };
    case "TSImportEqualsDeclaration":
      return { kind: node.importKind === "type" ? "type" : "import", names: [node.id.name] };
    default:
      return undefined;
  }
}

/** Of `namespace A.B` it is `A`; undefined for `declare global` and `declare module "x"`. */
function nameOfNamespace({ kind, id }: Extract<Statement, { type: "TSModuleDeclaration" }>) {
  if (kind === "global") return undefined;
  let first: typeof id | TSTypeName = id;
  while (first.type === "TSQualifiedName") first = first.left;
  return first.type === "Identifier" ? first.name : undefined;
}

/** Nothing of it is left when it runs. */
function holdsOnlyTypes({ body }: Extract<Statement, { type: "TSModuleDeclaration" }>): boolean {
  return (body?.body ?? []).every((statement) => {
    const node =
      statement.type === "ExportNamedDeclaration" ? (statement.declaration ?? statement) : statement;
    if (node.type === "TSModuleDeclaration") return holdsOnlyTypes(node);
    return node.type === "TSInterfaceDeclaration" || node.type === "TSTypeAliasDeclaration";
  });
}

function nameOf(
  node:
    | { readonly type: "Literal"; readonly value: string }
    | { readonly type: string; readonly name: string },
): string {
  return "name" in node ? node.name : node.value;
}

/** The names that a pattern of a declaration binds. */
export function namesOfPattern(pattern: BindingPattern): readonly string[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern.name];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesOfPattern(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => {
        if (element === null) return [];
        return namesOfPattern(element.type === "RestElement" ? element.argument : element);
      });
    case "AssignmentPattern":
      return namesOfPattern(pattern.left);
    default:
      return pattern satisfies never;
  }
}

/** Every `var` that belongs to the cell, in whatever block, loop or `try` it stands. */
function hoistedVariables(body: readonly Statement[]): VariableDeclaration[] {
  const found: VariableDeclaration[] = [];
  const visit = (node: Node): void => {
    if (!mayHoldStatements.test(node.type)) return;
    if (node.type === "VariableDeclaration") {
      if (node.kind === "var") found.push(node);
      return;
    }
    for (const part of childrenOf(node)) visit(part);
  };
  for (const statement of body) if (statement.type !== "VariableDeclaration") visit(statement);
  return found;
}

/** Functions and classes keep what they declare; expressions declare nothing outside themselves. */
const mayHoldStatements =
  /^(?!Expression|TS|.*(?:Function|Class|Import|Export)).*(?:Statement|VariableDeclaration|Clause|SwitchCase)$/;
