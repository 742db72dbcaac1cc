/**
 * Types that DuckDB lacks, such as nanoseconds with a zone and durations. It computes with the nearest that it has; columns
 * that a statement only passes on, or picks values of, get back the type they had. DuckDB itself tells which those are: it
 * keeps the name of a type as long as it makes no other value.
 */
import { type DataType, type Field, Types } from "../../../../arrow.ts";
import { typeName } from "../../../../display/arrow/type-name.ts";
import { changeChildren, holdsType, withType } from "../../../../table/columns/change-children.ts";
import type { DuckDb, LogicalType } from "../duckdb.ts";

const byName = new Map<string, DataType>();
const names = new Map<string, string>();

/** The name under which DuckDB passes values of the type on; undefined for a type that it has. */
export function keptName(type: DataType): string | undefined {
  if (nearestSql(type) === undefined) return undefined;
  const known = names.get(typeName(type));
  if (known !== undefined) return known;
  const name = `dlf_kept_${names.size}`;
  names.set(typeName(type), name);
  byName.set(name, type);
  return name;
}

/** The nearest type that DuckDB has; undefined where it has the very type. */
export function nearestSql(type: DataType): string | undefined {
  if (Types.isTimestamp(type)) {
    if (!type.timezone || (type.unit === 2 && type.timezone === "UTC")) return undefined;
    return type.unit === 3 ? "TIMESTAMP_NS" : "TIMESTAMP WITH TIME ZONE";
  }
  if (Types.isDuration(type)) return type.unit === 3 ? "BIGINT" : "INTERVAL";
  if (Types.isTime(type)) return type.unit < 2 ? "TIME" : undefined;
  return Types.isDate(type) && type.unit === 1 ? "TIMESTAMP_MS" : undefined;
}

/** Whether it is such a type, or holds one. */
export function holdsKept(type: DataType): boolean {
  return holdsType(type, (each) => nearestSql(each) !== undefined);
}

/** Statements that make the names of types known, and of those in them: sorting asks for them. */
export function nameTypesSql(types: readonly DataType[]): readonly string[] {
  const found = new Map<string, string>();
  const visit = (type: DataType): void => {
    const name = keptName(type);
    if (name !== undefined) found.set(name, `CREATE TYPE ${name} AS ${nearestSql(type)}`);
    for (const { type: inner } of type.children ?? []) visit(inner);
  };
  types.forEach(visit);
  return [...found.values()];
}

/** The type of a column of a result, with those in it that kept their name. */
export function restoreKept(duckdb: DuckDb, result: LogicalType | undefined, read: DataType): DataType {
  if (result === undefined) return read;
  const kept = byName.get(duckdb.logical_type_get_alias(result) ?? "");
  if (kept !== undefined) return kept;
  const restore = (field: Field, inner: LogicalType | undefined): Field =>
    withType(field, restoreKept(duckdb, inner, field.type));
  if (Types.isMap(read)) {
    const parts = [duckdb.map_type_key_type(result), duckdb.map_type_value_type(result)];
    return changeChildren(read, (entries) =>
      withType(
        entries,
        changeChildren(entries.type, (field, index) => restore(field, parts[index])),
      ),
    );
  }
  if (Types.isList(read))
    return changeChildren(read, (item) => restore(item, duckdb.list_type_child_type(result)));
  if (Types.isFixedSizeList(read))
    return changeChildren(read, (item) => restore(item, duckdb.array_type_child_type(result)));
  if (!Types.isStruct(read) || duckdb.get_type_id(result) !== duckdb.Type.STRUCT) return read;
  return changeChildren(read, (field, index) => restore(field, duckdb.struct_type_child_type(result, index)));
}
