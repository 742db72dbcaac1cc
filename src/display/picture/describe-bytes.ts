import { formatByteCount } from "../text/number-text.ts";
import { describeImage } from "./image.ts";
import { describeMedia } from "./media.ts";

/**
 * `PNG 640×480 12.3 kB` for a picture, `MP4 video 1.20 MB` for a sound or film; undefined for other bytes.
 * @param size of all bytes, where these are only the first ones
 */
export function describeBytes(bytes: Uint8Array, size = bytes.length): string | undefined {
  const image = describeImage(bytes);
  if (image !== undefined) {
    return `${image.format} ${image.width}×${image.height} ${formatByteCount(size)}`;
  }
  const media = describeMedia(bytes);
  return media && `${media.format} ${media.kind} ${formatByteCount(size)}`;
}
