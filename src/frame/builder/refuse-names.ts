/** Methods that other libraries have: calling one says how it is done here. */
import { DlfLanceError } from "../../errors.ts";
import { adviseOnName, isPropertyElsewhere, namesElsewhere } from "../../names-elsewhere.ts";

/** Puts the names that the prototype does not have itself on it, where nothing lists them. */
export function refuseNamesElsewhere(prototype: object, type: string): void {
  const what = typeWords[type] ?? type;
  const own = Object.getOwnPropertyNames(prototype).filter(
    (name) => typeof read(prototype, name) === "function",
  );
  const advice = new Map(own.map((name) => [inPython(name), `${name}()`]));
  for (const name of namesElsewhere(type)) {
    const written = adviseOnName(type, name);
    if (written === undefined) continue;
    advice.set(inPython(name), written);
    advice.set(name, written);
  }
  for (const [name, written] of advice) {
    if (name in prototype) continue;
    const isProperty = isPropertyElsewhere(name);
    const refuse = () => {
      throw new DlfLanceError(
        "InvalidInput",
        `Cannot ${isProperty ? `read ${name}` : `call ${name}()`}: ${what} has no ${isProperty ? "property" : "method"} of that name; write ${written}`,
      );
    };
    const access = isProperty ? { get: refuse } : { value: refuse };
    Object.defineProperty(prototype, name, { ...access, configurable: true, enumerable: false });
  }
}

function read(prototype: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(prototype, name)?.value;
}

/** The name as Python spells it, `group_by` for `groupBy`. */
function inPython(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

const typeWords: Readonly<Record<string, string>> = {
  Frame: "a frame",
  Expression: "an expression",
  GroupedFrame: "a frame in groups",
};
