/** A specification without any known secret: what is drawn is a picture, in which no filter finds one. */
import { holdsSecret, redactText } from "../redaction/redact-text.ts";
import type { ChartSpec } from "./vega-lite-spec.ts";

/** Texts and names are redacted alike, so that a field still finds its values; a number that spells a secret is gone. */
export function redactSpec(spec: ChartSpec): ChartSpec {
  return redactPart(spec) as ChartSpec;
}

function redactPart(part: unknown): unknown {
  if (typeof part === "string") return redactText(part);
  if (typeof part === "number") return holdsSecret(String(part)) ? null : part;
  if (Array.isArray(part)) return part.map(redactPart);
  if (typeof part !== "object" || part === null || Object.getPrototypeOf(part) === Date.prototype)
    return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [redactText(key), redactPart(value)]));
}
