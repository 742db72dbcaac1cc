/** The one table of operations on the wire: the client makes its paths from it, a server finds its routes in it. */
import { percentEncode } from "./sign.ts";

export const endpoints = {
  getConfig: { method: "GET", path: "/v1/config" },
  listDatabases: { method: "GET", path: "/v1/{prefix}/databases" },
  createDatabase: { method: "POST", path: "/v1/{prefix}/databases" },
  getDatabase: { method: "GET", path: "/v1/{prefix}/databases/{database}" },
  alterDatabase: { method: "POST", path: "/v1/{prefix}/databases/{database}" },
  dropDatabase: { method: "DELETE", path: "/v1/{prefix}/databases/{database}" },
  listAllTables: { method: "GET", path: "/v1/{prefix}/tables" },
  renameTable: { method: "POST", path: "/v1/{prefix}/tables/rename" },
  listTables: { method: "GET", path: "/v1/{prefix}/databases/{database}/tables" },
  createTable: { method: "POST", path: "/v1/{prefix}/databases/{database}/tables" },
  listTableDetails: { method: "GET", path: "/v1/{prefix}/databases/{database}/table-details" },
  getTable: { method: "GET", path: "/v1/{prefix}/databases/{database}/tables/{table}" },
  alterTable: { method: "POST", path: "/v1/{prefix}/databases/{database}/tables/{table}" },
  dropTable: { method: "DELETE", path: "/v1/{prefix}/databases/{database}/tables/{table}" },
  getTableToken: { method: "GET", path: "/v1/{prefix}/databases/{database}/tables/{table}/token" },
  listViews: { method: "GET", path: "/v1/{prefix}/databases/{database}/views" },
  listFunctions: { method: "GET", path: "/v1/{prefix}/databases/{database}/functions" },
} as const;

export type Operation = keyof typeof endpoints;
export type EndpointMethod = (typeof endpoints)[Operation]["method"];

type PlacesIn<Path extends string> = Path extends `${string}{${infer Place}}${infer Rest}`
  ? Place | PlacesIn<Rest>
  : never;

/** The names an operation's path needs; the prefix is asked for apart, because it may be absent. */
export type PathNames<O extends Operation> = {
  readonly [Place in Exclude<PlacesIn<(typeof endpoints)[O]["path"]>, "prefix">]: string;
};

/** The path of a request line, each name encoded as one segment; without a prefix its segment is left out. */
export function formatPath<O extends Operation>(
  operation: O,
  names: PathNames<O>,
  prefix: string | undefined,
): string {
  const values: Readonly<Record<string, string | undefined>> = { ...names, prefix };
  return endpoints[operation].path
    .split("/")
    .flatMap((part) => {
      const place = placeOf(part);
      if (place === undefined) return part;
      const value = values[place];
      return value === undefined ? [] : percentEncode(value);
    })
    .join("/");
}

/** A request line found in the table. A place that an operation's path does not have is the empty text. */
export interface EndpointMatch {
  readonly operation: Operation;
  readonly database: string;
  readonly table: string;
}

/**
 * Finds the operation of a request line (`path` still encoded, without query). `undefined` when nothing has that
 * path; `"method"` when only other methods do.
 */
export function matchEndpoint(
  method: string,
  path: string,
  prefix: string | undefined,
): EndpointMatch | "method" | undefined {
  const segments = decodeSegments(path);
  if (segments === undefined) return undefined;
  let known = false;
  for (const operation of Object.keys(endpoints) as Operation[]) {
    const names = matchSegments(endpoints[operation].path, segments, prefix);
    if (names === undefined) continue;
    if (endpoints[operation].method === method) {
      return { operation, database: names.database ?? "", table: names.table ?? "" };
    }
    known = true;
  }
  return known ? "method" : undefined;
}

function matchSegments(
  template: string,
  segments: readonly string[],
  prefix: string | undefined,
): Record<string, string> | undefined {
  const parts = template.split("/").filter((part) => part !== "{prefix}" || prefix !== undefined);
  if (parts.length !== segments.length) return undefined;
  const names: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? "";
    const place = placeOf(part);
    if (place === undefined ? segment !== part : place === "prefix" && segment !== prefix) return undefined;
    if (place !== undefined && segment === "") return undefined;
    if (place !== undefined) names[place] = segment;
  }
  return names;
}

/** Java clients write `+` for a blank in a path, and every client writes `%2B` for a plus. */
function decodeSegments(path: string): string[] | undefined {
  try {
    return path.split("/").map((segment) => decodeURIComponent(segment.replaceAll("+", " ")));
  } catch {
    return undefined;
  }
}

function placeOf(part: string): string | undefined {
  return part.startsWith("{") ? part.slice(1, -1) : undefined;
}
