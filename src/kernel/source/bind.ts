/**
 * Names that cells declare become shared boxes: `limit` of one cell is `limitː.limit` in all of them, whatever a cell
 * declares it as. What a function, block or class declares itself stays what it is.
 *
 * The property has the name too, so that V8 keeps the shape of each box apart: a number that grows stays unboxed.
 */
import { analyze, type Scope, type Variable } from "eslint-scope";
import MagicString from "magic-string";
import { namesOfPattern } from "./cell-source.ts";
import { valueMark } from "./emit.ts";
import { childrenOf } from "./nodes.ts";
import { type Node, type Program, parseModule, type VariableDeclaration } from "./parse.ts";
import { columnsInPlace } from "./places.ts";

export interface BindingScope {
  /** The names the cell declares that have a value. A compiler's own helpers are none of them. */
  readonly declared: ReadonlySet<string>;
  /** The declared names that start over, whatever they were: those of enums and namespaces. */
  readonly fresh: ReadonlySet<string>;
  /** The names that have a box already. */
  readonly known: ReadonlySet<string>;
  /** The last statement is an expression whose value is asked for: an `export default`, or one that is marked. */
  readonly hasValue: boolean;
}

export interface BoundCell {
  /** A script whose value is an async function of {@link BoundCell.parameters}. */
  readonly code: string;
  /** JSON text of a source map to the text that was bound. */
  readonly map: string;
  /** The names whose boxes the function takes, after what the kernel gives it. */
  readonly names: readonly string[];
  /** Where the expression of the cell's value begins. */
  readonly valuePlace: number | undefined;
}

/** What the function of a cell takes first: see `CellTools` in `cells/`. The sign may stand in names; nobody
 * types it. At the beginning, as a box has it at the end: a cell may declare `here`. */
const tools = "ːhere";
const boxOf = (name: string): string => `${name}ː`;
/** Comes before what a function of a cell awaits. Its text may run elsewhere, where that is missing. */
const checkpoint = "globalThis.awaitː?.() && await globalThis.awaitː()";

/**
 * Binds the JavaScript of a cell.
 *
 * @throws SyntaxError when it cannot be parsed
 */
export function bindNames(code: string, scope: BindingScope): BoundCell {
  const { program, isValid } = parseModule(code, "js");
  if (!isValid) throw new SyntaxError("the compiled cell cannot be read");
  return new Binder(code, program, scope).bind();
}

type AnyNode = Node & { readonly start: number; readonly end: number };
type Declaration = VariableDeclaration & AnyNode;

class Binder {
  readonly #code: string;
  readonly #program: Program;
  readonly #scope: BindingScope;
  readonly #text: MagicString;
  readonly #used = new Set<string>();
  readonly #parents = new Map<Node, Node>();
  /** The identifiers that stand for a box. */
  readonly #bound = new Set<unknown>();
  readonly #module: Scope;
  readonly #global: Scope;
  readonly #lines: number[] = [0];
  #imports = 0;
  /** What runs before anything else of the cell. */
  #head = "";
  #valuePlace: number | undefined;

  constructor(code: string, program: Program, scope: BindingScope) {
    this.#code = code;
    this.#program = program;
    this.#scope = scope;
    this.#text = new MagicString(code);
    const scopes = analyze(program as never, { ecmaVersion: 2025, sourceType: "module" });
    const [module] = scopes.globalScope?.childScopes ?? [];
    if (scopes.globalScope === null || module === undefined) throw new Error("no scope was found");
    this.#global = scopes.globalScope;
    this.#module = module;
    for (let at = code.indexOf("\n"); at >= 0; at = code.indexOf("\n", at + 1)) this.#lines.push(at + 1);
  }

  bind(): BoundCell {
    this.#collectReferences();
    this.#declareHoisted();
    const last = lastStatement(this.#program.body);
    if (this.#scope.hasValue && last !== undefined) this.#returnValue(last);
    for (const statement of this.#program.body) this.#visit(statement, this.#program, 0);
    const names = [...this.#used];
    const parameters = [tools, ...names.map(boxOf)].join(", ");
    this.#text.prepend(`(async (${parameters}) => { "use strict"; ${this.#head}`);
    this.#text.append("\n})");
    return {
      code: this.#text.toString(),
      map: this.#text.generateMap({ hires: "boundary" }).toString(),
      names,
      valuePlace: this.#valuePlace,
    };
  }

  /** The cell's own variables of this name, which is shared. */
  #variable(name: string): Variable | undefined {
    return this.#scope.declared.has(name) ? this.#module.set.get(name) : undefined;
  }

  #collectReferences(): void {
    const definitions = new Set<unknown>(this.#module.variables.flatMap(({ identifiers }) => identifiers));
    for (const { name, references } of this.#module.variables) {
      if (!this.#scope.declared.has(name)) continue;
      for (const { identifier } of references) if (!definitions.has(identifier)) this.#bound.add(identifier);
    }
    for (const { identifier } of this.#global.through) {
      const { name } = identifier as unknown as { name: string };
      if (this.#scope.known.has(name) && !this.#module.set.has(name)) this.#bound.add(identifier);
    }
  }

  #declareHoisted(): void {
    const started: string[] = [];
    for (const { name, defs } of this.#module.variables) {
      if (!this.#scope.declared.has(name)) continue;
      this.#used.add(name);
      if (this.#scope.fresh.has(name)) this.#head += `${tools}.renew(${JSON.stringify(name)}); `;
      if (defs[0]?.type === "FunctionName") {
        this.#head += `${this.#share(name)} `;
        started.push(name);
      }
    }
    this.#declare(started);
  }

  /** Says that the cell has come as far as to these declarations. */
  #declare(names: readonly string[]): void {
    if (names.length > 0) this.#head += `${this.#reach(names)} `;
  }

  #share(name: string): string {
    this.#used.add(name);
    return `${boxOf(name)}.${name} = ${name};`;
  }

  #reach(names: readonly string[]): string {
    return `${tools}.reach(${names.map((name) => JSON.stringify(name)).join(", ")});`;
  }

  /** Outer edits come first: what is put before an inner node then follows, and what is put after it precedes. */
  #wrap(node: AnyNode, before: string, after: string): void {
    this.#text.appendRight(node.start, before);
    this.#text.prependLeft(node.end, after);
  }

  #returnValue(statement: Node): void {
    if (statement.type === "ThrowStatement") {
      this.#text.remove(statement.start, statement.start + valueMark.length);
      this.#wrapValue(statement.argument);
    }
    if (statement.type === "ExportDefaultDeclaration") {
      this.#wrapValue(statement.declaration);
    }
  }

  #wrapValue(value: AnyNode): void {
    this.#valuePlace = this.#placeOf(value.start);
    this.#wrap(value, `${tools}.value = (`, ")");
  }

  #visit(node: Node, parent: Node, depth: number): void {
    this.#parents.set(node, parent);
    switch (node.type) {
      case "Identifier":
        if (this.#bound.has(node) && !this.#isEarly(node, depth)) this.#rename(node, parent);
        return;
      case "ImportDeclaration":
        this.#bindImport(node);
        return;
      case "ExportAllDeclaration":
        this.#text.update(
          node.start,
          node.end,
          `await ${tools}.import(${JSON.stringify(node.source.value)});`,
        );
        return;
      case "ExportNamedDeclaration":
        if (node.declaration !== null) {
          this.#text.remove(node.start, node.declaration.start);
          break;
        }
        if (node.source === null) this.#text.remove(node.start, node.end);
        else
          this.#text.update(
            node.start,
            node.end,
            `await ${tools}.import(${JSON.stringify(node.source.value)});`,
          );
        return;
      case "ExportDefaultDeclaration":
        this.#dropDefault(node);
        break;
      case "VariableDeclaration":
        if (depth === 0 || !this.#isInFunction(node)) this.#bindVariables(node, parent);
        break;
      case "ClassDeclaration":
        if (node.id !== null && isTop(parent) && this.#variable(node.id.name) !== undefined) {
          this.#text.appendLeft(node.end, ` ${this.#share(node.id.name)} ${this.#reach([node.id.name])}`);
        }
        break;
      case "ExpressionStatement":
        if (depth === 0 && isShowing(node.expression))
          this.#wrap(node.expression, `await ${tools}.show(`, ")");
        break;
      case "AwaitExpression":
        if (depth === 0) this.#wrap(node, `(${this.#pass(node)}, `, ")");
        else this.#wrap(node, `(${checkpoint}, `, ")");
        break;
      case "ForOfStatement":
        if (node.await) this.#checkInBody(node.body, depth === 0 ? this.#pass(node) : checkpoint);
        break;
      case "ImportExpression":
        this.#text.update(node.start, node.start + "import".length, `${tools}.import`);
        break;
      case "MetaProperty":
        if (node.meta.name === "import") this.#text.update(node.start, node.end, `${tools}.meta`);
        return;
      case "AssignmentExpression":
      case "AssignmentPattern":
        if (node.left.type === "Identifier" && this.#bound.has(node.left)) {
          if (node.type === "AssignmentPattern" || /^(=|&&=|\|\|=|\?\?=)$/.test(node.operator)) {
            this.#keepName(node.left.name, node.right);
          }
        }
        break;
    }
    const inner = depth + (isFunctionLike(node) ? 1 : 0);
    for (const child of childrenOf(node)) this.#visit(child, node, inner);
  }

  #isInFunction(node: Node): boolean {
    for (let up = this.#parents.get(node); up !== undefined; up = this.#parents.get(up)) {
      if (isFunctionLike(up)) return true;
    }
    return false;
  }

  /** Used at once, before or in its own declaration: it is left to V8, which refuses it as it should be. */
  #isEarly(node: Node & { name: string; start: number }, depth: number): boolean {
    if (depth > 0) return false;
    const [definition] = this.#variable(node.name)?.defs ?? [];
    if (definition === undefined) return false;
    const { node: declarator, parent } = definition as unknown as {
      node: AnyNode;
      parent: Declaration | null;
    };
    const isLexical =
      declarator.type === "ClassDeclaration" ||
      (declarator.type === "VariableDeclarator" && parent?.kind !== "var");
    return isLexical && node.start < declarator.end;
  }

  #rename(node: AnyNode & { name: string }, parent: Node): void {
    const { name } = node;
    this.#used.add(name);
    const place = `${boxOf(name)}.${name}`;
    const holder =
      parent.type === "AssignmentPattern" && parent.left === node ? this.#parents.get(parent) : parent;
    if (holder?.type === "Property" && holder.shorthand) {
      this.#text.update(node.start, node.end, `${name}: ${place}`);
      return;
    }
    const isCalled =
      (parent.type === "CallExpression" && parent.callee === node) ||
      (parent.type === "TaggedTemplateExpression" && parent.tag === node);
    // Called as a property, it would get the box as its `this`.
    this.#text.update(node.start, node.end, isCalled ? `(0, ${place})` : place);
  }

  /** A function that is assigned to a name without having one gets it; to a property, it does not. */
  #keepName(name: string, value: AnyNode): void {
    const isNameless =
      value.type === "ArrowFunctionExpression" ||
      ((value.type === "FunctionExpression" || value.type === "ClassExpression") && value.id === null);
    if (isNameless) this.#wrap(value, `({ ${JSON.stringify(name)}: `, ` }).${name}`);
  }

  /** Of the cell's own: a declaration at the top stays, and its names are copied to their boxes. */
  #bindVariables(node: Declaration, parent: Node): void {
    const isOwn = (name: string): boolean =>
      this.#variable(name)?.identifiers.some(
        (identifier) => node.start <= startOf(identifier) && startOf(identifier) < node.end,
      ) === true;
    const namesOf = (declarator: Declaration["declarations"][number]) =>
      namesOfPattern(declarator.id).filter(isOwn);
    if (node.declarations.every((declarator) => namesOf(declarator).length === 0)) return;
    if (isTop(parent)) this.#copyToBoxes(node, namesOf);
    else this.#assignToBoxes(node, parent, namesOf);
  }

  #copyToBoxes(
    node: Declaration,
    namesOf: (declarator: Declaration["declarations"][number]) => readonly string[],
  ): void {
    for (const [index, declarator] of node.declarations.entries()) {
      const names = namesOf(declarator);
      const previous = node.declarations[index - 1];
      if (previous !== undefined) this.#text.update(previous.end, declarator.start, `${node.kind} `);
      const isLast = index === node.declarations.length - 1;
      // `var name;` alone changes nothing.
      const shares =
        node.kind === "var" && declarator.init === null ? [] : names.map((name) => this.#share(name));
      const after = `${shares.join(" ")} ${names.length > 0 ? this.#reach(names) : ""}`;
      if (isLast) this.#text.appendLeft(node.end, `${endsOpen(this.#code, node) ? ";" : ""} ${after}`);
      else this.#text.prependLeft(declarator.end, `; ${after} `);
    }
  }

  /** `var` in a block or in the head of a loop: nothing but an assignment is left of it. */
  #assignToBoxes(
    node: Declaration,
    parent: Node,
    namesOf: (declarator: Declaration["declarations"][number]) => readonly string[],
  ): void {
    const [first] = node.declarations;
    if (first === undefined || node.kind !== "var") return;
    const isLoopHead =
      (parent.type === "ForOfStatement" || parent.type === "ForInStatement") && parent.left === node;
    this.#text.remove(node.start, first.start);
    for (const declarator of node.declarations) {
      const names = namesOf(declarator);
      this.#declare(names);
      for (const name of names) this.#used.add(name);
      if (declarator.init === null && !isLoopHead) {
        this.#text.update(declarator.start, declarator.end, "void 0");
        continue;
      }
      for (const identifier of identifiersOfPattern(declarator.id)) this.#bound.add(identifier);
      if (declarator.id.type === "Identifier") {
        if (declarator.init !== null) this.#keepName(declarator.id.name, declarator.init);
      } else if (!isLoopHead) this.#wrap(declarator, "(", ")");
    }
  }

  #bindImport(node: Node & { type: "ImportDeclaration" }): void {
    const module = `moduleː${++this.#imports}`;
    const attributes = (node.attributes ?? []).map(({ start, end }) => this.#code.slice(start, end));
    const options = attributes.length === 0 ? "" : `, { with: { ${attributes.join(", ")} } }`;
    const isUsed = (name: string): boolean => (this.#module.set.get(name)?.references.length ?? 0) > 0;
    const names = node.specifiers.map(({ local }) => local.name);
    const specifier = JSON.stringify(node.source.value);
    // What only names types may have no code.
    const isNeeded = names.length === 0 || names.some(isUsed);
    const parts = [
      `const ${module} = await ${tools}.${isNeeded ? "import" : "importTypes"}(${specifier}${options});`,
      ...node.specifiers.map((part) => {
        const { name } = part.local;
        const key =
          part.type === "ImportDefaultSpecifier"
            ? "default"
            : part.type === "ImportSpecifier"
              ? nameOfExport(part.imported)
              : undefined;
        const from = key === undefined ? module : `${tools}.pick(${module}, ${JSON.stringify(key)})`;
        if (!this.#scope.declared.has(name)) return `const ${name} = ${from};`;
        this.#used.add(name);
        const asked = key === undefined ? "" : `, ${JSON.stringify(key)}`;
        return `${tools}.link(${boxOf(name)}, ${JSON.stringify(name)}, ${module}${asked});`;
      }),
    ];
    const text = parts.join(" ");
    const before = this.#program.body.slice(0, this.#program.body.indexOf(node));
    // An import runs before the cell, wherever it stands.
    if (before.every(({ type }) => type === "ImportDeclaration")) {
      this.#text.update(node.start, node.end, text);
    } else {
      this.#text.remove(node.start, node.end);
      this.#head += `${text} `;
    }
  }

  #dropDefault(node: Node & { type: "ExportDefaultDeclaration" }): void {
    const { declaration } = node;
    const isNamed = "id" in declaration && declaration.id !== null && /Declaration$/.test(declaration.type);
    this.#text.remove(node.start, declaration.start);
    if (isNamed) return;
    if (/Declaration$/.test(declaration.type)) this.#wrap(declaration, "void ", ";");
    else if (!this.#scope.hasValue || lastStatement(this.#program.body) !== node) {
      this.#wrap(declaration, "void (", ")");
    }
  }

  #checkInBody(body: AnyNode, check: string): void {
    if (body.type === "BlockStatement") this.#text.appendLeft(body.start + 1, ` ${check};`);
    else this.#wrap(body, `{ ${check}; `, " }");
  }

  /** Comes before what the cell itself awaits. */
  #pass({ start }: AnyNode): string {
    const call = `${tools}.pass(${this.#placeOf(start)})`;
    return `${call} && await ${call}`;
  }

  #placeOf(offset: number): number {
    let line = 0;
    for (let end = this.#lines.length; end - line > 1; ) {
      const middle = (line + end) >>> 1;
      if ((this.#lines[middle] ?? 0) <= offset) line = middle;
      else end = middle;
    }
    return line * columnsInPlace + offset - (this.#lines[line] ?? 0);
  }
}

function startOf(node: unknown): number {
  return (node as { start: number }).start;
}

/** `await frame.show()` and `await frame.plot(…)`: what people call to see something. */
function isShowing(node: Node): boolean {
  if (node.type !== "AwaitExpression" || node.argument.type !== "CallExpression") return false;
  const { callee } = node.argument;
  return (
    callee.type === "MemberExpression" &&
    callee.property.type === "Identifier" &&
    !callee.computed &&
    /^(?:show|plot)$/.test(callee.property.name)
  );
}

function isTop(parent: Node): boolean {
  return parent.type === "Program" || parent.type === "ExportNamedDeclaration";
}

function endsOpen(code: string, node: AnyNode): boolean {
  return code[node.end - 1] !== ";";
}

/** What runs later, or in a separate scope. */
function isFunctionLike(node: Node): boolean {
  return /Function|^(StaticBlock|PropertyDefinition|AccessorProperty)/.test(node.type);
}

function nameOfExport(node: { readonly type: string }): string {
  return "name" in node ? String(node.name) : String((node as unknown as { value: unknown }).value);
}

/** The statement whose value is the cell's. A compiler puts lists of exports at the end, and `using` into a `try`. */
function lastStatement(body: Program["body"]): Node | undefined {
  const last = body.findLast(
    (node) =>
      node.type !== "EmptyStatement" &&
      node.type !== "ExportAllDeclaration" &&
      !(node.type === "ExportNamedDeclaration" && node.declaration === null),
  );
  return last?.type === "TryStatement" ? lastStatement(last.block.body) : last;
}

/** The nodes by which a pattern binds its names. */
function identifiersOfPattern(pattern: Node): readonly Node[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        identifiersOfPattern(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) =>
        element === null
          ? []
          : identifiersOfPattern(element.type === "RestElement" ? element.argument : element),
      );
    case "AssignmentPattern":
      return identifiersOfPattern(pattern.left);
    default:
      return [];
  }
}
