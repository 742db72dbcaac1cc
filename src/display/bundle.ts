/** One value in several representations, by MIME type. Every bundle made in this folder has `text/plain`. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The `text/plain` of a bundle: what `util.inspect.custom` of a displayable object answers. */
export function inspectText(bundle: MimeBundle): string {
  const text = bundle["text/plain"];
  return typeof text === "string" ? text : "";
}
