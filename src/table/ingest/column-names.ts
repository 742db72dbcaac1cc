import type { Field } from "../../arrow.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeValue } from "../columns/value-mismatch.ts";

const reserved = new Set(["_rowid", "_rowaddr", "_rowoffset"]);

/**
 * Refuses names of columns that Lance takes, or half takes, and then cannot filter, merge or even read. Fields of structs
 * may be called anything.
 * @throws DlfLanceError InvalidInput
 */
export function refuseColumnNames(fields: readonly Pick<Field, "name">[], action: string): void {
  const seen = new Set<string>();
  for (const { name } of fields) {
    const problem =
      findProblem(name) ?? (seen.has(name) ? "there are two of this name; rename one" : undefined);
    if (problem !== undefined) {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${action}: column ${typeof name === "string" ? JSON.stringify(name) : describeValue(name)}: ${problem}`,
      );
    }
    seen.add(name);
  }
}

/**
 * The native library writes the names of keys into SQL without doubling a quote.
 * @throws DlfLanceError Unsupported
 */
export function refuseQuotedKeys(keys: readonly string[], action: string): void {
  const key = keys.find((name) => name.includes('"'));
  if (key === undefined) return;
  const [column, plain] = [key, key.replaceAll('"', "_")].map((name) => JSON.stringify(name));
  throw new DlfLanceError(
    "Unsupported",
    `Cannot ${action}: the native library compares no keys of a column whose name holds a double quote; ` +
      `rename it first: alterColumns({ ${column}: { rename: ${plain} } })`,
  );
}

function findProblem(name: unknown): string | undefined {
  if (typeof name !== "string") return "the name is not a text; pass one";
  if (name === "") return "the name is empty; give it one";
  if (name.includes("`")) {
    return `no condition of Lance can name a backtick; call it ${JSON.stringify(name.replaceAll("`", "_"))}`;
  }
  if (name.includes(".")) {
    const plain = JSON.stringify(name.replaceAll(".", "_"));
    return `a dot stands between a struct and its field; call it ${plain}, or make it a struct`;
  }
  if (!name.isWellFormed()) return "it holds half a surrogate pair, which no file can; repair the text";
  if (reserved.has(name)) return "Lance reserves this name; choose another";
  return undefined;
}
