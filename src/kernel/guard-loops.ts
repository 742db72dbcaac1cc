/** Makes a cell's code stoppable: every loop, and every function that calls, looks whether the cell is to stop. */
import type { TypeScript } from "./tslab-types.ts";

/** Where code that {@link guardLoops} has written finds its guard, in `globalThis`. */
export const guardKey = Symbol.for("dlf-lance.loop-guard");

/** What the written code calls. */
export interface LoopGuard {
  /** Its first number is 0 as long as nothing is to stop. */
  readonly flags: Int32Array;
  /** Throws when the cell that the caller belongs to was interrupted. */
  readonly stopIfInterrupted: () => void;
}

const flagsName = "$dlfLanceFlags";
const checkName = "$dlfLanceStop";

/**
 * Puts a check at the beginning of every loop's body and of every function that calls anything: recursion is a loop.
 * One number is read each time. It is not read atomically, which would cost ten times as much: V8 moves no such read
 * out of a loop. A loop that waits asks whom it belongs to, so that one which its interrupted cell has left behind ends too.
 *
 * The names are asked for by `typeof`, because a program may send a function's text to where they do not exist.
 */
export function guardLoops(ts: typeof TypeScript): TypeScript.TransformerFactory<TypeScript.SourceFile> {
  const { factory } = ts;

  function isOfType(name: string, type: string): TypeScript.Expression {
    return factory.createStrictEquality(
      factory.createTypeOfExpression(factory.createIdentifier(name)),
      factory.createStringLiteral(type),
    );
  }

  const call = factory.createExpressionStatement(
    factory.createCallExpression(factory.createIdentifier(checkName), undefined, []),
  );

  function createCheck(): TypeScript.Statement {
    const flag = factory.createElementAccessExpression(factory.createIdentifier(flagsName), 0);
    const isSet = factory.createStrictInequality(flag, factory.createNumericLiteral(0));
    return factory.createIfStatement(factory.createLogicalAnd(isOfType(flagsName, "object"), isSet), call);
  }

  function createWaitingCheck(): TypeScript.Statement {
    return factory.createIfStatement(isOfType(checkName, "function"), call);
  }

  function guardBody(body: TypeScript.Statement, check: TypeScript.Statement): TypeScript.Statement {
    if (!ts.isBlock(body)) return factory.createBlock([check, body], false);
    return factory.updateBlock(body, [check, ...body.statements]);
  }

  function guardLoop(loop: TypeScript.IterationStatement, waits: boolean): TypeScript.IterationStatement {
    const body = guardBody(loop.statement, waits ? createWaitingCheck() : createCheck());
    if (ts.isWhileStatement(loop)) return factory.updateWhileStatement(loop, loop.expression, body);
    if (ts.isDoStatement(loop)) return factory.updateDoStatement(loop, body, loop.expression);
    if (ts.isForStatement(loop)) {
      return factory.updateForStatement(loop, loop.initializer, loop.condition, loop.incrementor, body);
    }
    if (ts.isForInStatement(loop)) {
      return factory.updateForInStatement(loop, loop.initializer, loop.expression, body);
    }
    if (!ts.isForOfStatement(loop)) return loop;
    return factory.updateForOfStatement(loop, loop.awaitModifier, loop.initializer, loop.expression, body);
  }

  function guardBlock(block: TypeScript.Block): TypeScript.Block {
    return factory.updateBlock(block, putFirst(block.statements, createCheck()));
  }

  /** After the directives, which must stay in front. */
  function putFirst(
    statements: readonly TypeScript.Statement[],
    added: TypeScript.Statement,
  ): TypeScript.Statement[] {
    const found = statements.findIndex((statement) => !isDirective(statement));
    return statements.toSpliced(found < 0 ? statements.length : found, 0, added);
  }

  function isDirective(statement: TypeScript.Statement): boolean {
    return ts.isExpressionStatement(statement) && ts.isStringLiteral(statement.expression);
  }

  function guardArrow(arrow: TypeScript.ArrowFunction): TypeScript.ArrowFunction {
    const body = ts.isBlock(arrow.body)
      ? guardBlock(arrow.body)
      : factory.createBlock(
          [createCheck(), ts.setTextRange(factory.createReturnStatement(arrow.body), arrow.body)],
          false,
        );
    const { modifiers, typeParameters, parameters, type, equalsGreaterThanToken } = arrow;
    return factory.updateArrowFunction(
      arrow,
      modifiers,
      typeParameters,
      parameters,
      type,
      equalsGreaterThanToken,
      body,
    );
  }

  /** True for a node that holds what `matches` looks for, outside the functions inside it. */
  function holds(node: TypeScript.Node, matches: (node: TypeScript.Node) => boolean): boolean {
    const visit = (child: TypeScript.Node): true | undefined =>
      matches(child) || (!ts.isFunctionLike(child) && ts.forEachChild(child, visit)) ? true : undefined;
    return ts.forEachChild(node, visit) === true;
  }

  function isCall(node: TypeScript.Node): boolean {
    return ts.isCallExpression(node) || ts.isNewExpression(node) || ts.isTaggedTemplateExpression(node);
  }

  function isWait(node: TypeScript.Node): boolean {
    return ts.isAwaitExpression(node) || (ts.isForOfStatement(node) && node.awaitModifier !== undefined);
  }

  return (context) => {
    const visit = (node: TypeScript.Node): TypeScript.Node => {
      const visited = ts.visitEachChild(node, visit, context);
      if (ts.isIterationStatement(visited, false)) {
        return guardLoop(visited, isWait(node) || holds(node, isWait));
      }
      if (!ts.isFunctionLike(node) || !holds(node, isCall)) return visited;
      if (ts.isArrowFunction(visited)) return guardArrow(visited);
      return visitBody(visited);
    };

    /** Of any function but an arrow: its body is its last block. */
    function visitBody(visited: TypeScript.Node): TypeScript.Node {
      const { body } = visited as TypeScript.FunctionLikeDeclaration;
      if (body === undefined || !ts.isBlock(body)) return visited;
      return ts.visitEachChild(visited, (child) => (child === body ? guardBlock(body) : child), context);
    }

    return (file) => {
      const guarded = ts.visitEachChild(file, visit, context);
      if (guarded === file) return file;
      return factory.updateSourceFile(guarded, putFirst(guarded.statements, createDeclaration(ts)));
    };
  };
}

/** `const { flags: …, stopIfInterrupted: … } = globalThis[Symbol.for(…)];` */
function createDeclaration({ factory, NodeFlags }: typeof TypeScript): TypeScript.Statement {
  const symbol = factory.createCallExpression(
    factory.createPropertyAccessExpression(factory.createIdentifier("Symbol"), "for"),
    undefined,
    [factory.createStringLiteral(guardKey.description ?? "")],
  );
  const guard = factory.createElementAccessExpression(factory.createIdentifier("globalThis"), symbol);
  const names = factory.createObjectBindingPattern([
    factory.createBindingElement(undefined, "flags", flagsName),
    factory.createBindingElement(undefined, "stopIfInterrupted", checkName),
  ]);
  const declaration = factory.createVariableDeclaration(names, undefined, undefined, guard);
  return factory.createVariableStatement(
    undefined,
    factory.createVariableDeclarationList([declaration], NodeFlags.Const),
  );
}
