/** How the result of a search is shown: scores as bars, matched words marked. */
import type { Schema } from "../../arrow.ts";
import type { TableOptions } from "../../display/table/table-options.ts";

/** Of these a higher one is better, so that the longest bar is the best row. */
const scores = ["_relevance_score", "_score"];

/** @param text what was searched; undefined where no text was. */
export function searchLooks(text: string | undefined, { fields }: Pick<Schema, "fields">): TableOptions {
  if (text === undefined) return {};
  const bars = scores.filter((name) => fields.some((field) => field.name === name));
  const words = text.split(/[\s\p{P}]+/u).filter((word) => word !== "");
  return { ...(bars.length === 0 ? {} : { bars }), ...(words.length === 0 ? {} : { marks: words }) };
}
