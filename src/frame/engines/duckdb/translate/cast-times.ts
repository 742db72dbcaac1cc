/** Times as DuckDB takes them: in microseconds, and of a zone on the clock of UTC. */
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { kindOf } from "../../../types/column-kind.ts";
import type { Columns } from "./columns.ts";
import { castNode } from "./constants.ts";

const units = ["s", "ms", "us", "ns"] as const;

/** The same moment in UTC, whose clock SQL reads here. */
export function moveToUtc(node: ExpressionNode, columns: Columns): ExpressionNode {
  const kind = kindOf(columns.fieldOf(node));
  if (kind.kind !== "timestamp" || kind.zone === null || kind.zone === "UTC") return node;
  return castNode(node, `timestamp[${units[kind.unit]}, UTC]`);
}

/**
 * As a TIMESTAMP, or a TIMESTAMPTZ for a time of a zone; undefined for nanoseconds, of which DuckDB drops some, and for what is no
 * time.
 * @param isZoned whether it is one of a zone, where the time does not say it
 */
export function castTime(
  node: ExpressionNode,
  columns: Columns,
  isZoned?: boolean,
): ExpressionNode | undefined {
  const kind = kindOf(columns.fieldOf(node));
  const isDay = kind.kind === "date" && kind.unit === "day";
  const isTime = kind.kind === "timestamp" && kind.unit < 3;
  if (!isDay && !isTime) return undefined;
  const zoned = isZoned ?? (kind.kind === "timestamp" && kind.zone !== null);
  const isSame = kind.kind === "timestamp" && kind.unit === 2 && kind.zone === (zoned ? "UTC" : null);
  if (isSame) return node;
  const moment = isDay && zoned ? castNode(node, "timestamp[us]") : node;
  return castNode(moment, zoned ? "timestamp[us, UTC]" : "timestamp[us]");
}
