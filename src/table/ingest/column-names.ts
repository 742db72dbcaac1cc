import { arrow, type DataType, type Field } from "../../arrow.ts";
import { isBlob } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeValue } from "../columns/value-mismatch.ts";

/** What Lance adds to the rows of a scan, a search or a merge. */
const reserved = new Set([
  "_rowid",
  "_rowaddr",
  "_rowoffset",
  "_row_created_at_version",
  "_row_last_updated_at_version",
  "_distance",
  "_score",
  "_relevance_score",
  "__merge_source_sentinel",
]);

/** A column that is to be made, with the fields of its type where that is known. */
export type NewName = Pick<Field, "name"> & Partial<Pick<Field, "type">>;

/**
 * Refuses names of columns, and of the fields of structs, that Lance takes, or half takes, and then cannot filter, search,
 * merge or even read. Tables of others may have them.
 * @param parents the column and the fields within which they are fields
 * @throws DlfLanceError InvalidInput
 */
export function refuseColumnNames(
  fields: readonly NewName[],
  action: string,
  parents: readonly string[] = [],
): void {
  const seen = new Set<string>();
  for (const { name, type } of fields) {
    const problem =
      findProblem(name, parents.length > 0) ??
      (seen.has(name) ? "there are two of this name; rename one" : undefined);
    if (problem !== undefined) {
      const shown = typeof name === "string" ? JSON.stringify(name) : describeValue(name);
      const what = parents.length === 0 ? `column ${shown}` : `field ${shown} of column ${parents.join(".")}`;
      throw new DlfLanceError("InvalidInput", `Cannot ${action}: ${what}: ${problem}`);
    }
    seen.add(name);
    if (type !== undefined) refuseColumnNames(fieldsOfStructs(type), action, [...parents, name]);
  }
}

/** The fields of a struct, also of one in lists. */
function fieldsOfStructs(type: DataType): readonly Field[] {
  const { DataType } = arrow;
  if (DataType.isStruct(type)) return type.children;
  return DataType.isList(type) || DataType.isFixedSizeList(type)
    ? type.children.flatMap((item: Field) => fieldsOfStructs(item.type))
    : [];
}

/**
 * A scan shows where blobs lie, which the native library compares with their bytes.
 * @throws DlfLanceError Unsupported
 */
export function refuseBlobKeys(fields: readonly Field[], keys: readonly string[], action: string): void {
  const blob = fields.find((field) => keys.includes(field.name) && isBlob(field));
  if (blob === undefined) return;
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: column ${blob.name} holds blobs, which are not compared; name a key of numbers or texts`,
  );
}

/**
 * The native library writes the names of keys into SQL without doubling a quote.
 * @throws DlfLanceError Unsupported
 */
export function refuseQuotedKeys(keys: readonly string[], action: string): void {
  const key = keys.find((name) => name.includes('"'));
  if (key === undefined) return;
  const [column, plain] = [key, key.replaceAll('"', "_")].map((name) => JSON.stringify(name));
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: the native library compares no keys of a column whose name holds a double quote; ` +
      `rename it first: alterColumns({ ${column}: { rename: ${plain} } })`,
  );
}

function findProblem(name: unknown, isField: boolean): string | undefined {
  if (typeof name !== "string") return "the name is not a text; pass one";
  if (name === "") return "the name is empty; give it one";
  if (name.includes("\0"))
    return `no SQL can name a zero byte; call it ${JSON.stringify(name.replaceAll("\0", "_"))}`;
  if (name.includes("`") && !isField) {
    return `no condition of Lance can name a backtick; call it ${JSON.stringify(name.replaceAll("`", "_"))}`;
  }
  if (name.includes(".")) {
    const plain = JSON.stringify(name.replaceAll(".", "_"));
    return `a dot stands between a struct and its field; call it ${plain}${isField ? "" : ", or make it a struct"}`;
  }
  if (!name.isWellFormed()) return "it holds half a surrogate pair, which no file can; repair the text";
  if (reserved.has(name) && !isField) {
    return `Lance reserves this name; call it ${JSON.stringify(name.replace(/^_+/, ""))}`;
  }
  return undefined;
}
