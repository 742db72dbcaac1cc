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

/** NaN for a vector without a direction, for which DuckDB says -1: one of zeros, or with NaN in it. */
function directed(name: string): ScalarEntry {
  return distance((left, right) => {
    const lengths = [left, right].map((list) => `list_inner_product(${list}, ${list})`);
    const isDirected = lengths.map((length) => `(${length} > 0 AND NOT isnan(${length}))`).join(" AND ");
    return `(CASE WHEN ${isDirected} THEN ${name}(${left}, ${right}) ELSE 'nan'::DOUBLE END)`;
  });
}

export const vectorFunctions = {
  cosineSimilarity: directed("list_cosine_similarity"),
  cosineDistance: directed("list_cosine_distance"),
  dot: distance((left, right) => `list_inner_product(${left}, ${right})`),
  l2Distance: distance((left, right) => `list_distance(${left}, ${right})`),
} as const satisfies Readonly<Record<string, ScalarEntry>>;
