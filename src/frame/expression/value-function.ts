/** JavaScript functions of values, as parts of expressions. */
import { DlfLanceError } from "../../errors.ts";
import type { FunctionDescription, FunctionNode } from "./expression-node.ts";

/** From the values of a row to one value, or a promise of it. */
export type ValueFunction = (...values: never[]) => unknown;

/** Shared by all copies of this package, as expressions are. */
const held: unique symbol = Symbol.for("dlf-lance.value-function") as never;

let described = 0;

/** A description of the function that holds it, also in every copy of an expression. */
export function describeFunction(
  change: ValueFunction,
  description: Omit<FunctionDescription, "id">,
): FunctionDescription {
  described += 1;
  const made = { id: `value function ${described}`, ...description };
  Object.defineProperty(made, held, { value: change });
  return Object.freeze(made);
}

/** @throws DlfLanceError InvalidInput for an expression that went through JSON. */
export function functionOf({ function: description }: FunctionNode): (...values: unknown[]) => unknown {
  const found = (description as { readonly [held]?: unknown })[held];
  if (typeof found === "function") return found as never;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot apply ${description.name}: the function is not kept with the expression; build the expression again`,
  );
}
