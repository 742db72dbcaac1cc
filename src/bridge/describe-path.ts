/**
 * The table a request of the native library asks for, as `[namespace, table]`; undefined for any other request.
 * `declare` (sent before a new table is written) is answered like `describe`: our callers have declared it.
 */
export function describePath(method: string, url: string): readonly string[] | undefined {
  if (method !== "POST") return undefined;
  const [pathname = "", query = ""] = url.split("?", 2);
  const match = /^\/v1\/table\/([^/]+)\/(?:describe|declare)$/.exec(pathname);
  if (match?.[1] === undefined) return undefined;
  const delimiter = new URLSearchParams(query).get("delimiter") ?? "$";
  // The native library writes a blank as "+", and a plus sign as "%2B".
  return decodeURIComponent(match[1].replaceAll("+", " ")).split(delimiter);
}
