/** The one type of values that stand side by side, as in the branches of a `when`. */
import { arrow, type DataType, type Field, Types } from "../../arrow.ts";
import { typeName } from "../../display/arrow/type-name.ts";
import { DlfLanceError } from "../../errors.ts";
import { describeExpression } from "../expression/describe-expression.ts";
import type { ExpressionNode } from "../expression/expression-node.ts";
import type { LiteralNode } from "../expression/literal.ts";
import { type ColumnKind, kindOfType } from "./column-kind.ts";
import { fitsKind } from "./comparable.ts";
import { literalValue } from "./literal-value.ts";
import { checkedTicks } from "./ticks.ts";

export function isNullType(type: DataType): boolean {
  return Types.isNull(type);
}

/**
 * Equal types are kept. Whole numbers of several widths become int64; decimals of several shapes, and whole numbers next to
 * them, one decimal that holds all; with a float among them, float64; texts become strings. A constant takes the type of what stands next to it, and so does null; a
 * whole number that does not fit in there widens it as a separate column would.
 * @param action what to name in a refusal, as in `choose between`.
 * @throws DlfLanceError InvalidInput when no type holds all.
 */
export function commonType(
  nodes: readonly ExpressionNode[],
  fieldOf: (node: ExpressionNode) => Field,
  action: string,
): DataType {
  const computed = nodes.filter((node) => node.node !== "literal" && !isNullType(fieldOf(node).type));
  const deciding = computed.length > 0 ? computed : nodes;
  const type = deciding
    .map((node) => plain(fieldOf(node).type))
    .reduce((left, right) => unite(left, right) ?? refuse(nodes, fieldOf, action));
  if (computed.length === 0) return type;
  const constants = nodes.filter((node) => node.node === "literal" && node.type !== "null") as LiteralNode[];
  if (!constants.every((constant) => fitsKind(kindOfType(type), constant))) refuse(nodes, fieldOf, action);
  const united = constants.reduce(widen, type);
  // Refused here, and not in the row that comes to it.
  for (const constant of constants) literalValue(constant, united);
  return united;
}

/** Whole numbers among whole numbers stay such, in int64 where they do not fit; any other number makes floats. */
function widen(type: DataType, constant: LiteralNode): DataType {
  const kind = kindOfType(type);
  if (kind.kind !== "integer") return type;
  const ticks = checkedTicks(kind, constant);
  if (!ticks.isExact) return new arrow.Float64();
  return ticks.floor >= kind.min && ticks.floor <= kind.max ? type : new arrow.Int64();
}

/** The type of values of both, or undefined when there is none. */
export function unite(left: DataType, right: DataType): DataType | undefined {
  if (isNullType(left)) return right;
  if (isNullType(right) || typeName(left) === typeName(right)) return left;
  const [leftKind, rightKind] = [kindOfType(left), kindOfType(right)];
  const kinds = [leftKind.kind, rightKind.kind];
  if (kinds.every((kind) => kind === "integer")) return new arrow.Int64();
  if (kinds.every((kind) => kind === "integer" || kind === "decimal"))
    return uniteDecimals([leftKind, rightKind]);
  if (kinds.every((kind) => kind === "integer" || kind === "float" || kind === "decimal"))
    return new arrow.Float64();
  if (kinds.every((kind) => kind === "text")) return new arrow.Utf8();
  if (kinds.every((kind) => kind === "bytes")) return new arrow.Binary();
  if (leftKind.kind === "timestamp" && rightKind.kind === "timestamp" && leftKind.zone === rightKind.zone) {
    const unit = Math.max(leftKind.unit, rightKind.unit) as 0 | 1 | 2 | 3;
    return new arrow.Timestamp(unit, leftKind.zone);
  }
  if (leftKind.kind === "duration" && rightKind.kind === "duration")
    return new arrow.Duration(Math.max(leftKind.unit, rightKind.unit) as 0 | 1 | 2 | 3);
  if (leftKind.kind === "time" && rightKind.kind === "time") {
    const unit = Math.max(leftKind.unit, rightKind.unit) as 0 | 1 | 2 | 3;
    return new arrow.Time(unit, unit < 2 ? 32 : 64);
  }
  return undefined;
}

/** Most digits of a decimal, which computed ones have. */
export const mostDigits = 38;
/** Of an int64 or uint64. */
const integerDigits = 20;

/** A decimal that holds the values of both; float64 where that takes more digits than there are. */
function uniteDecimals(kinds: readonly ColumnKind[]): DataType {
  const shapes = kinds.map((kind) =>
    kind.kind === "decimal" ? kind : { precision: integerDigits, scale: 0 },
  );
  const scale = Math.max(...shapes.map((shape) => shape.scale));
  const whole = Math.max(...shapes.map((shape) => shape.precision - shape.scale));
  return whole + scale > mostDigits ? new arrow.Float64() : new arrow.Decimal(scale, whole + scale, 128);
}

function plain(type: DataType): DataType {
  return Types.isDictionary(type) ? type.dictionary : type;
}

function refuse(
  nodes: readonly ExpressionNode[],
  fieldOf: (node: ExpressionNode) => Field,
  action: string,
): never {
  const texts = nodes.map((node) => `${describeExpression(node)} (${typeName(fieldOf(node).type)})`);
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action} ${texts.join(", ")}: their types differ; cast them to one type first`,
  );
}
