/** Distances of vectors: lists of numbers of equal length, without null among them. Computed in float64. */
import { listSql } from "./list-functions.ts";
import { float64 } from "./operand.ts";
import { first, type ScalarEntry, second } from "./scalar-entry.ts";

/** DuckDB refuses null among the numbers wherever it stands in the batch, also in rows that do not count. */
function withoutNull(list: string): string {
  return `list_transform(${list}, lambda one: coalesce(one, 0))`;
}

function distance(write: (left: string, right: string) => string): ScalarEntry {
  const vector = { items: ["float", "integer", "decimal"] } as const;
  return {
    takes: [vector, vector],
    gives: float64,
    duckdb: (call) => {
      const operands = [first(call), second(call)];
      const [left, right] = operands.map((operand) => `CAST(${listSql(operand)} AS DOUBLE[])`) as [
        string,
        string,
      ];
      const isWhole = [left, right].map((list) => `list_count(${list}) = len(${list})`).join(" AND ");
      return `(CASE WHEN ${isWhole} THEN ${write(withoutNull(left), withoutNull(right))} END)`;
    },
  };
}

export const vectorFunctions = {
  cosineSimilarity: distance((left, right) => `list_cosine_similarity(${left}, ${right})`),
  cosineDistance: distance((left, right) => `list_cosine_distance(${left}, ${right})`),
  dot: distance((left, right) => `list_inner_product(${left}, ${right})`),
  l2Distance: distance((left, right) => `list_distance(${left}, ${right})`),
} as const satisfies Readonly<Record<string, ScalarEntry>>;
