/**
 * The version of the format of data files, as a table's manifest tells it: the native library does not.
 *
 * @see https://lance.org/format/table/ "Manifest"; its protobuf is the message `Manifest` in Lance's `table.proto`
 */

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
  try {
    const footer = bytes.subarray(-footerLength);
    if (footer.subarray(12).toString("latin1") !== "LANC") return undefined;
    const begin = Number(footer.readBigUInt64LE(0)) - (fileLength - bytes.length);
    if (begin < 0) return undefined;
    const length = bytes.readUInt32LE(begin);
    const manifest = bytes.subarray(begin + 4, begin + 4 + length);
    const format = findField(manifest, dataFormatField);
    const version = format && findField(format, versionField);
    return version?.toString("utf8");
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

/** The bytes of a length-delimited field of a protobuf message. @throws RangeError when the message is cut off */
function findField(message: Buffer, wanted: number): Buffer | undefined {
  let at = 0;
  const readVarint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = message.readUInt8(at++);
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  while (at < message.length) {
    const tag = readVarint();
    const wireType = tag & 7;
    if (wireType === 0) readVarint();
    else if (wireType === 1) at += 8;
    else if (wireType === 5) at += 4;
    else if (wireType === 2) {
      const length = readVarint();
      if (Math.floor(tag / 8) === wanted) return message.subarray(at, at + length);
      at += length;
    } else return undefined;
  }
  return undefined;
}
