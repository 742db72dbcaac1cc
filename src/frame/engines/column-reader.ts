/** Reads the cells of a batch as values that compare exactly: Arrow's own `get` rounds timestamps and decimals. */
import { arrow, type RecordBatch, type Vector } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { type ColumnKind, kindOf } from "../column-kind.ts";

/** A bigint for whole numbers and for what is stored as whole numbers of a unit; null for null. */
export type Value = bigint | number | string | boolean | Uint8Array | null;

export interface ColumnReader {
  readonly kind: ColumnKind;
  /** For kind `other` any value that is not null is `true`. */
  read(row: number): Value;
}

type Data = Vector["data"][number];

export function columnReader(batch: RecordBatch, column: string): ColumnReader {
  const index = batch.schema.fields.findIndex((field) => field.name === column);
  const field = batch.schema.fields[index];
  const data: Data | undefined = batch.data.children[index];
  if (field === undefined || data === undefined) {
    throw new DlfLanceError(
      "Internal",
      `Cannot read column ${column}: the scan did not deliver it; please report this.`,
    );
  }
  const kind = kindOf(field);
  const read = valueReader(kind, data);
  const isNullType = arrow.DataType.isNull(field.type);
  return { kind, read: (row) => (isNullType || !data.getValid(row) ? null : read(row)) };
}

function valueReader(kind: ColumnKind, data: Data): (row: number) => Value {
  const { values } = data;
  switch (kind.kind) {
    case "integer":
    case "timestamp":
    case "date":
      return (row) => BigInt(values[row]);
    case "decimal": {
      const words = kind.bitWidth / 32;
      return (row) => signedInteger(values.subarray(row * words, (row + 1) * words));
    }
    case "float":
      return (row) => values[row];
    case "text":
    case "boolean":
    case "bytes": {
      const vector = new arrow.Vector([data]);
      return (row) => vector.get(row);
    }
    case "other":
      return () => true;
    default:
      return kind satisfies never;
  }
}

/** The number in little-endian 32-bit words in two's complement. */
function signedInteger(words: Uint32Array): bigint {
  const unsigned = words.reduceRight((sum, word) => (sum << 32n) | BigInt(word >>> 0), 0n);
  return BigInt.asIntN(32 * words.length, unsigned);
}
