import { DlfLanceError } from "../../errors.ts";
import { tableOptions } from "../protocol/schemas.ts";

/** Options that the catalog reads itself are not a caller's properties. */
export function refuseReserved(keys: readonly string[], action: string): void {
  const { type, path, creationUuid, columnsChanged } = tableOptions;
  const reserved: readonly string[] = [type, path, creationUuid, columnsChanged];
  const key = reserved.find((name) => keys.includes(name));
  if (key !== undefined) {
    const hint = key === tableOptions.path ? "; give it as location" : "";
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: property ${key} is the catalog's own${hint}`);
  }
  if (keys.includes(""))
    throw new DlfLanceError("InvalidInput", `Cannot ${action}: a property without a name`);
}

export function refuseBoth(
  set: Readonly<Record<string, string>>,
  remove: readonly string[],
  action: string,
): void {
  const key = remove.find((name) => Object.hasOwn(set, name));
  if (key === undefined) return;
  throw new DlfLanceError("InvalidInput", `Cannot ${action}: property ${key} is both to be set and removed`);
}
