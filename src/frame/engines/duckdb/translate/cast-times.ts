/** Times as DuckDB takes them: in microseconds, and of a zone on the clock of UTC. */
import { fieldTypeName } from "../../../../display/arrow/type-name.ts";
import type { ExpressionNode } from "../../../expression/expression-node.ts";
import { kindOf } from "../../../types/column-kind.ts";
import type { Binder } from "./binder.ts";
import type { Columns } from "./columns.ts";
import { castNode } from "./constants.ts";
import { refusePart } from "./refuse-part.ts";
import { describeTree, type Tree } from "./tree.ts";

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

/** DuckDB drops nanoseconds toward 1970 before it reads a clock or a day: before it, steps would read the second before. */
export function expectMicroseconds(
  node: ExpressionNode,
  tree: Tree,
  { columns }: Pick<Binder, "columns">,
): ExpressionNode {
  const field = columns.fieldOf(node);
  const kind = kindOf(field);
  if (kind.kind !== "timestamp" || kind.unit < 3) return node;
  throw refusePart(`${describeTree(tree)} of ${fieldTypeName(field)}`);
}
