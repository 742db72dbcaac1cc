import { crc32 } from "node:zlib";

/** Reads the size and the compressed pixels of a PNG file; a chunk with a wrong checksum is refused. */
export function readPng(bytes: Uint8Array): { width: number; height: number; pixels: Buffer } {
  const file = Buffer.from(bytes);
  if (file.toString("latin1", 0, 8) !== "\x89PNG\r\n\x1a\n") throw new Error("not a PNG file");
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    if (crc32(body) !== file.readUInt32BE(at + 8 + length)) throw new Error("wrong checksum");
    chunks.set(body.toString("latin1", 0, 4), body.subarray(4));
    at += length + 12;
  }
  const header = chunks.get("IHDR") ?? Buffer.alloc(0);
  if (!chunks.has("IEND")) throw new Error("no end");
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    pixels: chunks.get("IDAT") ?? Buffer.alloc(0),
  };
}
