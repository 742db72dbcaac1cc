import { arrow, type DataType, type Field } from "../arrow.ts";
import type { NestedType } from "../table/column-data.ts";
import { withChildren } from "../table/decode-dictionary.ts";

/**
 * The second fields, to stand beside the first: every table numbers its dictionaries from 0 on, and a schema takes no
 * number twice (Arrow columnar format, Dictionary-encoded Layout).
 */
export function separateDictionaries(first: readonly Field[], second: readonly Field[]): readonly Field[] {
  const taken = new Set(first.flatMap(({ type }) => dictionariesIn(type)));
  const separate = (type: DataType): DataType => {
    if (arrow.DataType.isDictionary(type)) {
      if (!taken.has(type.id)) {
        taken.add(type.id);
        return type;
      }
      const id = 1 + Math.max(...taken);
      taken.add(id);
      return new arrow.Dictionary(type.dictionary, type.indices, id, type.isOrdered);
    }
    const children = childrenOf(type);
    const separated = children.map((field) => retype(field, separate(field.type)));
    return separated.every((field, index) => field === children[index])
      ? type
      : withChildren(type, separated);
  };
  return second.map((field) => retype(field, separate(field.type)));
}

function dictionariesIn(type: DataType): readonly number[] {
  return arrow.DataType.isDictionary(type)
    ? [type.id]
    : childrenOf(type).flatMap((field) => dictionariesIn(field.type));
}

function childrenOf(type: DataType): readonly Field[] {
  return (type as NestedType).children ?? [];
}

function retype(field: Field, type: DataType): Field {
  return type === field.type ? field : new arrow.Field(field.name, type, field.nullable, field.metadata);
}
