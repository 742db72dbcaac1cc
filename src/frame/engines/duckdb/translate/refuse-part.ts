import { PartRefused } from "../../refusal.ts";

/** What is no plan step. @param part in the words of the statement @param wayOut what to write in its place */
export function refusePart(part: string, wayOut?: string): PartRefused {
  return new PartRefused(`${part} does not become steps of a plan`, wayOut);
}
