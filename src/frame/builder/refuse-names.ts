/** Methods that other libraries have: calling one says how it is done here. */
import { DlfLanceError } from "../../errors.ts";
import { adviseOnName, isPropertyElsewhere, namesElsewhere } from "../../names-elsewhere.ts";

/** Puts the names that the prototype does not have itself on it, where nothing lists them. */
export function refuseNamesElsewhere(prototype: object, type: string): void {
  const what = typeWords[type] ?? type;
  for (const name of namesElsewhere(type)) {
    if (name in prototype) continue;
    const isProperty = isPropertyElsewhere(name);
    const refuse = () => {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${isProperty ? `read ${name}` : `call ${name}()`}: ${what} has no ${isProperty ? "property" : "method"} of that name; write ${adviseOnName(type, name)}`,
      );
    };
    const access = isProperty ? { get: refuse } : { value: refuse };
    Object.defineProperty(prototype, name, { ...access, configurable: true, enumerable: false });
  }
}

const typeWords: Readonly<Record<string, string>> = {
  Frame: "a frame",
  Expression: "an expression",
  GroupedFrame: "a frame in groups",
};
