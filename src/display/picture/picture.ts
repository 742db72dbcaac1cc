/** Pictures, sounds and films that a program holds: their bytes, and canvases. */
import { types } from "node:util";
import type { MimeBundle } from "../bundle.ts";
import { formatByteCount } from "../text/number-text.ts";
import { describeBytes } from "./describe-bytes.ts";
import { describeImage } from "./image.ts";
import { describeMedia } from "./media.ts";
import { playerHtml } from "./player.ts";

/** A notebook keeps what it shows: what is larger is only described. */
const mostBytes = 8_000_000;
const dataUrl = /^data:(image\/(?:png|jpeg|webp|gif));base64,([A-Za-z0-9+/=]+)$/;

interface Canvas {
  toDataURL(): unknown;
}

/**
 * The bytes of a PNG, JPEG, WebP or GIF as the picture they are, those of a sound or film as a player, and what an object with `toDataURL()` draws; undefined for
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
  const media = image === undefined ? describeMedia(bytes) : undefined;
  if (image === undefined && media === undefined) return undefined;
  const facts = describeBytes(bytes) ?? "";
  if (bytes.length > mostBytes) {
    return {
      "text/plain": `${facts}, more than ${formatByteCount(mostBytes)}: write it to a file to look at it`,
    };
  }
  if (media !== undefined) return { "text/html": playerHtml(media, bytes).markup, "text/plain": facts };
  if (image === undefined) return undefined;
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  return { [image.mimeType]: base64, "text/plain": facts };
}
