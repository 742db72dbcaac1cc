/** What the native library writes to stderr, in the words of `LANCEDB_LOG`. */

/** The part of it that signs requests prints its keys and tokens when it is asked to. */
const signingPart = "reqsign";

/**
 * The asked directives (`debug`, `warn,lance=trace`, perhaps `/` and a pattern), or `error`, with the signing part off
 * whatever is asked: a directive for a longer name would win.
 */
export function nativeLogDirectives(asked: string | undefined): string {
  const [directives = "", ...pattern] = (asked?.trim() || "error").split("/");
  const kept = directives.split(",").filter((directive) => !directive.trim().startsWith(signingPart));
  return [[...kept, `${signingPart}=off`].join(","), ...pattern].join("/");
}
