/** Arrow IPC bytes as tables of our copy of apache-arrow, large lists included. */
import {
  arrow,
  type DataType,
  markLargeList,
  type RecordBatch,
  type Schema,
  type Table,
} from "../../arrow.ts";
import { narrowLargeLists } from "./narrow-large-lists.ts";

/**
 * The table of an Arrow IPC stream or file. Its columns are views of `bytes`, unless there are large lists in it,
 * which become lists; the schema says which ({@link markLargeList}).
 */
export function readIpc(bytes: Uint8Array): Table {
  try {
    return arrow.tableFromIPC(bytes);
  } catch (error) {
    if (!isUnknownType(error)) throw error;
    return readNarrowed(bytes);
  }
}

/** Reads batches that all have one schema: whether it has large lists is known with the first. */
export function createBatchReader(): (bytes: Uint8Array) => readonly RecordBatch[] {
  let read = (bytes: Uint8Array): Table => {
    try {
      return arrow.tableFromIPC(bytes);
    } catch (error) {
      if (!isUnknownType(error)) throw error;
      read = readNarrowed;
      return readNarrowed(bytes);
    }
  };
  return (bytes) => read(bytes).batches;
}

export function readSchema(bytes: Uint8Array): Schema {
  return readIpc(bytes).schema;
}

function isUnknownType(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith("Unrecognized type");
}

function readNarrowed(bytes: Uint8Array): Table {
  const narrowed = narrowLargeLists(bytes);
  const table = arrow.tableFromIPC(narrowed.bytes);
  for (const [first, ...path] of narrowed.largeLists) {
    let type: DataType | undefined = table.schema.fields[first ?? 0]?.type;
    for (const index of path) type = (type?.children ?? [])[index]?.type;
    if (type !== undefined) markLargeList(type);
  }
  return table;
}
