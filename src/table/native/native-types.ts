/** Types of the native library, as its SQL and our messages call them. */

const sqlTypes: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^Int8$/, "tinyint"],
  [/^Int16$/, "smallint"],
  [/^Int32$/, "int"],
  [/^Int64$/, "bigint"],
  [/^UInt8$/, "tinyint unsigned"],
  [/^UInt16$/, "smallint unsigned"],
  [/^UInt32$/, "int unsigned"],
  [/^UInt64$/, "bigint unsigned"],
  [/^Float(?:16|32)$/, "float"],
  [/^Float64$/, "double"],
  [/Utf8$/, "string"],
  [/^Boolean$/, "boolean"],
  [/^Date/, "date"],
  [/^Timestamp/, "timestamp"],
];

/** As Lance's SQL calls it. */
export function sqlType(native: string): string {
  const decimal = /^Decimal\d+\((\d+), ?(-?\d+)\)/.exec(native);
  if (decimal !== null) return `decimal(${decimal[1]}, ${decimal[2]})`;
  return sqlTypes.find(([pattern]) => pattern.test(native))?.[1] ?? native.toLowerCase();
}

const typeNames: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/^U?Int\d+$/, ""],
  [/^Boolean$/, "bool"],
  [/^Float16$/, "halffloat"],
  [/^Float32$/, "float"],
  [/^Float64$/, "double"],
  [/^(Utf8|String)$/, "string"],
  [/^LargeUtf8$/, "large_string"],
  [/^Date\d+$/, "date"],
  [/^Timestamp/, "timestamp"],
  [/^Decimal/, "decimal"],
  [/^FixedSizeList/, "a vector"],
  [/^(Large)?List/, "a list"],
  [/^Struct/, "a struct"],
];

export function nameType(native: string): string {
  const found = typeNames.find(([pattern]) => pattern.test(native));
  return found?.[1] || native.toLowerCase();
}
