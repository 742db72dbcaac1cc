/** A cell that ends in `{ a: 1, b: 2 }` ends in an object: JavaScript alone would read a block. */
import { parseModule } from "./parse.ts";
import { placeAt, type Widening } from "./places.ts";

const opening = ";(";
/** A cell with more lines like these is not taken for one with an object at its end. */
const mostCandidates = 20;

export function readLastObject(code: string): { readonly code: string; readonly widening?: Widening } {
  const starts = [...code.matchAll(/^[ \t]*(?=\{)/gm)].map(({ index, 0: { length } }) => index + length);
  if (starts.length === 0 || starts.length > mostCandidates) return { code };
  const unclosed = code.replace(/[;\s]+$/, "");
  for (const start of starts) {
    const end = endOfObject(unclosed.slice(start));
    if (end === undefined || !isWhole(code.slice(0, start))) continue;
    const wide = `${code.slice(0, start)}${opening}${code.slice(start, start + end)})${code.slice(start + end)}`;
    return { code: wide, widening: { ...placeAt(code, start), length: opening.length } };
  }
  return { code };
}

/** Where the object ends that the text is, but for comments after it. */
function endOfObject(text: string): number | undefined {
  for (const language of ["ts", "tsx"] as const) {
    const { program, isValid } = parseModule(`(${text}\n)`, language);
    const [statement] = program.body;
    if (!isValid || program.body.length !== 1 || statement?.type !== "ExpressionStatement") continue;
    const { expression: object } = statement;
    if (object.type === "ObjectExpression" && object.properties.length > 0) return object.end - 1;
  }
  return undefined;
}

function isWhole(text: string): boolean {
  return parseModule(text, "ts").isValid || parseModule(text, "tsx").isValid;
}
