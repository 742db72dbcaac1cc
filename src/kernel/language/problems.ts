/** From what the type checker reports to what keeps a cell from running. */
import { adviseOnGlobal, adviseOnName } from "../../names-elsewhere.ts";
import { type CellSource, placeInCell } from "../source/cell-source.ts";
import type { LostCondition } from "../source/lost-conditions.ts";
import { placeAt } from "../source/places.ts";
import { explainArgument, explainLiteral, explainLoop, explainOperator } from "./argument-problem.ts";
import { type KnownNames, nameCellTypes } from "./cell-project.ts";
import type { Place, Problem } from "./checker.ts";
import { explainColumn, shortenTypes } from "./column-problem.ts";
import { explainExpression } from "./expression-problem.ts";
import { explainPlace, followsFromOperand, isOnOperand, type MessagePlace } from "./place-problem.ts";
import { explainPython } from "./python-syntax.ts";

/** @see https://microsoft.github.io/language-server-protocol/specifications/lsp/3.17/specification/#diagnostic */
export interface Diagnostic {
  readonly severity: number;
  readonly code: number;
  readonly message: string;
  readonly range: { readonly start: Position; readonly end: Position };
}

/** Counts from 0. */
export interface Position {
  readonly line: number;
  readonly character: number;
}

const isError = 1;

/** What only asks for an annotation. */
const wantsAnnotation: ReadonlySet<number> = new Set([
  2683, 7005, 7006, 7008, 7010, 7011, 7015, 7016, 7017, 7018, 7019, 7020, 7022, 7023, 7024, 7026, 7031, 7032,
  7033, 7034, 7053, 7057,
]);

/** A column in brackets behind a frame, which is undefined when it runs. */
function isColumnAsProperty({ message }: Diagnostic): boolean {
  return /can't be used to index type '(?:packageː\.)?(?:Grouped)?Frame</.test(message);
}

/** What asks for another style, or for an option that the notebook's `tsconfig.json` does not set. */
const wantsStyle: ReadonlySet<number> = new Set([
  2563, // a function of thousands of assignments: the checker gives up, and takes what follows for `any`
  2695, // the left side of a comma has no effect: `typeof a, typeof b` shows the last
  6133, // unused
  7027, // unreachable
  17004, // JSX without `jsx`
]);

const cannotFindModule = 2307;
const cannotAssignToImport = 2632;

/**
 * Chooses the errors of a cell from the diagnostics of its document.
 *
 * @param cellOf finds the number of the cell that has a slot
 * @param helpers names that every cell has
 */
export function readProblems(
  diagnostics: readonly Diagnostic[],
  source: CellSource,
  known: KnownNames,
  cellOf: (slot: number) => number | undefined,
  helpers: readonly string[],
): readonly Problem[] {
  const errors = diagnostics.filter(
    (found) =>
      found.severity === isError &&
      (!wantsAnnotation.has(found.code) || isColumnAsProperty(found)) &&
      !wantsStyle.has(found.code) &&
      !isLoadedByAddress(found),
  );
  const lines = source.code.split("\n");
  const isInside = ({ range }: Diagnostic): boolean => range.start.line < lines.length;
  const syntax = errors.filter(isSyntactic);
  // Text that is not read right takes what stands below it in: what follows from that says nothing.
  const problems =
    source.isParsed || syntax.length === 0 ? errors.filter(isInside) : readSyntax(syntax, isInside);
  const python = source.isParsed ? undefined : findPython(problems, lines);
  const shown = python === undefined ? withoutEchoes(problems) : [python];
  const hides = (name: string): boolean =>
    helpers.includes(name) && (source.names.has(name) || known.get(name)?.cell !== undefined);
  return shown.map((found) => ({
    code: found.code,
    text: rephrase(found, { ...placeOfMessage(found, problems, lines), hides }, known, cellOf),
    start: placeInText(found.range.start, lines, source),
    end: placeInText(found.range.end, lines, source),
  }));
}

/** TypeScript's number for a condition that is always true. */
const alwaysTrue = 2774;

const lostText: Readonly<Record<LostCondition["operator"], string>> = {
  "&&": "Cannot join conditions of rows with &&, which drops the first: write first.and(second)",
  "||": "Cannot join conditions of rows with ||, which drops the second: write first.or(second)",
  "!": "Cannot turn a condition of rows round with !, which makes it false: write condition.not()",
  "?": "Cannot choose by a condition of rows with ?, which takes it for true: write when(condition, value).otherwise(other)",
  if: "Cannot choose by a condition of rows with if, which takes it for true: write when(condition, value).otherwise(other)",
};

/**
 * Conditions that JavaScript would drop, unless `col` is something else here, or a comment says to let them be.
 * @param isExpression whether a name of an earlier cell stands for an expression
 */
export function readLostConditions(
  source: CellSource,
  known: KnownNames,
  isExpression: (name: string) => boolean,
): readonly Problem[] {
  const { code, lostConditions, names } = source;
  const isOwn = ["col", "lit"].some((name) => {
    const kind = (names.get(name) ?? (known.get(name)?.cell === undefined ? undefined : known.get(name)))
      ?.kind;
    return kind !== undefined && kind !== "import";
  });
  if (isOwn || code.includes("@ts-nocheck")) return [];
  return lostConditions.flatMap(({ start, end, operator, name }) => {
    if (name !== undefined && !isExpression(name)) return [];
    const [from, to] = [placeAt(code, start), placeAt(code, end)];
    if (/@ts-(?:ignore|expect-error)/.test(code.split("\n")[from.line - 2] ?? "")) return [];
    return [
      {
        code: alwaysTrue,
        text: lostText[operator],
        start: placeInCell(source, from),
        end: placeInCell(source, to),
      },
    ];
  });
}

function isSyntactic({ code }: Diagnostic): boolean {
  return code >= 1000 && code < 2000;
}

/** An open bracket is reported below the cell, where the document ends. */
function readSyntax(
  syntax: readonly Diagnostic[],
  isInside: (found: Diagnostic) => boolean,
): readonly Diagnostic[] {
  const inside = syntax.filter(isInside);
  return inside.length > 0 ? inside : syntax.slice(0, 1);
}

/** The first line that is Python, in place of all that TypeScript says of it and of those below. */
function findPython(problems: readonly Diagnostic[], lines: readonly string[]): Diagnostic | undefined {
  const [first] = problems;
  const line = Math.min(first?.range.start.line ?? 0, lines.length - 1);
  const message = explainPython(lines[line] ?? "");
  return first === undefined || message === undefined ? undefined : { ...first, message };
}

function placeInText({ line, character }: Position, lines: readonly string[], source: CellSource): Place {
  const last = lines.length - 1;
  const place =
    line > last
      ? { line: last + 1, column: (lines[last]?.length ?? 0) + 1 }
      : { line: line + 1, column: character + 1 };
  return placeInCell(source, place);
}

/** The name of the module that is not found. */
export function missingModule({ code, message }: Pick<Diagnostic, "code" | "message">): string | undefined {
  return code === cannotFindModule ? /'([^']*)'/.exec(message)?.[1] : undefined;
}

/** A module whose name says where it is: Node loads it, TypeScript does not. */
function isLoadedByAddress(found: Diagnostic): boolean {
  return /^(?:data|file|https?):/.test(missingModule(found) ?? "");
}

/** Operands of arithmetic that are neither numbers nor bigints. */
const wrongOperand: ReadonlySet<number> = new Set([2362, 2363]);

export const expressionProblem =
  "JavaScript's own arithmetic does not work on columns; write .add(…), .sub(…), .mul(…) or .div(…)";

export const decimalProblem =
  'A decimal is exact text here; cast("double") makes it a number, and an expression counts with it as it is';

/** What arithmetic refuses. */
export interface Operand {
  readonly text: string;
  /** Of its last name. */
  readonly position: Position;
}

export function operandOf({ code, range: { start, end } }: Diagnostic, text: string): Operand | undefined {
  if (!wrongOperand.has(code)) return undefined;
  const line = text.split("\n")[end.line] ?? "";
  const operand = line.slice(end.line === start.line ? start.character : 0, end.character);
  const name = /[\p{ID_Continue}$]+(?=[^\p{ID_Continue}$]*$)/u.exec(operand);
  if (name === null) return undefined;
  const character = end.character - operand.length + name.index;
  return { text: operand, position: { line: end.line, character } };
}

/** Without what follows, around a wrong operand, from what is said of the operand itself. */
function withoutEchoes(problems: readonly Diagnostic[]): readonly Diagnostic[] {
  const follows = problems.filter(({ message }) => followsFromOperand(message));
  return problems.filter(
    (found) =>
      !follows.includes(found) ||
      !problems.some((other) => !follows.includes(other) && isWithin(other, found)),
  );
}

function placeOfMessage(
  found: Diagnostic,
  problems: readonly Diagnostic[],
  lines: readonly string[],
): Omit<MessagePlace, "hides"> {
  const { line, character } = found.range.start;
  const around = isOnOperand(found.message)
    ? problems.find((other) => isWithin(found, other) && followsFromOperand(other.message))
    : undefined;
  return {
    code: lines.join("\n"),
    offset: lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, character),
    around: around?.message.replaceAll("packageː.", ""),
  };
}

function isWithin({ range: inner }: Diagnostic, { range: outer }: Diagnostic): boolean {
  const isOrdered = (first: Position, second: Position): boolean =>
    first.line < second.line || (first.line === second.line && first.character <= second.character);
  return isOrdered(outer.start, inner.start) && isOrdered(inner.end, outer.end);
}

function rephrase(
  found: Diagnostic,
  place: MessagePlace,
  known: KnownNames,
  cellOf: (slot: number) => number | undefined,
): string {
  const missing = missingModule(found);
  if (missing !== undefined) return tellMissing(missing, found.message);
  if (found.code === cannotAssignToImport) {
    const name = /'([^']*)'/.exec(found.message)?.[1] ?? "";
    const kind = known.get(name)?.kind;
    if (kind === "const") return `Cannot assign to '${name}' because it is a constant.`;
    if (kind !== undefined && kind !== "import") return `Cannot assign to '${name}' because it is a ${kind}.`;
  }
  const message = ofLastOverload(found.message.replaceAll("packageː.", ""));
  const [code = ""] = place.code.slice(place.offset).split("\n", 1);
  return (
    explainPlace(message, place) ??
    explainLiteral(message, code) ??
    explainExpression(message) ??
    explainColumn(message) ??
    explainArgument(message) ??
    explainOperator(message) ??
    explainLoop(message) ??
    explainName(message, code) ??
    shortenTypes(nameCellTypes(message, cellOf))
  );
}

/** Of several overloads what is said of the last. */
function ofLastOverload(message: string): string {
  const [, said] =
    /^No overload matches this call\.\n\s*The last overload gave the following error\.\n\s*(.*)$/s.exec(
      message,
    ) ?? [];
  return said?.replace(/^ {4}/gm, "") ?? message;
}

/** A name of another language or library, in one line with how it is written here. */
function explainName(message: string, code: string): string | undefined {
  const [, missing = ""] = /^Cannot find name '(\w+)'\./.exec(message) ?? [];
  if (missing !== "" && /^\s*=(?![=>])/.test(code.slice(missing.length)))
    return `Cannot find name '${missing}': write const ${missing} = …, or let ${missing} = … where it changes.`;
  const instead = adviseOnGlobal(missing);
  if (instead !== undefined) return `Cannot find name '${missing}': write ${instead}.`;
  const [, name = "", type = ""] = /^Property '(\w+)' does not exist on type '(\w+)</.exec(message) ?? [];
  const way = type === "Frame" && name === "length" ? "await frame.count()" : adviseOnName(type, name);
  return way === undefined ? undefined : `Property '${name}' does not exist on type '${type}': write ${way}.`;
}

function tellMissing(name: string, message: string): string {
  const [, prefix, packageName] = /^(npm:)?((?:@[^/]+\/)?[a-z0-9][^/@:]*)/i.exec(name) ?? [];
  if (packageName === undefined || /^node:/.test(name)) return message;
  const without = prefix === undefined ? "" : ` and import it as "${name.slice(prefix.length)}"`;
  return `${message}\nIn the notebook's folder, run: npm install ${packageName}${without}`;
}
