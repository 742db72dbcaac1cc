/** The Arrow types that Daft keeps as they are, numbered for the program. */
import { arrow, type DataType, type Field, Types } from "../../../arrow.ts";
import { extensionName, fieldTypeName, typeName } from "../../../display/arrow/type-name.ts";
import { describeName } from "../../expression/describe-expression.ts";
import { PartRefused } from "../refusal.ts";

export class TypeTable {
  readonly #types: DataType[] = [];
  readonly #numbers = new Map<string, number>();

  /** The type's number. A dictionary counts as what it holds: Daft has none. */
  number(type: DataType): number {
    const plain = Types.isDictionary(type) ? type.dictionary : type;
    // The name of a nested type may read like another's.
    const key = plain.children?.length > 0 ? `nested ${this.#types.length}` : typeName(plain);
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    this.#numbers.set(key, this.#types.length);
    return this.#types.push(plain) - 1;
  }

  encode(): string {
    return encodeSchema(this.#types.map((type, index) => new arrow.Field(`t${index}`, type, true)));
  }
}

export function encodeSchema(fields: readonly Field[]): string {
  const bytes = arrow.tableToIPC(new arrow.Table(new arrow.Schema([...fields])), "stream");
  return Buffer.from(bytes).toString("base64");
}

const leaveOut = "leave it out with select() or exclude()";

/** @throws DlfLanceError Unsupported for a column whose values would not come back as they are. */
export function refuseForeignType(field: Field): void {
  if (hasNul(field)) {
    throw new PartRefused(
      `the name of column ${describeName(field.name)}, or of one of its fields, holds a NUL character, which ends Daft's process`,
      leaveOut,
    );
  }
  if (extensionName(field) === undefined && isKept(field.type)) return;
  throw new PartRefused(
    `column ${describeName(field.name)} is ${fieldTypeName(field)}, which Daft does not keep`,
    leaveOut,
  );
}

function hasNul({ name, type }: Field): boolean {
  const children: readonly Field[] = type.children ?? [];
  return name.includes("\0") || children.some(hasNul);
}

function isKept(type: DataType): boolean {
  if (Types.isDictionary(type)) return Types.isUtf8(type.dictionary) || Types.isLargeUtf8(type.dictionary);
  if (Types.isFloat(type)) return type.precision > 0;
  if (Types.isDate(type)) return type.unit === 0;
  if (Types.isDecimal(type)) return type.bitWidth === 128 && type.scale >= 0;
  if (Types.isList(type) || Types.isFixedSizeList(type) || Types.isStruct(type))
    return type.children.every((child: Field) => !Types.isDictionary(child.type) && isKept(child.type));
  return (
    Types.isBool(type) ||
    Types.isInt(type) ||
    Types.isUtf8(type) ||
    Types.isLargeUtf8(type) ||
    Types.isBinary(type) ||
    Types.isLargeBinary(type) ||
    Types.isFixedSizeBinary(type) ||
    Types.isTimestamp(type)
  );
}
