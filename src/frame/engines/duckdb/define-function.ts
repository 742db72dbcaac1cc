/** Functions in JavaScript that SQL can call. DuckDB calls them on this thread, for at most 2,048 rows at a time. */

import type { Connection, DuckDb, LogicalType } from "./duckdb.ts";
import { joinBits } from "./vectors/bits.ts";

/** The values of one argument, as DuckDB stores them. */
export interface ArgumentValues {
  readonly type: LogicalType;
  readonly bytes: Uint8Array;
  /** Undefined where no row is null. */
  readonly validity: Uint8Array | undefined;
}

export interface FunctionDefinition {
  readonly name: string;
  /** Ids of DuckDB's types. */
  readonly parameters: readonly number[];
  readonly result: number;
  /**
   * The results, of one width; a row is null where an argument is.
   * @param read the values of the argument at a place, of so many bytes each
   */
  compute(rows: number, read: (place: number, width: number) => ArgumentValues): ArrayBufferView;
}

export function defineFunction(duckdb: DuckDb, connection: Connection, definition: FunctionDefinition): void {
  const created = duckdb.create_scalar_function();
  duckdb.scalar_function_set_name(created, definition.name);
  for (const id of definition.parameters)
    duckdb.scalar_function_add_parameter(created, duckdb.create_logical_type(id));
  duckdb.scalar_function_set_return_type(created, duckdb.create_logical_type(definition.result));
  duckdb.scalar_function_set_function(created, (_, input, output) => {
    const rows = duckdb.data_chunk_get_size(input);
    let valid: Uint8Array | undefined;
    const results = definition.compute(rows, (place, width) => {
      const vector = duckdb.data_chunk_get_vector(input, place);
      const validity = duckdb.vector_get_validity(vector, Math.ceil(rows / 64) * 8) as Uint8Array | null;
      valid = joinBits(valid, validity ?? undefined);
      return {
        type: duckdb.vector_get_column_type(vector),
        bytes: duckdb.vector_get_data(vector, rows * width),
        validity: validity ?? undefined,
      };
    });
    duckdb.copy_data_to_vector(
      output,
      0,
      results.buffer as ArrayBuffer,
      results.byteOffset,
      results.byteLength,
    );
    if (valid === undefined) return;
    duckdb.vector_ensure_validity_writable(output);
    duckdb.copy_data_to_vector_validity(
      output,
      0,
      valid.buffer as ArrayBuffer,
      valid.byteOffset,
      valid.byteLength,
    );
  });
  duckdb.register_scalar_function(connection, created);
}
