/** The text of a file: decompressed, and decoded by `TextDecoder`. */
import { createReadStream, createWriteStream } from "node:fs";
import { open } from "node:fs/promises";
import { Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { DlfLanceError } from "../../errors.ts";
import { splitCompression } from "./file-format.ts";
import type { FoundFile } from "./find-files.ts";

const defaultEncoding = "utf-8";

/** The encoding that is given, or that a byte order mark tells, else UTF-8. */
export async function detectEncoding({ name, path }: FoundFile, given: string | undefined): Promise<string> {
  if (given !== undefined) return new TextDecoder(given).encoding;
  if (splitCompression(name).isCompressed) return defaultEncoding;
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(2), 0, 2, 0);
    if (buffer[0] === 0xff && buffer[1] === 0xfe) return "utf-16le";
    return buffer[0] === 0xfe && buffer[1] === 0xff ? "utf-16be" : defaultEncoding;
  } finally {
    await file.close();
  }
}

/**
 * The text, piece by piece, without a byte order mark.
 * @throws DlfLanceError InvalidInput for bytes that are not of the encoding, or not of gzip.
 */
export async function* decodeText(
  file: FoundFile,
  encoding: string,
  signal?: AbortSignal,
): AsyncGenerator<string, void, undefined> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  const bytes = createReadStream(file.path, signal === undefined ? {} : { signal });
  const plain = splitCompression(file.name).isCompressed ? bytes.pipe(createGunzip()) : bytes;
  bytes.on("error", (error) => plain.destroy(error));
  try {
    for await (const chunk of plain) {
      const text = decoder.decode(chunk as Buffer, { stream: true });
      if (text !== "") yield text;
    }
    const rest = decoder.decode();
    if (rest !== "") yield rest;
  } catch (error) {
    throw explain(error, file, encoding);
  } finally {
    bytes.destroy();
  }
}

/**
 * Reads a compressed file to its end. DuckDB takes what is there of one that is cut or damaged for all of it.
 * @throws DlfLanceError InvalidInput for what is not a whole gzip file.
 */
export async function checkCompressed(file: FoundFile, signal?: AbortSignal): Promise<void> {
  if (!splitCompression(file.name).isCompressed) return;
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  try {
    await pipeline(
      createReadStream(file.path),
      createGunzip(),
      nowhere,
      signal === undefined ? {} : { signal },
    );
  } catch (error) {
    throw explain(error, file, defaultEncoding);
  }
}

/** Writes the text as UTF-8. @param lead what comes before it */
export async function transcode(
  file: FoundFile,
  encoding: string,
  to: string,
  { lead, signal }: { readonly lead: string; readonly signal: AbortSignal | undefined },
): Promise<void> {
  const target = createWriteStream(to, { mode: 0o600 });
  target.write(lead);
  await pipeline(decodeText(file, encoding, signal), target);
}

export function refuseEncoding(name: string, encoding: string): DlfLanceError {
  // Bytes alone do not tell one from the other: each is a text in both.
  const next =
    encoding === "utf-8"
      ? 'the encoding: { encoding: "windows-1252" } for Western European text, { encoding: "gbk" } for Chinese'
      : 'the encoding, as in { encoding: "utf-8" }';
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: its bytes are not ${encoding}; pass ${next}`,
  );
}

function explain(error: unknown, { name }: FoundFile, encoding: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ERR_ENCODING_INVALID_ENCODED_DATA") return refuseEncoding(name, encoding);
  if (code === "Z_DATA_ERROR" || code === "Z_BUF_ERROR") return refuseCompression(name);
  return error;
}

export function refuseCompression(name: string): DlfLanceError {
  return new DlfLanceError(
    "InvalidInput",
    `Cannot read ${name}: it is not a whole gzip file; write it again`,
  );
}
