/** Names of databases and tables. A name that got through here is safe as one segment of a path. */
import { describeValue } from "../../check-options.ts";
import { DlfLanceError } from "../../errors.ts";

declare const checked: unique symbol;

/** A table of a database, both names checked. Made by {@link parseTableId} only. */
export interface TableId {
  readonly namespace: string;
  readonly table: string;
  readonly [checked]: true;
}

/** A database's name, checked. Made by {@link parseNamespaceName} only. */
export type NamespaceName = string & { readonly [checked]: true };

/**
 * The name of a table: `"database.table"`, or both names separately when one has a dot in it. `Known` names are those
 * that an editor completes; any other is fine.
 */
export type TableName<Known extends string = never> =
  | Known
  | (string & {})
  | readonly [namespace: string, table: string]
  | { readonly namespace: string; readonly table: string };

/**
 * Reads the name of a table.
 *
 * @throws InvalidInput when it does not have exactly two parts, or a part is not a valid name
 */
export function parseTableId(name: TableName): TableId {
  const [namespace, table, ...more] = typeof name === "string" ? name.split(".") : partsOf(name);
  if (namespace === undefined || table === undefined || more.length > 0) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read table name ${quote(name)}: expected two parts, as in "database.table"; write ["database", "table"] when a name has a dot in it${
        more.length === 0 && namespace !== undefined && table === undefined
          ? ', or choose the namespace of single words with lake.use("database")'
          : ""
      }`,
    );
  }
  checkName("database", namespace);
  checkName("table", table);
  return Object.freeze({ namespace, table }) as TableId;
}

/**
 * What a caller may write for a namespace: the database's name, alone or in a list, as others write it. The empty
 * list is the root, in which all databases are.
 */
export type NamespaceId = string | readonly [] | readonly [database: string];

/**
 * Reads the name of a database.
 *
 * @throws InvalidInput when it does not have exactly one part, or that is not a valid name
 */
export function parseNamespaceName(id: NamespaceId): NamespaceName {
  const parts: readonly unknown[] = Array.isArray(id) ? id : [id];
  if (parts.length !== 1) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot read namespace name ${quote(id)}: expected one part, the name of a database`,
    );
  }
  const [name] = parts;
  checkName("database", name);
  return name as NamespaceName;
}

/** Whether the root is meant, in which all databases are. */
export function isRootNamespace(id: NamespaceId): id is readonly [] {
  return Array.isArray(id) && id.length === 0;
}

/** `database.table`, for people. */
export function formatTableId(id: TableId): string {
  return `${id.namespace}.${id.table}`;
}

/** One text for each table, unlike what people read, which two names with dots may share. */
export function tableKey(id: TableId): string {
  return JSON.stringify([id.namespace, id.table]);
}

/** Whether a name of the service's can be a part of ours. */
export function isReadableName(name: string): boolean {
  return findProblem(name) === undefined;
}

function partsOf(name: Exclude<TableName, string>): readonly unknown[] {
  if (Array.isArray(name)) return name;
  if (typeof name !== "object" || name === null) return [];
  const { namespace, table } = name as TableId;
  return [namespace, table];
}

function checkName(part: "database" | "table", name: unknown): asserts name is string {
  const problem = typeof name === "string" ? findProblem(name) : "it is not a text";
  if (problem === undefined) return;
  throw new DlfLanceError("InvalidInput", `Cannot use ${quote(name)} as a ${part} name: ${problem}`);
}

// DLF reads these characters as a path or as a system table, and an address drops dot segments and outer blanks.
function findProblem(name: string): string | undefined {
  if (name === "") return "it is empty";
  if (name !== name.trim()) return "it begins or ends with a blank";
  if (name === "." || name === "..") return "dots alone name a folder";
  if (/[/\\$]/.test(name)) return "it has one of / \\ $ in it";
  if (/\p{Cc}/u.test(name)) return "it has a control character in it";
  if (/\p{Cs}/u.test(name)) return "it is not well-formed Unicode";
  return undefined;
}

function quote(name: unknown): string {
  const isPlain =
    typeof name === "string" || (Array.isArray(name) && name.every((part) => typeof part === "string"));
  const text = isPlain ? JSON.stringify(name) : describeValue(name);
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
