/** A Lance table as the catalog has it, and how its answers are read. */
import { DlfLanceError } from "../../errors.ts";
import type { TableId } from "../protocol/identifier.ts";
import { fieldAnswer, plainTableType, type TableAnswer, tableOptions } from "../protocol/schemas.ts";
import type { Purpose } from "../protocol/server-error.ts";

/** A column, in Paimon's words. */
export interface CatalogField {
  readonly id: number;
  readonly name: string;
  readonly type: CatalogFieldType;
  readonly description?: string;
}

/** Such as `BIGINT NOT NULL`, or a type with others inside (`ARRAY`, `MAP`, `ROW`). */
export type CatalogFieldType =
  | string
  | {
      readonly type: string;
      readonly element?: CatalogFieldType;
      readonly key?: CatalogFieldType;
      readonly value?: CatalogFieldType;
      readonly fields?: readonly CatalogField[];
    };

/** What the catalog itself knows of a table. Rows and versions are Lance's: see `describe`. */
export interface CatalogTable {
  readonly id: TableId;
  /** Address of the folder that is the Lance dataset. */
  readonly location: string;
  readonly properties: Readonly<Record<string, string>>;
  /**
   * Columns, as whoever made the entry listed them; empty when nobody did, and when this package has changed them since.
   * Lance's own schema is the true one.
   */
  readonly fields: readonly CatalogField[];
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
    [tableOptions.columnsChanged]: columnsChanged,
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
    fields:
      columnsChanged === undefined ? answer.schema.fields.flatMap((field) => readField(field) ?? []) : [],
    isExternal: answer.isExternal ?? false,
    ...(answer.id === undefined ? {} : { uuid: answer.id }),
    ...(answer.schema.comment === undefined ? {} : { comment: answer.schema.comment }),
    ...(answer.owner === undefined ? {} : { owner: answer.owner }),
    ...(answer.createdAt === undefined ? {} : { createdAt: new Date(answer.createdAt) }),
    ...(answer.updatedAt === undefined ? {} : { updatedAt: new Date(answer.updatedAt) }),
  });
}

/** What another client has written in a way unknown to us is left out. */
function readField(field: unknown): CatalogField | undefined {
  const parsed = fieldAnswer.safeParse(field);
  if (!parsed.success) return undefined;
  const { description, ...named } = parsed.data;
  return (description === undefined ? named : { ...named, description }) as CatalogField;
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
