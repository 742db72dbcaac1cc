/**
 * What a table's manifest tells and the native library does not: the version of the format of data files, and which
 * columns they hold.
 *
 * @see https://lance.org/format/table/ "Manifest"; its protobuf is the message `Manifest` in Lance's `table.proto`
 */

const fieldsField = 1;
const fieldNameField = 2;
const fieldIdField = 3;
const fieldParentField = 4;
const fragmentsField = 2;
const fragmentFilesField = 2;
const filePathField = 1;
const fileFieldsField = 2;
const fileSizeField = 6;
const fileBaseField = 7;
const dataFormatField = 15;
const versionField = 2;
/** Of the footer: where the manifest begins, the format of the file, and `LANC`. */
const footerLength = 16;

/**
 * @param bytes a manifest file, whole or its end
 * @param fileLength of the whole file
 * @returns such as `2.1`; undefined when the bytes do not tell
 */
export function readStorageVersion(bytes: Buffer, fileLength: number): string | undefined {
  return readManifest(bytes, fileLength, (manifest) => {
    const format = findMessages(manifest, dataFormatField)[0];
    return format && findMessages(format, versionField)[0]?.toString("utf8");
  });
}

/**
 * Whether some fragment would hold no data file's column any more without these columns: Lance cannot read such a table.
 * @returns undefined when the bytes do not tell
 */
export function wouldEmptyFragment(
  bytes: Buffer,
  fileLength: number,
  dropped: readonly string[],
): boolean | undefined {
  return readManifest(bytes, fileLength, (manifest) => {
    const fields = findMessages(manifest, fieldsField).map((field) => ({
      name: findMessages(field, fieldNameField)[0]?.toString("utf8") ?? "",
      id: findNumbers(field, fieldIdField)[0] ?? 0,
      parent: findNumbers(field, fieldParentField)[0] ?? 0,
    }));
    const kept = new Set<number>();
    const isTop = (parent: number) => !fields.some(({ id }) => id === parent);
    // A field comes after the one that holds it.
    for (const { name, id, parent } of fields) {
      if (isTop(parent) ? !dropped.includes(name) : kept.has(parent)) kept.add(id);
    }
    const holds = (file: Buffer) =>
      findMessages(file, fileFieldsField).some((packed) => readPacked(packed).some((id) => kept.has(id)));
    return findMessages(manifest, fragmentsField).some(
      (fragment) => !findMessages(fragment, fragmentFilesField).some(holds),
    );
  });
}

/** A data file of a version. */
export interface DataFile {
  /** Below the folder `data` of its table. */
  readonly path: string;
  /** 0 where the manifest does not tell. */
  readonly bytes: number;
  /** Whether it lies in the table's folder; a clone names files of the table that it was made of. */
  readonly isOwn: boolean;
}

/** @returns undefined when the bytes do not tell */
export function readDataFiles(bytes: Buffer, fileLength: number): readonly DataFile[] | undefined {
  return readManifest(bytes, fileLength, (manifest) =>
    findMessages(manifest, fragmentsField)
      .flatMap((fragment) => findMessages(fragment, fragmentFilesField))
      .map((file) => ({
        path: findMessages(file, filePathField)[0]?.toString("utf8") ?? "",
        bytes: findNumbers(file, fileSizeField)[0] ?? 0,
        isOwn: findNumbers(file, fileBaseField).length === 0,
      })),
  );
}

/**
 * What a version consists of: its columns, and its fragments with their data and deletion files. Two versions of a table are
 * the same rows when these are.
 * @returns undefined when the bytes do not tell
 */
export function readContents(bytes: Buffer, fileLength: number): Buffer | undefined {
  return readManifest(bytes, fileLength, (manifest) =>
    Buffer.concat([...findMessages(manifest, fieldsField), ...findMessages(manifest, fragmentsField)]),
  );
}

/** Reads the message in a manifest file; undefined when it is cut off or none. */
function readManifest<T>(bytes: Buffer, fileLength: number, read: (message: Buffer) => T): T | undefined {
  try {
    const footer = bytes.subarray(-footerLength);
    if (footer.subarray(12).toString("latin1") !== "LANC") return undefined;
    const begin = Number(footer.readBigUInt64LE(0)) - (fileLength - bytes.length);
    if (begin < 0) return undefined;
    const length = bytes.readUInt32LE(begin);
    return read(bytes.subarray(begin + 4, begin + 4 + length));
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Length-delimited fields of a protobuf message. @throws RangeError when the message is cut off */
function findMessages(message: Buffer, wanted: number): Buffer[] {
  return readFields(message)
    .filter(({ field }) => field === wanted)
    .flatMap(({ value }) => (typeof value === "number" ? [] : [value]));
}

function findNumbers(message: Buffer, wanted: number): number[] {
  return readFields(message)
    .filter(({ field }) => field === wanted)
    .flatMap(({ value }) => (typeof value === "number" ? [value] : []));
}

function readPacked(bytes: Buffer): number[] {
  const numbers: number[] = [];
  for (let at = 0; at < bytes.length; ) {
    const { value, next } = readVarint(bytes, at);
    numbers.push(value);
    at = next;
  }
  return numbers;
}

/** Those that are numbers or length-delimited. */
function readFields(message: Buffer): { readonly field: number; readonly value: number | Buffer }[] {
  const fields: { field: number; value: number | Buffer }[] = [];
  for (let at = 0; at < message.length; ) {
    const { value: tag, next } = readVarint(message, at);
    const [field, wireType] = [Math.floor(tag / 8), tag & 7];
    at = next;
    if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 0 || wireType === 2) {
      const read = readVarint(message, at);
      at = read.next;
      if (wireType === 2) at += read.value;
      fields.push({ field, value: wireType === 0 ? read.value : message.subarray(read.next, at) });
    } else return fields;
  }
  return fields;
}

function readVarint(bytes: Buffer, start: number): { readonly value: number; readonly next: number } {
  let value = 0;
  let at = start;
  for (let factor = 1; ; factor *= 128) {
    const byte = bytes.readUInt8(at++);
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return { value, next: at };
  }
}
