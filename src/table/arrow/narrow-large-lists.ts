/**
 * Arrow IPC bytes with their large lists made lists, which is the same but for the width of the offsets. Daft and
 * pyarrow write large lists; apache-arrow knows them since version 21, and the native library insists on 18.
 *
 * @see https://arrow.apache.org/docs/format/Columnar.html "Serialization and Interprocess Communication (IPC)"
 */
import { DlfLanceError } from "../../errors.ts";
import { FlatTable } from "./flat-table.ts";

/** Slots of the tables in Arrow's Schema.fbs and Message.fbs. */
const message = { headerType: 1, header: 2, bodyLength: 3 };
const schema = { fields: 1 };
const field = { typeType: 2, dictionary: 4, children: 5 };
const recordBatch = { nodes: 1, buffers: 2, compression: 3 };

const headerTypes = { schema: 1, recordBatch: 3 };
const typeTypes = { null: 1, union: 14, list: 12, structure: 13, fixedSizeList: 16, map: 17, largeList: 21 };
/** Types of three buffers: validity, offsets, and the bytes themselves. */
const variableTypes: ReadonlySet<number> = new Set([4, 5, 19, 20]);

/** What a column takes of a batch's buffers, itself first and its children after. */
interface ColumnShape {
  readonly buffers: number;
  readonly isLargeList: boolean;
  readonly children: readonly ColumnShape[];
}

const continuation = 0xff_ff_ff_ff;
const fileMagic = Buffer.from("ARROW1");

/** The stream inside an Arrow IPC file, or the bytes themselves when they are a stream. */
function streamOf(bytes: Uint8Array): Uint8Array {
  if (!fileMagic.equals(bytes.subarray(0, fileMagic.length))) return bytes;
  // Between the magic and the first message are zeros, to a multiple of 8 or of 64 bytes.
  const start = bytes.findIndex((byte, index) => index >= fileMagic.length && byte !== 0);
  return bytes.subarray(start - (start % 8));
}

/** A stream that apache-arrow 18 reads, copied; and which columns were large lists, by their path in the schema. */
export interface NarrowedStream {
  readonly bytes: Uint8Array;
  readonly largeLists: readonly (readonly number[])[];
}

/**
 * @param bytes an Arrow IPC stream or file
 * @throws DlfLanceError Unsupported when a batch holds more list items than 32-bit offsets count
 */
export function narrowLargeLists(bytes: Uint8Array): NarrowedStream {
  const stream = new Uint8Array(streamOf(bytes));
  const view = new DataView(stream.buffer);
  let shapes: readonly ColumnShape[] = [];
  const largeLists: number[][] = [];
  for (let start = 0; start + 8 <= stream.length; ) {
    const lengthAt = view.getUint32(start, true) === continuation ? start + 4 : start;
    const length = view.getInt32(lengthAt, true);
    if (length === 0) break;
    const root = FlatTable.root(view, lengthAt + 4);
    const body = lengthAt + 4 + length;
    const header = root.table(message.header);
    const headerType = root.byte(message.headerType);
    if (headerType === headerTypes.schema) {
      shapes = header.tables(schema.fields).map((each, index) => narrowField(each, [index], largeLists));
    } else if (headerType === headerTypes.recordBatch) {
      narrowBatch(view, header, body, shapes);
    }
    start = body + root.long(message.bodyLength);
  }
  return { bytes: stream, largeLists };
}

/** Marks a field and what is nested in it as lists where they are large ones. */
function narrowField(table: FlatTable, path: readonly number[], largeLists: number[][]): ColumnShape {
  const type = table.byte(field.typeType);
  const isLargeList = type === typeTypes.largeList;
  if (isLargeList) {
    table.setByte(field.typeType, typeTypes.list);
    largeLists.push([...path]);
  }
  const children = table
    .tables(field.children)
    .map((child, index) => narrowField(child, [...path, index], largeLists));
  if (table.has(field.dictionary)) return { buffers: 2, isLargeList: false, children: [] };
  return { buffers: countBuffers(type), isLargeList, children };
}

function countBuffers(type: number): number {
  if (type === typeTypes.null) return 0;
  if (type === typeTypes.structure || type === typeTypes.fixedSizeList) return 1;
  if (type === typeTypes.union)
    throw new DlfLanceError(
      "Unsupported",
      "Cannot read the table: it has unions and large lists, and the native library reads one of them at most",
    );
  return variableTypes.has(type) ? 3 : 2;
}

function narrowBatch(view: DataView, batch: FlatTable, body: number, shapes: readonly ColumnShape[]): void {
  if (batch.has(recordBatch.compression)) {
    throw new DlfLanceError(
      "Unsupported",
      "Cannot read the Arrow stream: it is compressed; write it without compression, with pyarrow: IpcWriteOptions(compression=None)",
    );
  }
  const buffers = batch.structs(recordBatch.buffers, 16);
  let next = 0;
  const visit = (shape: ColumnShape): void => {
    const offsets = buffers[next + 1];
    next += shape.buffers;
    if (shape.isLargeList && offsets !== undefined) narrowOffsets(view, body, offsets);
    shape.children.forEach(visit);
  };
  shapes.forEach(visit);
}

/** Moves 64-bit offsets together into 32 bits each, in place. */
function narrowOffsets(view: DataView, body: number, region: number): void {
  const start = body + Number(view.getBigInt64(region, true));
  const length = Number(view.getBigInt64(region + 8, true));
  for (let index = 0; index * 8 < length; index++) {
    const offset = view.getBigInt64(start + index * 8, true);
    if (offset > 0x7f_ff_ff_ffn) {
      throw new DlfLanceError(
        "Unsupported",
        "Cannot read a batch: it holds a large list of more than 2,147,483,647 items in all; read or write fewer rows at a time",
      );
    }
    view.setInt32(start + index * 4, Number(offset), true);
  }
  view.setBigInt64(region + 8, BigInt(length >> 1), true);
}
