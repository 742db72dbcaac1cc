/** Constants as parameters of a statement. */
import type { LiteralNode } from "../../../expression/literal.ts";
import { isWholeNumber } from "../../../types/literal-value.ts";
import type { DuckDb, PreparedStatement } from "../duckdb.ts";

export function bindLiterals(
  duckdb: DuckDb,
  statement: PreparedStatement,
  literals: readonly LiteralNode[],
): void {
  for (const [index, literal] of literals.entries()) bindLiteral(duckdb, statement, index + 1, literal);
}

function bindLiteral(
  duckdb: DuckDb,
  statement: PreparedStatement,
  place: number,
  literal: LiteralNode,
): unknown {
  const { type, text } = literal;
  switch (type) {
    case "string":
      return duckdb.bind_varchar(statement, place, text);
    case "number":
      return isWholeNumber(literal)
        ? duckdb.bind_int64(statement, place, BigInt(text))
        : duckdb.bind_double(statement, place, Number(text));
    case "integer":
      return BigInt.asIntN(64, BigInt(text)) === BigInt(text)
        ? duckdb.bind_int64(statement, place, BigInt(text))
        : duckdb.bind_decimal(statement, place, { width: 38, scale: 0, value: BigInt(text) });
    case "boolean":
      return duckdb.bind_boolean(statement, place, text === "true");
    case "instant":
      return duckdb.bind_timestamp_tz(statement, place, { micros: BigInt(Date.parse(text)) * 1000n });
    case "bytes":
      return duckdb.bind_blob(statement, place, Buffer.from(text, "hex"));
    case "null":
      return duckdb.bind_null(statement, place);
    default:
      return type satisfies never;
  }
}
