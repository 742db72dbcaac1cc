/** Tells pictures from other bytes by their first bytes, without decoding them. */

export interface ImageDescription {
  readonly format: "PNG" | "JPEG" | "GIF" | "WebP";
  readonly mimeType: "image/png" | "image/jpeg" | "image/gif" | "image/webp";
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** What picture the bytes hold; undefined when they hold none or say no size. */
export function describeImage(bytes: Uint8Array): ImageDescription | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (startsWith(bytes, "\x89PNG\r\n\x1a\n") && bytes.length >= 24) {
    return { format: "PNG", mimeType: "image/png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if ((startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a")) && bytes.length >= 10) {
    const [width, height] = [view.getUint16(6, true), view.getUint16(8, true)];
    return { format: "GIF", mimeType: "image/gif", width, height };
  }
  if (startsWith(bytes, "RIFF") && startsWith(bytes, "WEBP", 8) && bytes.length >= 30) {
    const size = webpSize(bytes, view);
    return size && { format: "WebP", mimeType: "image/webp", ...size };
  }
  if (startsWith(bytes, "\xff\xd8\xff")) {
    const size = jpegSize(view);
    return size && { format: "JPEG", mimeType: "image/jpeg", ...size };
  }
  return undefined;
}

function startsWith(bytes: Uint8Array, text: string, at = 0): boolean {
  return Array.from(text).every((character, index) => bytes[at + index] === character.charCodeAt(0));
}

type Size = Pick<ImageDescription, "width" | "height">;

function webpSize(bytes: Uint8Array, view: DataView): Size | undefined {
  if (startsWith(bytes, "VP8 ", 12)) {
    return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  }
  if (startsWith(bytes, "VP8L", 12)) {
    const bits = view.getUint32(21, true);
    return { width: (bits & 0x3fff) + 1, height: ((bits >> 14) & 0x3fff) + 1 };
  }
  if (startsWith(bytes, "VP8X", 12)) {
    return {
      width: (view.getUint32(24, true) & 0xffffff) + 1,
      height: (view.getUint32(26, true) >>> 8) + 1,
    };
  }
  return undefined;
}

/** Walks the segments up to the frame header; pictures from cameras carry previews before it. */
function jpegSize(view: DataView): Size | undefined {
  let position = 2;
  while (position + 9 <= view.byteLength && view.getUint8(position) === 0xff) {
    const marker = view.getUint8(position + 1);
    const isFrameHeader = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrameHeader) return { height: view.getUint16(position + 5), width: view.getUint16(position + 7) };
    position += marker === 0xff ? 1 : 2 + view.getUint16(position + 2);
  }
  return undefined;
}
