import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { CallNode } from "../expression/expression-node.ts";
import { readPattern } from "./pattern.ts";

/**
 * The call, whose second argument is a regular expression.
 * @throws DlfLanceError InvalidInput for a pattern that RE2 does not know.
 */
export function checkPattern(call: CallNode): CallNode {
  const pattern = call.arguments[1];
  if (pattern?.node !== "literal") return call;
  try {
    readPattern(pattern.text);
    return call;
  } catch (error) {
    const reason = (error as Error).message.replace(/^error parsing regexp: /, "");
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot apply ${describeExpression(call)}: the regular expression is wrong (${reason}); ` +
        "patterns are RE2's, which has no lookaround and no backreferences",
    );
  }
}
