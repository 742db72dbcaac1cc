import { DlfLanceError } from "../../../../errors.ts";

/** What is no plan step. @param part in the words of the statement @param wayOut what to write in its place */
export function refusePart(part: string, wayOut?: string): DlfLanceError {
  const next = wayOut === undefined ? "" : `; ${wayOut}`;
  return new DlfLanceError("Unsupported", `${part} does not become steps of a plan${next}`);
}
