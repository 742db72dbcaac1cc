import { arrow, type DataType, type Field } from "../../arrow.ts";
import { changeChildren, withType } from "../../table/columns/change-children.ts";

/**
 * The second fields, to stand next to the first: every table numbers its dictionaries from 0 on, and a schema takes no
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
    return changeChildren(type, (field) => withType(field, separate(field.type)));
  };
  return second.map((field) => withType(field, separate(field.type)));
}

function dictionariesIn(type: DataType): readonly number[] {
  if (arrow.DataType.isDictionary(type)) return [type.id];
  const children: readonly Field[] = type.children ?? [];
  return children.flatMap((field) => dictionariesIn(field.type));
}
