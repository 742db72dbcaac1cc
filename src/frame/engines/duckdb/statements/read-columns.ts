/** What a statement reads of a table: columns, and of structs the fields alone where these can be had without the rest. */
import { arrow, type DataType, type Field, type RecordBatch, Types } from "../../../../arrow.ts";
import type { ExpressionNode, NamedExpression } from "../../../expression/expression-node.ts";
import { takeName } from "../../../plan/columns.ts";
import { wrapData } from "../../../rows/build-data.ts";
import { plainData } from "../../../rows/plain-data.ts";
import { conformData } from "../vectors/conform.ts";
import type { Data } from "../vectors/write-vector.ts";
import type { StatementTable } from "./statement-job.ts";

type TableColumn = StatementTable["columns"][number];

interface ReadField {
  /** What the rows call it. */
  readonly source: string;
  /** Names of fields, below the column. */
  readonly path: readonly string[];
}

export interface ReadColumn {
  readonly column: TableColumn;
  /** Missing where all of it is read. */
  readonly fields?: readonly ReadField[];
}

/**
 * @param names as DuckDB reports them: `column`, or `column.field.field`.
 * @param readsFields whether fields can be read without the rest of their struct.
 */
export function readColumns(
  { columns }: StatementTable,
  names: ReadonlySet<string>,
  readsFields: boolean,
): readonly ReadColumn[] {
  const taken = new Set(columns.map(({ source }) => source));
  return columns.flatMap((column): ReadColumn[] => {
    if (names.has(column.name)) return [{ column }];
    const prefix = `${column.name}.`;
    const written = [...names].filter((name) => name.startsWith(prefix));
    if (written.length === 0) return [];
    const paths = readsFields
      ? written.map((name) => findPath(name.slice(prefix.length), column.field.type))
      : [];
    if (paths.length === 0 || paths.includes(undefined)) return [{ column }];
    const outermost = (paths as readonly (readonly string[])[]).filter(
      (path, _, all) => !all.some((other) => other.length < path.length && startsWith(path, other)),
    );
    const fields = outermost.map((path) => ({
      source: takeName([column.source, ...path].join("."), taken),
      path,
    }));
    return [{ column, fields }];
  });
}

function startsWith(path: readonly string[], beginning: readonly string[]): boolean {
  return beginning.every((name, depth) => path[depth] === name);
}

/** The only names that make up the text: a name may hold a point. */
function findPath(text: string, type: DataType): readonly string[] | undefined {
  if (!Types.isStruct(type)) return undefined;
  const found = type.children.flatMap(({ name, type: inner }: Field): (readonly string[])[] => {
    if (name === text) return [[name]];
    const rest = text.startsWith(`${name}.`) ? findPath(text.slice(name.length + 1), inner) : undefined;
    return rest === undefined ? [] : [[name, ...rest]];
  });
  return found.length === 1 ? found[0] : undefined;
}

/** What is asked of the rows. */
export function columnExpressions(read: readonly ReadColumn[]): readonly NamedExpression[] {
  return read.flatMap(({ column, fields }): readonly NamedExpression[] => {
    const whole: ExpressionNode = { node: "column", name: column.source };
    if (fields === undefined) return [{ name: column.source, expression: whole }];
    return fields.map(({ source, path }) => ({
      name: source,
      expression: path.reduce<ExpressionNode>((operand, name) => ({ node: "field", operand, name }), whole),
    }));
  });
}

/** The rows with structs around their fields; fields that are not read are null. */
export async function* restoreStructs(
  batches: AsyncIterable<RecordBatch>,
  read: readonly ReadColumn[],
): AsyncGenerator<RecordBatch, void, undefined> {
  for await (const batch of batches) {
    const find = (name: string) =>
      batch.data.children[batch.schema.fields.findIndex((field) => field.name === name)] as Data;
    const children = read.map(({ column, fields }) =>
      fields === undefined ? find(column.source) : restore(column.field.type, fields, batch.numRows, find),
    );
    const columns = read.map(
      ({ column }, index) => new arrow.Field(column.source, (children[index] as Data).type, true),
    );
    yield wrapData(columns, children, batch.numRows);
  }
}

function restore(
  type: DataType,
  fields: readonly ReadField[],
  rows: number,
  find: (name: string) => Data,
): Data {
  const [own] = fields;
  if (own?.path.length === 0) return conformData(plainData(find(own.source)), type, own.source);
  if (own === undefined) return new arrow.Data(new arrow.Null(), 0, rows, rows) as Data;
  const children = type.children.map((child: Field) => {
    const below = fields.filter(({ path }) => path[0] === child.name);
    return restore(
      child.type,
      below.map(({ source, path }) => ({ source, path: path.slice(1) })),
      rows,
      find,
    );
  });
  return new arrow.Data(type, 0, rows, 0, undefined, children as never) as Data;
}
