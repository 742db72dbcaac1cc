/** A vector of a DuckDB result, its buffers copied out once. */
import type { DuckDb, LogicalType, Vector } from "../duckdb.ts";

export interface VectorView {
  readonly data: Uint8Array;
  /** Undefined where no row is null. */
  readonly validity: Uint8Array | undefined;
  /** Of a struct its fields, of a list, array or map its items. */
  readonly children: readonly VectorView[];
}

/** Bytes of a value by the id of its type; 0 for what has children alone. */
export function valueBytes({ Type }: DuckDb, id: number): number {
  switch (id) {
    case Type.BOOLEAN:
    case Type.TINYINT:
    case Type.UTINYINT:
      return 1;
    case Type.SMALLINT:
    case Type.USMALLINT:
      return 2;
    case Type.INTEGER:
    case Type.UINTEGER:
    case Type.FLOAT:
    case Type.DATE:
    case Type.SQLNULL:
      return 4;
    case Type.STRUCT:
    case Type.ARRAY:
      return 0;
    case Type.HUGEINT:
    case Type.UHUGEINT:
    case Type.UUID:
    case Type.INTERVAL:
    case Type.VARCHAR:
    case Type.BLOB:
    case Type.LIST:
    case Type.MAP:
      return 16;
    default:
      return 8;
  }
}

export function viewVector(duckdb: DuckDb, vector: Vector, type: LogicalType, rows: number): VectorView {
  const { Type } = duckdb;
  const id = duckdb.get_type_id(type);
  const stored =
    id === Type.DECIMAL
      ? duckdb.decimal_internal_type(type)
      : id === Type.ENUM
        ? duckdb.enum_internal_type(type)
        : id;
  const bytes = rows * valueBytes(duckdb, stored);
  const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null;
  return {
    data: bytes === 0 ? new Uint8Array() : duckdb.vector_get_data(vector, bytes),
    validity: validity ?? undefined,
    children: viewChildren(duckdb, vector, type, id, rows),
  };
}

function viewChildren(
  duckdb: DuckDb,
  vector: Vector,
  type: LogicalType,
  id: number,
  rows: number,
): readonly VectorView[] {
  const { Type } = duckdb;
  switch (id) {
    case Type.STRUCT:
      return Array.from({ length: duckdb.struct_type_child_count(type) }, (_, index) =>
        viewVector(
          duckdb,
          duckdb.struct_vector_get_child(vector, index),
          duckdb.struct_type_child_type(type, index),
          rows,
        ),
      );
    case Type.LIST:
    case Type.MAP: {
      const items = duckdb.list_vector_get_size(vector);
      const child = duckdb.list_vector_get_child(vector);
      return [viewVector(duckdb, child, duckdb.vector_get_column_type(child), items)];
    }
    case Type.ARRAY: {
      const items = rows * duckdb.array_type_array_size(type);
      const child = duckdb.array_vector_get_child(vector);
      return [viewVector(duckdb, child, duckdb.array_type_child_type(type), items)];
    }
    default:
      return [];
  }
}
