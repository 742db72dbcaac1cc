/**
 * Types that DuckDB has not, such as nanoseconds with a zone and durations. It computes with the nearest that it has; columns
 * that a statement only passes on, or picks values of, get back the type they had. DuckDB itself tells which those are: it
 * keeps the name of a type as long as it makes no other value.
 */
import { arrow, type DataType, type Field, Types } from "../../../../arrow.ts";
import { typeName } from "../../../../display/arrow/type-name.ts";
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
  return (
    nearestSql(type) !== undefined || (type.children ?? []).some((child: Field) => holdsKept(child.type))
  );
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
  const child = (inner: LogicalType, index: number): Field => {
    const field = read.children[index] as Field;
    return new arrow.Field(field.name, restoreKept(duckdb, inner, field.type), field.nullable);
  };
  if (!read.children?.length) return read;
  if (Types.isMap(read)) {
    const entries = read.children[0] as Field;
    const inner = [duckdb.map_type_key_type(result), duckdb.map_type_value_type(result)];
    const fields = inner.map((type, index) => {
      const field = entries.type.children[index] as Field;
      return new arrow.Field(field.name, restoreKept(duckdb, type, field.type), field.nullable);
    });
    return new arrow.Map_(new arrow.Field(entries.name, new arrow.Struct(fields), false) as never);
  }
  if (Types.isList(read)) return new arrow.List(child(duckdb.list_type_child_type(result), 0));
  if (Types.isFixedSizeList(read))
    return new arrow.FixedSizeList(read.listSize, child(duckdb.array_type_child_type(result), 0));
  if (!Types.isStruct(read) || duckdb.get_type_id(result) !== duckdb.Type.STRUCT) return read;
  return new arrow.Struct(
    read.children.map((_: Field, index: number) =>
      child(duckdb.struct_type_child_type(result, index), index),
    ),
  );
}
