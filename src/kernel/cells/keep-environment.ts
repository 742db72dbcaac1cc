/**
 * Node reads `process.env` whenever it loads a module or starts a process: with `null` there, nothing works any more, and
 * nothing says why. An object that holds other variables is the cell's own choice.
 */
export function keepEnvironment(): void {
  let environment: unknown = process.env;
  Object.defineProperty(process, "env", {
    configurable: true,
    enumerable: true,
    get: () => environment,
    set: (given: unknown) => {
      if (typeof given !== "object" || given === null)
        throw new TypeError(
          `Cannot set process.env to ${given === null || given === undefined ? given : `a ${typeof given}`}: it holds the variables of the process; set one with process.env.NAME = "value", or remove it with delete process.env.NAME`,
        );
      environment = given;
    },
  });
}
