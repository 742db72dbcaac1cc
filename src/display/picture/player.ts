/** Sounds and films as players with their bytes in them. */
import { html, type SafeHtml } from "../html/html.ts";
import { styles } from "../html/theme.ts";
import type { MediaDescription } from "./media.ts";

export function playerHtml({ kind, mimeType }: MediaDescription, bytes: Uint8Array): SafeHtml {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
  const source = `data:${mimeType};base64,${base64}`;
  return kind === "audio"
    ? html`<audio controls preload="metadata" src="${source}" style="${styles.audio}"></audio>`
    : html`<video controls preload="metadata" src="${source}" style="${styles.video}"></video>`;
}
