/** Keys that put numbers into ranges of one width: `floor(column / 5)`, `floor(column * 10)`, `floor(column * 10 + 0.01)`. */
import { arrow, type Field, Types } from "../../../arrow.ts";
import { extensionName } from "../../../display/arrow/type-name.ts";
import type { ExpressionNode } from "../../expression/expression-node.ts";
import type { Data } from "../../rows/number-words.ts";

export interface RangeKey {
  /** The column that it is computed from. */
  readonly source: string;
  /** What it is. */
  readonly field: Field;
  compute(data: Data): Data;
}

/** Undefined for any other expression, and where the result would be another than DuckDB's. */
export function readRangeKey(
  name: string,
  expression: ExpressionNode,
  fields: ReadonlyMap<string, Field>,
): RangeKey | undefined {
  if (expression.node !== "call" || expression.function !== "floor") return undefined;
  const [argument] = expression.arguments;
  const shift = argument?.node === "arithmetic" && argument.operator === "add" ? argument.right : undefined;
  const operand = argument?.node === "arithmetic" && shift !== undefined ? argument.left : argument;
  if (operand?.node !== "arithmetic" || !(shift === undefined || isNumber(shift))) return undefined;
  const { operator, left, right } = operand;
  if (left.node !== "column" || !isNumber(right)) return undefined;
  const source = fields.get(left.name);
  const [factor, slack] = [Number(right.text), Number(shift?.text ?? 0)];
  if (source === undefined || extensionName(source) !== undefined || !(factor > 0)) return undefined;
  const isFloat = Types.isFloat(source.type) && source.type.precision > 0;
  // A product of whole numbers is a whole number, and may be too great for one.
  const isExact =
    operator === "divide" ? isFloat || Types.isInt(source.type) : operator === "multiply" && isFloat;
  if (!isExact) return undefined;
  return {
    source: left.name,
    field: new arrow.Field(name, new arrow.Float64(), true),
    compute: (data) =>
      scale(
        data,
        operator === "divide" ? (value) => value / factor + slack : (value) => value * factor + slack,
      ),
  };
}

function isNumber(node: ExpressionNode): node is Extract<ExpressionNode, { readonly node: "literal" }> {
  return node.node === "literal" && node.type === "number";
}

function scale(data: Data, change: (value: number) => number): Data {
  const { values, length } = data;
  const floors = new Float64Array(length);
  for (let row = 0; row < length; row++) floors[row] = Math.floor(change(Number(values[row])));
  const bitmap = data.nullCount > 0 ? validity(data) : undefined;
  const buffers = [undefined, floors, bitmap];
  return new arrow.Data(new arrow.Float64(), 0, length, data.nullCount, buffers as never) as Data;
}

/** From the first row on, whatever slice the data are. */
export function validity(data: Data): Uint8Array {
  const bitmap = new Uint8Array(Math.ceil(data.length / 8));
  for (let row = 0; row < data.length; row++) {
    if (data.getValid(row)) bitmap[row >> 3] = (bitmap[row >> 3] ?? 0) | (1 << (row & 7));
  }
  return bitmap;
}
