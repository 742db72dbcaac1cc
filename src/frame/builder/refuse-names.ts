/** Methods that other libraries have: calling one says how it is done here. */
import { DlfLanceError } from "../../errors.ts";
import { adviseOnName, namesElsewhere } from "../../names-elsewhere.ts";

/** Puts the names that the prototype does not have itself on it, where nothing lists them. */
export function refuseNamesElsewhere(prototype: object, type: string): void {
  for (const name of namesElsewhere(type)) {
    if (name in prototype) continue;
    const refuse = () => {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot call ${name}(): ${/^[AEIOU]/.test(type) ? "an" : "a"} ${type.toLowerCase()} has no method of that name; write ${adviseOnName(type, name)}`,
      );
    };
    Object.defineProperty(prototype, name, { value: refuse, configurable: true, enumerable: false });
  }
}
