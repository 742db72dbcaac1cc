import { arrow, type Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import type { TextExpression } from "../expression/text-expression.ts";
import { listNames } from "../plan/columns.ts";
import type { ExtendPlan } from "../plan/plan.ts";

/**
 * Refuses new columns that are given as a text, where the text reads as an expression over the columns that are known: as in
 * SQL, it is rather meant to be computed than to be stored.
 * @param read reads a text as SQL
 * @throws DlfLanceError InvalidInput with both ways out
 */
export async function refuseTexts(
  { columns, texts = [] }: ExtendPlan,
  fields: readonly Field[],
  read: (text: string) => Promise<TextExpression | undefined>,
): Promise<void> {
  for (const name of texts) {
    const { expression } = columns.find((column) => column.name === name) ?? {};
    if (expression?.node !== "literal") continue;
    const { text } = expression;
    const used = await readColumns(text, fields, read);
    if (used === undefined) continue;
    const quoted = JSON.stringify(text);
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot add column ${name}: ${quoted} is a text, and reads as an expression over ${listNames(used)}; ` +
        `compute it with col(${JSON.stringify(used[0])}) and its methods or with frame.sql\`SELECT *, … FROM frame\`, ` +
        `or store the text with lit(${quoted})`,
    );
  }
}

/** The columns that a text computes with; undefined for one that does not read as an expression over them. */
export async function readColumns(
  text: string,
  fields: readonly Field[],
  read: (text: string) => Promise<TextExpression | undefined>,
): Promise<readonly string[] | undefined> {
  if (!fields.some(({ name }) => mentions(text, name))) return undefined;
  return findColumns(await read(text), fields);
}

function mentions(text: string, column: string): boolean {
  return text.toLowerCase().includes(column.toLowerCase());
}

/** The columns that are used, where all are known. In SQL, upper case is as good as lower case; a name alone may be a title. */
function findColumns(
  expression: TextExpression | undefined,
  fields: readonly Field[],
): readonly string[] | undefined {
  if (expression === undefined) return undefined;
  const isSame = expression.computes
    ? (a: string, b: string) => a.toLowerCase() === b.toLowerCase()
    : (a: string, b: string) => a === b;
  const used = expression.columns.map((path) => findColumn(path, fields, isSame));
  const columns = used.filter((column) => column !== undefined);
  return columns.length > 0 && columns.length === used.length ? [...new Set(columns)] : undefined;
}

/** The column that a path of names leads into. */
function findColumn(
  path: readonly string[],
  fields: readonly Field[],
  isSame: (a: string, b: string) => boolean,
): string | undefined {
  const whole = fields.find(({ name }) => isSame(name, path.join(".")));
  if (whole !== undefined) return whole.name;
  const [first = "", ...rest] = path;
  const column = fields.find(({ name }) => isSame(name, first));
  const isStruct = column !== undefined && arrow.DataType.isStruct(column.type);
  return isStruct && findColumn(rest, column.type.children, isSame) !== undefined ? column.name : undefined;
}
