/** A Lance table as the catalog has it, and how its answers are read. */
import { DlfLanceError } from "../errors.ts";
import type { TableId } from "./identifier.ts";
import { plainTableType, type TableAnswer, tableOptions } from "./schemas.ts";
import type { Purpose } from "./server-error.ts";

export interface CatalogTable {
  readonly id: TableId;
  /** Address of the folder that is the Lance dataset. */
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  /** Whether dropping the table leaves its data. */
  readonly isExternal: boolean;
  readonly uuid?: string;
  readonly comment?: string;
  readonly owner?: string;
  readonly createdAt?: Date;
  readonly updatedAt?: Date;
}

/** @throws Internal when the answer names no location */
export function readTable(id: TableId, answer: TableAnswer, action: string): CatalogTable {
  const {
    type: _type,
    path: listedPath,
    [tableOptions.creationUuid]: _uuid,
    ...properties
  } = answer.schema.options;
  const location = answer.path ?? listedPath;
  if (location === undefined) {
    throw new DlfLanceError("Internal", `Cannot ${action}: the service's answer names no path`);
  }
  return Object.freeze({
    id,
    location,
    properties: Object.freeze(properties),
    isExternal: answer.isExternal ?? false,
    ...(answer.id === undefined ? {} : { uuid: answer.id }),
    ...(answer.schema.comment === undefined ? {} : { comment: answer.schema.comment }),
    ...(answer.owner === undefined ? {} : { owner: answer.owner }),
    ...(answer.createdAt === undefined ? {} : { createdAt: new Date(answer.createdAt) }),
    ...(answer.updatedAt === undefined ? {} : { updatedAt: new Date(answer.updatedAt) }),
  });
}

/** What kind of table an answer is about; only `lance-table` is ours. */
export function typeOf(answer: TableAnswer): string {
  return answer.schema.options[tableOptions.type] ?? plainTableType;
}

export function namesOf(id: TableId): { database: string; table: string } {
  return { database: id.namespace, table: id.table };
}

export function purposeOf(action: string, missing: Purpose["missing"] = "TableNotFound"): Purpose {
  return { action, missing, existing: "TableAlreadyExists" };
}
