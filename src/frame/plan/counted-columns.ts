/** Which columns rows are counted by, where no column is needed. */
import { type Field, Types } from "../../arrow.ts";
import { extensionName } from "../../display/arrow/type-name.ts";
import { plainType } from "../functions/operand.ts";
import type { LeafPlan } from "./plan-columns.ts";

/** Columns of a leaf that every engine keeps; it may have none. */
export type CountedColumns = (leaf: LeafPlan) => readonly string[];

export function countedColumns(fields: readonly Field[]): readonly string[] {
  const isPlain = (field: Field) => {
    const type = plainType(field.type);
    return (
      extensionName(field) === undefined && (Types.isInt(type) || Types.isBool(type) || Types.isUtf8(type))
    );
  };
  return fields.filter(isPlain).map(({ name }) => name);
}
