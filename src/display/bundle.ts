/** One value in several representations, by MIME type. Every bundle made in this folder has `text/plain`. */
export type MimeBundle = Readonly<Record<string, unknown>>;

/** The method name by which Deno, nodejs-polars and our kernel ask a value for its bundle. */
export const displaySymbol: unique symbol = Symbol.for("Jupyter.display") as never;

/** The `text/plain` of a bundle: what `util.inspect.custom` of a displayable object answers. */
export function inspectText(bundle: MimeBundle): string {
  const text = bundle["text/plain"];
  return typeof text === "string" ? text : "";
}
