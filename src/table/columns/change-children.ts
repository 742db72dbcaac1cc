/** Types that hold other types: searched, and built again around other ones. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import type { NestedType } from "../arrow/column-data.ts";
import { ValueMismatch } from "./value-mismatch.ts";

export function withType(field: Field, type: DataType): Field {
  return type === field.type ? field : new arrow.Field(field.name, type, field.nullable, field.metadata);
}

/** The type itself where no child changes, as in one without children. */
export function changeChildren(type: DataType, change: (child: Field, index: number) => Field): DataType {
  const children = childrenOf(type);
  const changed = children.map((child, index) => change(child, index));
  return changed.every((child, index) => child === children[index]) ? type : withChildren(type, changed);
}

/** The same nested type around other children. */
function withChildren(type: DataType, children: Field[]): DataType {
  const [first] = children as [Field];
  if (Types.isList(type)) return new arrow.List(first);
  if (Types.isFixedSizeList(type)) return new arrow.FixedSizeList(type.listSize, first);
  if (Types.isStruct(type)) return new arrow.Struct(children);
  if (Types.isMap(type)) return new arrow.Map_(first as never, type.keysSorted);
  throw new ValueMismatch(undefined, `the data is ${typeName(type)}`, "decode its dictionaries first");
}

/** The type with the types of their values in place of all dictionaries in it. */
export function withoutDictionaries(type: DataType): DataType {
  return Types.isDictionary(type)
    ? withoutDictionaries(type.dictionary)
    : changeChildren(type, (child) => withType(child, withoutDictionaries(child.type)));
}

/** Whether a type, or one in it, is such a type. */
export function holdsType(type: DataType, isSuch: (type: DataType) => boolean): boolean {
  return isSuch(type) || childrenOf(type).some((child) => holdsType(child.type, isSuch));
}

function childrenOf(type: DataType): readonly Field[] {
  return (type as NestedType).children ?? [];
}
