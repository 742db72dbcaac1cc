/** Values of a column made from the rows around each, in the order of rows until `over` gives another. */

import { DlfLanceError } from "../../errors.ts";
import { loadWhenUsed } from "../../load-when-used.ts";
import { z } from "../../zod.ts";
import { aggregate, wholeNumber } from "../expression/expression-build.ts";
import type {
  ExpressionNode,
  ShiftNode,
  WindowFrame,
  WindowFunctionNode,
  WindowNode,
} from "../expression/expression-node.ts";
import { mapOperands } from "../expression/expression-parts.ts";
import type { ExpressionLike } from "../expression/expression-types.ts";
import { type LiteralNode, toLiteral } from "../expression/literal.ts";
import { parse } from "./arguments.ts";

function windowNode(own: WindowFunctionNode, frame: WindowFrame | null): WindowNode {
  return { node: "window", function: own, partitionBy: [], orderBy: [], frame };
}

function shiftNode(name: ShiftNode["function"], { node }: ExpressionLike, offset: number): WindowNode {
  return windowNode({ node: "shift", function: name, operand: node, offset, otherwise: null }, null);
}

function running(name: string) {
  return (own: ExpressionLike): ExpressionNode => windowNode(aggregate(name, own), { start: null, end: 0 });
}

const rollingOptions = loadWhenUsed(() =>
  z.strictObject({ minRows: z.int().min(1).optional(), center: z.boolean().optional() }),
);

/** Null where fewer rows than asked for have a value. */
function rolling(name: string) {
  return (own: ExpressionLike, size?: unknown, options: unknown = {}): ExpressionNode => {
    const rows = wholeNumber(size, 1, "roll over rows");
    const { minRows = rows, center = false } = parse(rollingOptions, options, "roll over rows");
    const after = center ? Math.floor((rows - 1) / 2) : 0;
    const frame = { start: after + 1 - rows, end: after };
    const value = windowNode(aggregate(name, own), frame);
    const least = { node: "literal", type: "integer", text: String(minRows) } as const;
    const when = {
      node: "comparison",
      operator: "gte",
      left: windowNode(aggregate("count", own), frame),
      right: least,
    } as const;
    return { node: "case", branches: [{ when, value }], otherwise: null };
  };
}

const cutOptions = loadWhenUsed(() =>
  z.strictObject({
    labels: z.array(z.string()).optional(),
    leftClosed: z.boolean().default(false),
  }),
);
const qcutOptions = loadWhenUsed(() => z.strictObject({ labels: cutOptions.shape.labels }));

/** @throws DlfLanceError InvalidInput unless there is a label for each bin. */
function refuseLabels(labels: readonly string[] | undefined, bins: number, action: string): void {
  if (labels === undefined || labels.length === bins) return;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: there are ${bins} bins and ${labels.length} labels; pass one label for each bin`,
  );
}

function constant(value: string | number): LiteralNode {
  return typeof value === "string"
    ? { node: "literal", type: "string", text: value }
    : { node: "literal", type: "integer", text: String(value) };
}

/** The first bin whose upper edge is not exceeded. */
function chooseBin(
  { node }: ExpressionLike,
  edges: readonly ExpressionNode[],
  values: readonly LiteralNode[],
  operator: "lte" | "lt",
): ExpressionNode {
  const branches = edges.map((right, index) => ({
    when: { node: "comparison", operator, left: node, right } as const,
    value: values[index] as LiteralNode,
  }));
  const isThere: ExpressionNode = { node: "not", operand: { node: "isNull", operand: node } };
  const last = { when: isThere, value: values[edges.length] as LiteralNode };
  return { node: "case", branches: [...branches, last], otherwise: null };
}

function cut(own: ExpressionLike, breaks?: unknown, options: unknown = {}): ExpressionNode {
  const action = "cut numbers into bins";
  const { labels, leftClosed } = parse(cutOptions, options, action);
  const isRising = (edge: unknown, index: number, all: readonly unknown[]) =>
    typeof edge === "number" && Number.isFinite(edge) && (index === 0 || edge > (all[index - 1] as number));
  if (!Array.isArray(breaks) || breaks.length === 0 || !breaks.every(isRising)) {
    throw new DlfLanceError(
      "InvalidInput",
      `Cannot ${action}: it takes the edges between them, in rising order, such as cut([0, 10, 100])`,
    );
  }
  const edges = breaks as readonly number[];
  refuseLabels(labels, edges.length + 1, action);
  const ends = ["-inf", ...edges.map(String), "inf"];
  const names =
    labels ??
    ends.slice(1).map((end, index) => (leftClosed ? `[${ends[index]}, ${end})` : `(${ends[index]}, ${end}]`));
  const nodes = edges.map((edge) => toLiteral(edge, action));
  return chooseBin(own, nodes, names.map(constant), leftClosed ? "lt" : "lte");
}

function qcut(own: ExpressionLike, count?: unknown, options: unknown = {}): ExpressionNode {
  const action = "cut numbers into bins of equal size";
  const bins = wholeNumber(count, 2, action);
  const { labels } = parse(qcutOptions, options, action);
  refuseLabels(labels, bins, action);
  const edges = Array.from({ length: bins - 1 }, (_, index) =>
    windowNode(aggregate("quantile", own, (index + 1) / bins), null),
  );
  const values = labels ?? Array.from({ length: bins }, (_, index) => index);
  return chooseBin(own, edges, values.map(constant), "lte");
}

function fill(name: "forwardFill" | "backwardFill") {
  return (own: ExpressionLike, limit?: unknown): ExpressionNode =>
    shiftNode(name, own, limit === undefined ? 0 : wholeNumber(limit, 1, "fill null"));
}

function shifted(own: ExpressionLike, count: unknown = 1): WindowNode {
  const rows = wholeNumber(count, Number.NEGATIVE_INFINITY, "shift rows");
  return rows < 0 ? shiftNode("lead", own, -rows) : shiftNode("lag", own, rows);
}

/** By the name of the method, the expression that it makes. */
export const runningValues: Readonly<
  Record<string, (own: ExpressionLike, ...others: readonly unknown[]) => ExpressionNode>
> = {
  shift: (own, count) => shifted(own, count),
  diff: (own, count) => ({
    node: "arithmetic",
    operator: "subtract",
    left: own.node,
    right: shifted(own, count),
  }),
  cumSum: running("sum"),
  cumMin: running("min"),
  cumMax: running("max"),
  cumCount: running("count"),
  rollingSum: rolling("sum"),
  rollingMean: rolling("mean"),
  rollingMin: rolling("min"),
  rollingMax: rolling("max"),
  rollingStddev: rolling("stddev"),
  rollingMedian: rolling("median"),
  forwardFill: fill("forwardFill"),
  backwardFill: fill("backwardFill"),
  cut,
  qcut,
};

/** The expression with the partition and order of a window in those of its windows that have none. */
export function placeWindows(
  node: ExpressionNode,
  place: Pick<WindowNode, "partitionBy" | "orderBy" | "frame">,
): ExpressionNode {
  if (node.node !== "window") return mapOperands(node, (operand) => placeWindows(operand, place));
  if (node.partitionBy.length > 0 || node.orderBy.length > 0)
    throw new DlfLanceError(
      "InvalidInput",
      "Cannot apply over: the expression has a window already; call over() once",
    );
  return { ...node, ...place, frame: node.frame ?? place.frame };
}
