import {
  formatTableId,
  type NamespaceName,
  parseTableId,
  type TableId,
  type TableName,
} from "../catalog/protocol/identifier.ts";
import type { ChosenEngine } from "../daft/settings.ts";
import type { FrameContext, TableLookup } from "../frame/run/frame-context.ts";
import { findCatalogRows } from "./catalog/information-schema.ts";
import { createTableSource } from "./read/table-source.ts";
import type { LakeStorage } from "./storage/storage.ts";
import { appendRows } from "./write/append-rows.ts";
import { createTable } from "./write/create-table.ts";
import { writeDistant } from "./write/write-distant.ts";

/** The tables of a lake as frames name them. */
export interface LakeTables extends TableLookup {
  /** What plans call a table. */
  nameOf(table: TableName): string;
  /** A table as callers name it. @throws DlfLanceError InvalidInput */
  idOf(table: TableName): TableId;
  /** Makes this the namespace of tables that are named by one word. */
  use(namespace: NamespaceName): void;
  /** That namespace, once there is one. */
  readonly namespace: NamespaceName | undefined;
  /** For a frame that begins with these tables. */
  readonly context: FrameContext;
}

export function createTableLookup(storage: LakeStorage, engine?: ChosenEngine): LakeTables {
  // A name with dots cannot be read back from text.
  const known = new Map<string, TableId>();
  let namespace: NamespaceName | undefined;
  const complete = (table: TableName): TableId => {
    const isBare = typeof table === "string" && !table.includes(".") && namespace !== undefined;
    return parseTableId(isBare ? [namespace as NamespaceName, table as string] : table);
  };
  const lookup: LakeTables = {
    rows: (name) => findCatalogRows(storage, name),
    find: (name) => createTableSource(storage, known.get(name) ?? complete(name)),
    idOf: complete,
    use: (chosen) => {
      namespace = chosen;
    },
    get namespace() {
      return namespace;
    },
    nameOf(table) {
      const id = complete(table);
      const name = formatTableId(id);
      known.set(name, id);
      return name;
    },
    write(table, rows, mode, signal) {
      const id = complete(table);
      const within = signal === undefined ? {} : { signal };
      if (mode === "append") return appendRows(storage, id, rows, within);
      return createTable(storage, id, rows, {
        ...within,
        mode: mode === "create" ? "Create" : "Overwrite",
        caller: "write",
      });
    },
    writeDistant: (table, rows, mode, signal) =>
      writeDistant({ storage, id: complete(table), rows, signal }, mode),
    async submit(table, rows, wish) {
      const id = complete(table);
      const { submitJob } = await import("./jobs/submit-job.ts");
      // The frame of the result reads it by this name.
      lookup.nameOf(table);
      return submitJob(storage, id, rows, wish);
    },
    get context() {
      return context;
    },
  };
  const context: FrameContext = { tables: lookup, rows: new Map(), functions: new Map(), ...engine };
  return lookup;
}
