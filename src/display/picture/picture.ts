/** Pictures that a program holds: their bytes, and canvases. */
import { types } from "node:util";
import type { MimeBundle } from "../bundle.ts";
import { formatByteCount } from "../text/number-text.ts";
import { describeImage } from "./image.ts";

/** A notebook keeps what it shows: a larger picture is only described. */
const mostBytes = 8_000_000;
const dataUrl = /^data:(image\/(?:png|jpeg|webp|gif));base64,([A-Za-z0-9+/=]+)$/;

interface Canvas {
  toDataURL(): unknown;
}

/**
 * The bytes of a PNG, JPEG, WebP or GIF as the picture they are, and what an object with `toDataURL()` draws; undefined for
 * everything else.
 */
export function renderPicture(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  const bytes = bytesOf(value);
  if (bytes !== undefined) return bundleOf(bytes);
  if (!isCanvas(value)) return undefined;
  const url = value.toDataURL();
  if (types.isPromise(url))
    return (url as Promise<unknown>).then((text) => bundleOfUrl(text) ?? describeCanvas());
  return bundleOfUrl(url);
}

function bytesOf(value: unknown): Uint8Array | undefined {
  if (types.isUint8Array(value)) return value;
  return types.isAnyArrayBuffer(value) ? new Uint8Array(value) : undefined;
}

function isCanvas(value: unknown): value is Canvas {
  return (
    typeof value === "object" && value !== null && typeof (value as Partial<Canvas>).toDataURL === "function"
  );
}

function bundleOfUrl(url: unknown): MimeBundle | undefined {
  const base64 = typeof url === "string" ? dataUrl.exec(url)?.[2] : undefined;
  return base64 === undefined ? undefined : bundleOf(Buffer.from(base64, "base64"));
}

function describeCanvas(): MimeBundle {
  return { "text/plain": "a canvas whose toDataURL() gives no PNG, JPEG or WebP" };
}

function bundleOf(bytes: Uint8Array): MimeBundle | undefined {
  const image = describeImage(bytes);
  if (image === undefined) return undefined;
  const facts = `${image.format} ${image.width}×${image.height} ${formatByteCount(bytes.length)}`;
  if (bytes.length > mostBytes) {
    return {
      "text/plain": `${facts}, more than ${formatByteCount(mostBytes)}: write it to a file to look at it`,
    };
  }
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { [image.mimeType]: base64, "text/plain": facts };
}
